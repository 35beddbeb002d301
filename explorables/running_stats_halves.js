// What RunningStatsExplorer shows of half-lives: a bracket over the steps of each.
import { path, text } from "./lib/marks.js";
import { along } from "./lib/place.js";

const LEAST_WAY = 16; // in pixels, of a bracket

/** The ways that a running average goes: to the population, and to the next one. */
export function waysOf(
  key,
  { start, before, after },
  { momentum, shift_at },
  last,
) {
  // The second way begins where the first is expected to have come by the shift.
  const done = 1 - (1 - momentum) ** shift_at;
  return [
    { from: start[key], to: before[key], first: 0, last: shift_at },
    {
      from: start[key] + done * (before[key] - start[key]),
      to: after[key],
      first: shift_at,
      last,
    },
  ];
}

/** Brackets over the steps that half of each way takes, where there is a way. */
export function bracketsOf(x, y, ways, half) {
  const known = half > 0 && half < Infinity;
  return ways
    .filter(({ from, to }) => known && Math.abs(y(to) - y(from)) > LEAST_WAY)
    .map(({ from, to, first, last }) => ({
      level: y((from + to) / 2),
      left: x(first),
      right: x(Math.min(last, first + half)),
      last: x(last),
      // One that is not over when the next begins stays open.
      isOpen: first + half > last,
      rises: to > from,
    }));
}

export const drawBrackets = (brackets) =>
  brackets.map(({ level, left, right, isOpen }) =>
    path({
      class: "half zm-frame",
      d: `M${left},${level - 5}v10m0,-5H${right}${isOpen ? "" : `M${right},${level - 5}v10`}`,
    }),
  );

/** Points of the brackets, for texts to keep off. */
export const alongBrackets = (brackets) =>
  brackets.flatMap(({ level, left, right }) =>
    along([
      [left, level],
      [right, level],
    ]),
  );

/** The half-life beside each bracket, where that is free. */
export const nameBrackets = (brackets, place, name) =>
  brackets.map(({ level, right, last, rises }) => {
    // Where the curve is not: beyond the bracket it is on the other side.
    const sides = rises ? [14, -6] : [-6, 14];
    const found = place(
      name,
      [
        ...sides.map((down) => ({ x: right + 6, y: level + down })),
        ...sides.toReversed().map((down) => ({ x: last - 6, y: level + down })),
      ].map((spot, i) => ({ ...spot, end: i > 1 })),
    );
    return found && note("half zm-text-muted", found, name);
  });

/** A small text in a panel, with a halo. */
export const note = (className, { x, y, end }, content) =>
  text(
    {
      class: `${className} zm-small zm-halo`,
      "text-anchor": end ? "end" : "start",
      x,
      y,
    },
    content,
  );
