// Controls: real HTML inputs, so that keyboards and screen readers know them.
import { h } from "preact";
import { div, span } from "./marks.js";
import { label } from "./numbers.js";

/** A button that does `act`, which is told of the event; `attributes` may disable it. */
export const button = (text, act, attributes) =>
  h(
    "button",
    { class: "zm-button", type: "button", onclick: act, ...attributes },
    text,
  );

/** A labelled <input type="range">; `text` is what stands beside it and is read out. */
export const slider = ({ name, min, max, step, value, set, text, style }) =>
  h(
    "label",
    { class: "zm-slider", style },
    span({ class: "zm-name" }, name),
    h("input", {
      type: "range",
      min,
      max,
      step,
      value,
      "aria-valuetext": text,
      oninput: ({ target }) => set(Number(target.value)),
    }),
    span({ class: "zm-value" }, text),
  );

const SMALLEST_EPS = -12; // as a power of ten; what is less stands there, too

/** A slider for the trait eps, over its power of ten. */
export const epsilon = ({ eps, limits }, { step, set, style }) =>
  slider({
    name: "ε",
    min: SMALLEST_EPS,
    max: Math.log10(limits.eps.max),
    step,
    value: Math.max(SMALLEST_EPS, Math.log10(eps)),
    text: label(eps),
    set: (power) => set({ eps: +(10 ** power).toPrecision(3) }),
    style,
  });

/** As choice, with its name before it, in the column of the sliders' names. */
export const namedChoice = (options) =>
  div(
    { class: "zm-named" },
    span({ class: "zm-name", "aria-hidden": "true" }, options.name),
    choice(options),
  );

/**
 * Radio buttons, one for each of `values`, which are shown as `texts`. `group` is a
 * name that no other choice on the page has: it begins with the state's id.
 */
export const choice = ({ name, group, values, texts = values, value, set }) =>
  h(
    "fieldset",
    { class: "zm-choice" },
    h("legend", { class: "zm-hidden" }, name),
    values.map((one, i) =>
      h(
        "label",
        {},
        h("input", {
          type: "radio",
          name: group,
          value: one,
          checked: one === value,
          onchange: () => set(one),
        }),
        span({}, texts[i]),
      ),
    ),
  );
