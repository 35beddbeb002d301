// Scales that follow their values, and the axes of scales.
import { keptWhile } from "./memo.js";
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

const MOST = 60; // axes of a format whose ticks are kept
const known = new WeakMap(); // by format

/** The ticks of an axis, [place, text] each, and what they are known by. */
function ticksOf(scale, { ticks, format, last }) {
  if (!known.has(format)) known.set(format, new Map());
  const kept = known.get(format);
  const key = [scale.domain(), scale.range(), scale.base?.(), ticks]
    .concat(Object.entries(last))
    .join("|");
  if (!kept.has(key)) {
    if (kept.size === MOST) kept.clear();
    kept.set(key, { key, marks: marksOf(scale, { ticks, format, last }) });
  }
  return kept.get(key);
}

function marksOf(scale, { ticks, format, last }) {
  const values = Array.isArray(ticks) ? ticks : scale.ticks(ticks);
  // A last text that ends at its tick, with its unit, leaves the ones before no room.
  const texts = values.map((value) => format(value));
  const free =
    last["text-anchor"] === "end"
      ? scale(values.at(-1)) + (last.dx ?? 0) - wide(texts.at(-1))
      : Infinity;
  const fits = (i) =>
    i === values.length - 1 || scale(values[i]) + wide(texts[i]) / 2 < free;
  return values.map((value, i) => [scale(value) + CRISP, fits(i) && texts[i]]);
}

/**
 * The axis of a scale: at height `y` under the marks, or, given `x`, left of them.
 * `ticks` are how many, or which. `last` are attributes of the last tick's text.
 */
export function axis(
  scale,
  { x, y = 0, ticks = 6, format = label, last = {} },
) {
  const left = x !== undefined;
  const [from, to] = scale.range().map((end) => end + CRISP);
  const { key, marks } = ticksOf(scale, { ticks, format, last });
  return keptWhile(
    [key, x, y, ...marks.map(([, content]) => content)],
    g(
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
      ...marks.map(([at, content], i) => {
        const own = i === marks.length - 1 ? last : {};
        return left
          ? g(
              { class: "tick", transform: `translate(0,${at})` },
              rule({ x2: -6 }),
              content && text({ x: -9, dy: "0.32em", ...own }, content),
            )
          : g(
              { class: "tick", transform: `translate(${at},0)` },
              rule({ y2: 6 }),
              content && text({ y: 9, dy: "0.71em", ...own }, content),
            );
      }),
    ),
  );
}
