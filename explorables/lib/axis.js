// Scales that follow their values, and the axes of scales.
import { Fragment, h } from "preact";
import { label } from "./numbers.js";
import { g, path, rule, text, wide } from "./marks.js";

const CRISP = 0.5; // so that a line of one pixel fills one

/**
 * The domain of an axis that holds all `values`, and at least `usual`. It keeps the
 * ends that it has (`old`) while a handle moves between them, and only gives up what
 * it has no use for once the values fill less than a fifth of it.
 */
export function fitted(old, values, [low, high]) {
  const [left, right] = old ?? [low, high];
  const least = Math.min(...values);
  const most = Math.max(...values);
  const isUsual = left === low && right === high;
  const filled = most - least >= (right - left) / 5;
  if (least >= left && most <= right && (isUsual || filled))
    return [left, right];
  const inUsual = least >= low && most <= high;
  const pad = inUsual ? 0 : (most - least || Math.abs(most)) / 4;
  return [
    Math.min(low, least - (least < low ? pad : 0)),
    Math.max(high, most + (most > high ? pad : 0)),
  ];
}

const MOST = 60; // axes of a format that are kept
const known = new WeakMap(); // by format

/**
 * The axis of a scale: at height `y` under the marks, or, given `x`, left of them.
 * `ticks` are how many, or which. `last` are attributes of the last tick's text. One that
 * has been drawn is the same again, and Preact does not look into it.
 */
export function axis(
  scale,
  { x, y = 0, ticks = 6, format = label, last = {} },
) {
  if (!known.has(format)) known.set(format, new Map());
  const drawn = known.get(format);
  const key = [scale.domain(), scale.range(), scale.base?.()]
    .concat([x, y, ticks], ...Object.entries(last))
    .join("|");
  if (!drawn.has(key)) {
    if (drawn.size === MOST) drawn.clear();
    drawn.set(key, h(Fragment, {}, draw(scale, { x, y, ticks, format, last })));
  }
  return drawn.get(key);
}

function draw(scale, { x, y, ticks, format, last }) {
  const left = x !== undefined;
  const [from, to] = scale.range().map((end) => end + CRISP);
  const values = Array.isArray(ticks) ? ticks : scale.ticks(ticks);
  // A last text that ends at its tick, with its unit, leaves the ones before no room.
  const texts = values.map((value) => format(value));
  const free =
    last["text-anchor"] === "end"
      ? scale(values.at(-1)) + (last.dx ?? 0) - wide(texts.at(-1))
      : Infinity;
  const fits = (i) =>
    i === values.length - 1 || scale(values[i]) + wide(texts[i]) / 2 < free;
  return g(
    {
      class: "zm-axis",
      "aria-hidden": "true",
      transform: `translate(${x ?? 0},${y})`,
      fill: "none",
      "text-anchor": left ? "end" : "middle",
    },
    path({
      class: "domain",
      d: left ? `M${CRISP},${from}V${to}` : `M${from},${CRISP}H${to}`,
    }),
    values.map((value, i) => {
      const at = scale(value) + CRISP;
      const own = i === values.length - 1 ? last : {};
      return left
        ? g(
            { class: "tick", transform: `translate(0,${at})` },
            rule({ x2: -6 }),
            text({ x: -9, dy: "0.32em", ...own }, texts[i]),
          )
        : g(
            { class: "tick", transform: `translate(${at},0)` },
            rule({ y2: 6 }),
            fits(i) && text({ y: 9, dy: "0.71em", ...own }, texts[i]),
          );
    }),
  );
}
