// One way to write a number.
import { h } from "preact";

/**
 * A number with its thousands apart: 1,281,167. Not by Intl.NumberFormat: a browser on a
 * phone takes 60 ms to have one.
 */
export function plain(value) {
  const [whole, ...fraction] = String(value).split(".");
  return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...fraction].join(".");
}

/** `value` in words a reader knows from torch: fixed digits, nan, inf. */
export function label(value, digits) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "−inf";
  const size = Math.abs(value);
  const usual = size === 0 || (size >= 1e-3 && size < 1e6);
  const text = !usual
    ? value.toExponential(digits ?? 1)
    : digits === undefined
      ? String(+value.toPrecision(6))
      : value.toFixed(digits);
  // What is rounded to 0 has no sign.
  return +text === 0 && usual ? text.replace("-", "") : text.replace(/-/g, "−");
}

/**
 * A number in a readout. `name` is its key in the Python class's quantities(),
 * and the full value goes with it, so that a test can hold one to the other. `text`
 * is how it is written, where that is not as label() does.
 */
export const number = (
  name,
  value,
  digits = 2,
  role = "",
  text = label(value, digits),
) =>
  h(
    "data",
    {
      class: role ? `zm-text-${role}` : undefined,
      value: String(value),
      "data-quantity": name,
    },
    text,
  );
