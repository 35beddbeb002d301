// Controls and numbers: real HTML inputs, so that keyboards and screen readers
// know them, and one way to write a number.

/** An id that no other copy of this code on the page can have. */
export const uid = () => `zm-${Math.random().toString(36).slice(2, 10)}`;

/** A new HTML element with a class, attributes and text. */
export function element(tag, className = "", attributes = {}, text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  for (const [key, value] of Object.entries(attributes))
    node.setAttribute(key, value);
  if (text) node.textContent = text;
  return node;
}

/** A whole number with its thousands apart: 1,281,167. */
export const { format: plain } = new Intl.NumberFormat("en");

/** `value` in words a reader knows from torch: fixed digits, nan, inf. */
export function label(value, digits) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "−inf";
  const size = Math.abs(value);
  const plain = size === 0 || (size >= 1e-3 && size < 1e6);
  const text = !plain
    ? value.toExponential(digits ?? 1)
    : digits === undefined
      ? String(+value.toPrecision(6))
      : value.toFixed(digits);
  return text.replace(/-/g, "−");
}

/**
 * A number in a readout. `name` is its key in the Python class's quantities(),
 * and the full value goes with it, so that a test can hold one to the other.
 */
export function number(name, value, digits = 2, role = "") {
  const node = element("data", role && `zm-text-${role}`, {
    value: String(value),
    "data-quantity": name,
  });
  node.textContent = label(value, digits);
  return node;
}

export function button(text, act) {
  const node = element("button", "zm-button", { type: "button" }, text);
  node.addEventListener("click", act);
  return node;
}

/**
 * A labelled <input type="range">. get() gives its value, set(value) takes one;
 * `text(value)` is what stands beside it and what a screen reader hears.
 * Returns { node, update }.
 */
export function slider({ name, min, max, step, text, get, set }) {
  const node = element("label", "zm-slider");
  const input = element("input", "", { type: "range", min, max, step });
  const shown = element("span", "zm-value");
  node.append(element("span", "zm-name", {}, name), input, shown);
  let drawn = ""; // what the thumb and the text show, for update to do nothing
  input.addEventListener("input", () => {
    drawn = "";
    set(Number(input.value));
  });
  return {
    node,
    update() {
      const value = get();
      const words = text(value);
      if (drawn === `${value} ${words}`) return;
      drawn = `${value} ${words}`;
      input.value = value;
      shown.textContent = words;
      input.setAttribute("aria-valuetext", words);
    },
  };
}

/**
 * Radio buttons, one for each of `values`. get() gives the chosen value, set(value)
 * takes one. Returns { node, update }.
 */
export function choice({ name, values, get, set }) {
  const node = element("fieldset", "zm-choice");
  node.append(element("legend", "zm-hidden", {}, name));
  const group = uid();
  const inputs = values.map((value) => {
    const row = element("label");
    const input = element("input", "", { type: "radio", name: group, value });
    input.addEventListener("change", () => set(value));
    row.append(input, element("span", "", {}, value));
    node.append(row);
    return input;
  });
  return {
    node,
    update() {
      inputs.forEach((input, i) => {
        input.checked = values[i] === get();
      });
    },
  };
}
