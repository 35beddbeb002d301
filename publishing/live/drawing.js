// Draws explorables where there is no browser, in linkedom's document.
import { parseHTML } from "linkedom";
import { draw as drawn } from "../../explorables/index.js";
import { element } from "../../explorables/lib/old/controls.js";

const { document, HTMLElement } = parseHTML("<!doctype html>");
let width = 0;
HTMLElement.prototype.getBoundingClientRect = () => ({ width });
Object.assign(globalThis, {
  document,
  ResizeObserver: class {
    observe() {}
  },
});

/**
 * An explorable's first picture, in an element of its own: that of a widget's
 * `state`, in a column of so many CSS pixels.
 */
export function draw(state, column) {
  width = column;
  const el = element("div");
  const model = { get: (key) => state[key], on() {}, off() {} };
  drawn({ model, el });
  return el;
}

export const all = (el, selector) => [...el.querySelectorAll(selector)];
