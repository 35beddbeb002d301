// What a guess is drawn into: bars, points or a curve with a handle at each place, and
// what was computed beside it once that is opened.
import { range } from "d3-array";
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { axis } from "./lib/axis.js";
import { judged } from "./lib/guess.js";
import { handles } from "./lib/handle.js";
import {
  bar,
  dot,
  labels,
  level,
  path,
  picture,
  seen,
  wide,
  words,
} from "./lib/marks.js";
import { label } from "./lib/numbers.js";

const HEIGHT = 240;
const END = { "text-anchor": "end" };
const GRIP = 14; // pixels from the legend to a handle as high as the axis
const APART = 10; // pixels, of two names
const SIGNS = { bars: "■", points: "●", curve: "―" }; // of what is given
const STEPS = 100; // of a handle, over the axis

/** The values that stand in the picture, a number for each place. */
export const valuesOf = ({ guess, start }) =>
  start.map((value, i) => guess[i] ?? value);

/** Where along x: at its place, or, where only names are given, evenly. */
function columns({ places, start }, left, right) {
  const at = places.length === start.length ? places : range(start.length);
  const pad = (right - left) / (places.length ? 20 : 2 * start.length);
  const x = scaleLinear([at[0], at.at(-1)], [left + pad, right - pad]);
  const wide = ((right - left) / start.length) * 0.7;
  // One place alone stands in the middle.
  const place = (i) => (at.length > 1 ? x(at[i]) : (left + right) / 2);
  return { x, place, wide: Math.min(wide, 48) };
}

/** Whether names leave too little between them, in so many rows. */
const areTight = (texts, centre, rows) =>
  texts.some(
    (one, i) =>
      i >= rows &&
      centre(i) - centre(i - rows) <
        (wide(texts[i - rows]) + wide(one)) / 2 + APART,
  );

/** Values as marks of a form, in a role's colour. */
function marks(form, role, values, { y, place, wide, ground }) {
  const within = (i) => y(values[i]);
  if (form === "bars")
    return values.map((value, i) =>
      bar(y, {
        x: place(i) - wide / 2,
        width: wide,
        value,
        from: ground,
        className: `zm-bar zm-${role}`,
      }),
    );
  if (form === "points")
    return values.map((value, i) => dot(role, place(i), y(value)));
  const curve = line(
    (_, i) => place(i),
    (_, i) => within(i),
  );
  return path({ class: `zm-curve zm-${role}`, d: curve(values) });
}

export function drawing(say, state, width, set) {
  const { form, places, names, given, opened, start } = state;
  const [low, high] = state.axis;
  const values = valuesOf(state);
  const [left, right] = [52, width - 14];
  // Where the name of the axis leaves no room, the legend is a line of its own.
  const guess = say`your guess`;
  const nameAt = Math.max(2, Math.min(left, width - 1.1 * wide(names[1])));
  const taken = left + wide(names[1]) + wide(guess) + 8;
  const legend = taken < right - 90 && !names[2] ? 12 : 27;
  const named = start.map((_, i) => state.labels[i] ?? String(places[i]));
  const columnsOf = columns(state, left, right);
  const centre = (i) => {
    const half = wide(named[i]) / 2;
    return Math.max(half, Math.min(columnsOf.place(i), width - half));
  };
  // Names that are too wide to stand side by side stand in two rows, or in three.
  const rows = places.length
    ? 1
    : ([1, 2].find((n) => !areTight(named, centre, n)) ?? 3);
  const bottom = HEIGHT - 28 - 16 * rows;
  const y = scaleLinear([low, high], [bottom, legend + GRIP]);
  const shape = { ...columnsOf, y, ground: Math.max(low, Math.min(high, 0)) };
  const computed = opened ? judged(state).truth : [];
  const guessed = !opened || state.guess.length > 0;
  const half = { ...shape, wide: shape.wide * 0.45 };
  const held = values.map((value) => Math.max(low, Math.min(high, value)));
  return picture(
    { name: say`Your guess, drawn`, width, height: HEIGHT },
    seen(
      level("zm-ground", y(shape.ground), left, right),
      given.length > 0 && marks(form, "muted", given, shape),
      guessed && marks(form, "input", held, shape),
      computed.length > 0 && marks(form, "normalized", computed, half),
      words("muted", nameAt, 12, names[1], { within: width - nameAt }),
      names[2] &&
        words("muted", 2, legend, `${SIGNS[form]} ${names[2]}`, {
          within: right - 98 - wide(guess),
        }),
      guessed &&
        words(
          "input",
          computed.length > 0 ? right - 90 : right,
          legend,
          guess,
          END,
        ),
      computed.length > 0 &&
        words("normalized", right, legend, say`computed`, END),
      words("muted", right, HEIGHT - 4, names[0], {
        ...END,
        within: right - 2,
      }),
    ),
    axis(y, { x: left }),
    places.length
      ? axis(columnsOf.x, {
          y: bottom,
          ticks: Math.min(6, Math.floor((right - left) / 45)),
        })
      : seen(
          labels("muted", named, centre, (i) => bottom + 18 + 16 * (i % rows)),
        ),
    !opened &&
      handles(held, (value, i) => ({
        name: say`your guess at ${named[i]}`,
        x: shape.place(i),
        set: (to) =>
          set({ guess: values.map((one, j) => (j === i ? to : one)) }),
        scale: y,
        limits: [low, high],
        step: (high - low) / STEPS,
        text: label(value, 2),
      })),
  );
}
