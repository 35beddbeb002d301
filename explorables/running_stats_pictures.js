// RunningStatsExplorer's picture: a mean and a variance, of the population, of each
// batch, and as they are kept.
import { range } from "d3-array";
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { axis } from "./lib/axis.js";
import { handle } from "./lib/handle.js";
import {
  circle,
  g,
  path,
  picture,
  squeezed,
  svg,
  text,
  tspan,
} from "./lib/marks.js";
import { label } from "./lib/numbers.js";
import { along, placer, ring } from "./lib/place.js";
import {
  alongBrackets,
  bracketsOf,
  drawBrackets,
  nameBrackets,
  note,
  waysOf,
} from "./running_stats_halves.js";

const PANEL_HEIGHT = 146;
const MARGIN = { left: 30, right: 18, top: 26, bottom: 26 };
const TOPS = { mean: MARGIN.top, variance: MARGIN.top + PANEL_HEIGHT + 38 };
const GROUND = TOPS.variance + PANEL_HEIGHT;
// What the axes show of a mean and of a variance.
const SHOWN = { mean: [-2, 8], variance: [0, 15] };
const NARROW = 450;

const draw = line();
const digits = (half) => (half > 0 && half < 10 ? 1 : 0);

const scaleOf = (key) =>
  scaleLinear(SHOWN[key], [TOPS[key] + PANEL_HEIGHT, TOPS[key]]);

/** Its name and what its lines are, its axis, and a window that cuts off what leaves. */
function panel(key, width, name, legend, marks) {
  const top = TOPS[key];
  // In the window, coordinates are those of the whole picture.
  const all = [name, ...legend.map(([, content]) => content)].join("   ");
  const [left, w, h] = [MARGIN.left, width - MARGIN.left, PANEL_HEIGHT + 4];
  return [
    text(
      { x: 2, y: top - 11, ...squeezed(width - 4, all) },
      tspan({ class: "zm-panel-title" }, name),
      legend.map(([role, content]) =>
        tspan({ class: `zm-text-${role} zm-small`, dx: 10 }, content),
      ),
    ),
    axis(scaleOf(key), { x: left, ticks: 4 }),
    svg(
      {
        "aria-hidden": "true",
        x: left,
        y: top - 4,
        width: w,
        height: h,
        viewBox: `${left} ${top - 4} ${w} ${h}`,
      },
      marks,
    ),
  ];
}

/** A level that jumps at the shift. */
const jump = (x, y, shift, [before, after]) =>
  `M${x(0)},${y(before)}H${x(shift)}V${y(after)}H${x.range()[1]}`;

/** A dot for each batch: lines without length, whose round ends are the dots. */
const drawDots = (x, y, values) =>
  path({
    class: "zm-dots zm-input",
    d: values.map((value, k) => `M${x(k + 1)},${y(value)}h0`).join(""),
  });

/**
 * Running averages, each as a curve with a dot where it has come to. A curve has as many
 * points at each step, those to come where the dot is: so it grows as the dot glides.
 */
function drawAverages(x, y, averages) {
  const curveOf = (values) => {
    const taken = draw(values.map((value, k) => [x(k), y(value)]));
    const here = taken.slice(Math.max(0, taken.lastIndexOf("L")) + 1);
    return taken + `L${here}`.repeat(x.domain()[1] + 1 - values.length);
  };
  return [
    averages.map(({ role, values }) =>
      path({ class: `zm-curve ${role}`, d: curveOf(values) }),
    ),
    averages.map(({ role, values }) =>
      circle({
        class: `zm-point ${role}`,
        r: 4,
        cx: x(values.length - 1),
        cy: y(values.at(-1)),
      }),
    ),
  ];
}

/** Points of what is drawn over a panel's dots, for texts to keep off. */
function linesOf(x, y, shift, levels, averages) {
  const [left, right] = x.range();
  const turn = x(shift);
  const jumps = levels.map(([before, after]) => [
    [left, y(before)],
    [turn, y(before)],
    [turn, y(after)],
    [right, y(after)],
  ]);
  const curves = averages.map((values) => values.map((v, k) => [x(k), y(v)]));
  const dots = curves.map((curve) => curve.at(-1));
  const shifted = y.range().map((end) => [turn, end]);
  return [
    ...[...jumps, ...curves, shifted].flatMap(along),
    ...dots.flatMap(dotAround),
  ];
}

const dotAround = (at) => ring(at, 4);

/** A placer in a panel's window. */
const placerIn = (key, width, marks) =>
  placer({ width: width - 4, height: TOPS[key] + PANEL_HEIGHT }, marks);

function drawMeans(say, width, x, state, computed) {
  const y = scaleOf("mean");
  const { before, after, batches, runningMean, half } = computed;
  const [, last] = x.domain();
  const levels = [[before.mean, after.mean]];
  const brackets = bracketsOf(
    x,
    y,
    waysOf("mean", computed, state, last),
    half,
  );
  const place = placerIn("mean", width, [
    ...linesOf(x, y, state.shift_at, levels, [runningMean]),
    ...alongBrackets(brackets),
  ]);
  const name = say`half-life ${label(half, digits(half))}`;
  return panel(
    "mean",
    width,
    say`Mean`,
    [
      ["input", say`― population`],
      ["input", say`• batch`],
      ["statistic", say`― running`],
    ],
    [
      drawDots(x, y, batches.mean),
      path({
        class: "zm-target zm-input",
        d: jump(x, y, state.shift_at, levels[0]),
      }),
      drawAverages(x, y, [{ role: "zm-statistic", values: runningMean }]),
      drawBrackets(brackets),
      nameBrackets(brackets, place, name),
    ],
  );
}

/** Which share of the variance 1/N settles at, beside its line, where that is free. */
function drawShare(say, x, y, { batch_size: count }, { share, after }, place) {
  const [, right] = x.range();
  const content = say`${count - 1}/${count} of the variance`;
  const levels = [y(share * after.variance) + 14, y(after.variance) - 6];
  const found = place(
    content,
    [16, 40, 80].flatMap((aside) =>
      levels.map((level) => ({ x: right - aside, y: level, end: true })),
    ),
  );
  return found && note("share zm-text-statistic", found, content);
}

function drawVariances(say, width, x, state, computed) {
  const y = scaleOf("variance");
  const { before, after, batches, share, biased, unbiased, half } = computed;
  const [, last] = x.domain();
  const levels = [1, share].map((factor) => [
    factor * before.variance,
    factor * after.variance,
  ]);
  const ways = waysOf("variance", computed, state, last);
  const brackets = bracketsOf(x, y, ways, half);
  const place = placerIn("variance", width, [
    ...linesOf(x, y, state.shift_at, levels, [unbiased, biased]),
    ...alongBrackets(brackets),
  ]);
  const [whole, part] = levels.map((one) => jump(x, y, state.shift_at, one));
  return panel(
    "variance",
    width,
    say`Variance`,
    [
      ["rival", say`╌ 1/(N − 1), torch`],
      ["statistic", "― 1/N"],
    ],
    [
      drawDots(x, y, batches.variance),
      path({ class: "zm-target zm-input", d: whole }),
      path({ class: "zm-step zm-statistic", d: part }),
      drawAverages(x, y, [
        { role: "zm-rival zm-dashed", values: unbiased },
        { role: "zm-statistic", values: biased },
      ]),
      drawBrackets(brackets),
      drawShare(say, x, y, state, computed, place),
    ],
  );
}

/** What a reader drags: the new population, and when it comes. */
function drawHandles(say, x, state, set) {
  const { limits, mean_after, var_after, shift_at } = state;
  const right = x.range()[1];
  const level = (key, trait, value, name) =>
    handle({
      name,
      x: right,
      value,
      set: (to) => set({ [trait]: to }),
      scale: scaleOf(key),
      limits: [limits[trait].min, limits[trait].max],
      step: 0.1,
      text: label(value, 1),
    });
  return g(
    {},
    level("mean", "mean_after", mean_after, say`mean after the shift`),
    level("variance", "var_after", var_after, say`variance after the shift`),
    handle({
      name: say`shift of the population`,
      shape: "square",
      y: GROUND,
      value: shift_at,
      set: (at) => set({ shift_at: Math.round(at) }),
      scale: x,
      limits: [limits.shift_at.min, limits.shift_at.max],
      step: 1,
      text:
        shift_at === 1 ? say`after 1 batch` : say`after ${shift_at} batches`,
    }),
  );
}

export function drawStream(say, width, state, computed, set) {
  const last = state.limits.t.max;
  const x = scaleLinear([0, last], [MARGIN.left, width - MARGIN.right]);
  const shift = Object.values(TOPS).map((top) => `M0,${top}v${PANEL_HEIGHT}`);
  return picture(
    {
      name: say`Running mean and variance after each batch`,
      width,
      height: GROUND + MARGIN.bottom,
    },
    drawMeans(say, width, x, state, computed),
    drawVariances(say, width, x, state, computed),
    axis(x, {
      y: GROUND,
      ticks: range(0, last + 1, width < NARROW ? 40 : 20),
      format: (tick) => (tick === last ? say`${tick} batches` : String(tick)),
      last: { "text-anchor": "end", dx: MARGIN.right - 2 },
    }),
    path({
      class: "zm-closed",
      d: shift.join(""),
      transform: `translate(${x(state.shift_at)},0)`,
    }),
    drawHandles(say, x, state, set),
  );
}
