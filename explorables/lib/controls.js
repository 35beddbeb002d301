// Controls: real HTML inputs, so that keyboards and screen readers know them.
import { h } from "preact";
import { span } from "./marks.js";

/** A button that does `act`; `attributes` may disable it. */
export const button = (text, act, attributes) =>
  h(
    "button",
    { class: "zm-button", type: "button", onclick: () => act(), ...attributes },
    text,
  );

/** A labelled <input type="range">; `text` is what stands beside it and is read out. */
export const slider = ({ name, min, max, step, value, set, text, ...more }) =>
  h(
    "label",
    { class: "zm-slider", ...more },
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
