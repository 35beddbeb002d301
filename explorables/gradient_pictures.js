// GradientExplorer's pictures: an upstream gradient, what is taken off it, and sums.
import { range } from "d3-array";
import { scaleBand, scaleLinear } from "d3-scale";
import { axis } from "./lib/axis.js";
import { handles } from "./lib/handle.js";
import {
  bar,
  bars,
  g,
  heading,
  labels,
  level,
  picture,
  rect,
  seen,
  words,
} from "./lib/marks.js";
import { label } from "./lib/numbers.js";

const LEFT = 48;
const RIGHT = 6;
const UPSTREAM = { top: 30, ground: 150, row: 18, height: 216 };
const STAGE = { title: 14, note: 31, top: 42, height: 150, gap: 14 };
const SUMS = { top: 30, ground: 118, height: 136 };

const finite = Number.isFinite;

/** A number in a column that may be 40 pixels wide. */
const brief = (value) => label(value, Math.abs(value) < 1000 ? 2 : 0);

/** A number at an axis, in no more than five characters. */
const tick = (value) =>
  Math.abs(value) < 1000
    ? label(value)
    : value.toExponential(0).replace(/-/g, "−");

const features = (count, width) =>
  scaleBand(range(count), [LEFT, width - RIGHT])
    .paddingInner(0.3)
    .paddingOuter(0.15);

const ground = (y, width) => level("zm-ground", y(0), LEFT - 4, width - RIGHT);

const sideAxis = (y, top = 0) =>
  axis(y, { x: LEFT - 4, y: top, ticks: 5, format: tick });

export function drawUpstream(say, width, domain, limits, computed, put) {
  const { r, x, xhat, gamma, upstream } = computed;
  const across = features(x.length, width);
  const centre = (i) => across(i) + across.bandwidth() / 2;
  const y = scaleLinear(domain, [UPSTREAM.ground, UPSTREAM.top]);
  const { min, max } = limits.grad_output;
  const rows = [
    { name: "x", role: "input", numbers: x },
    { name: "x̂", role: "normalized", numbers: xhat },
    { name: "γ", role: "parameter", numbers: gamma },
  ];
  return picture(
    {
      name: say`The upstream gradient g of one row`,
      width,
      height: UPSTREAM.height,
    },
    heading("gradient", say`g, from above, in row ${r + 1}`),
    sideAxis(y),
    seen(
      bars(y, across, upstream, "zm-bar zm-gradient"),
      ground(y, width),
      rows.map(({ name, role, numbers }, k) => {
        const at = UPSTREAM.ground + (k + 1) * UPSTREAM.row + 2;
        return [
          words(role, 2, at, name),
          labels(role, numbers.map(brief), centre, at),
        ];
      }),
    ),
    handles(upstream, (value, i) => ({
      name: `g${i + 1}`,
      role: "gradient",
      x: centre(i),
      set: (to) => put(i, to),
      scale: y,
      limits: [Math.max(min, domain[0]), Math.min(max, domain[1])],
      step: 0.1,
      text: label(value, 2),
    })),
  );
}

/** What is written over each panel. */
const captions = (say, { parts, scale }) => [
  {
    title: "h = γ g",
    note: say`mean of h: ${brief(parts.mean)}`,
    role: "statistic",
  },
  {
    title: say`− mean(h)`,
    note: say`x̂ in it: ${brief(parts.slope)} x̂`,
    role: "normalized",
  },
  {
    title: say`− x̂ · mean(h x̂)`,
    note: `× 1/√(σ²+ε) = ${brief(1 / scale)}`,
    role: "muted",
  },
  { title: "× r = dx", note: "", role: "muted" },
];

/** One panel: what is left, what it was before as an outline, what is taken next. */
function panel(y, each, { title, note, role, values, taken, before, open }, k) {
  const slots = scaleBand(range(values.length), [4, each - 4]).paddingInner(
    0.25,
  );
  // The mean is one level; x̂ has one for each feature.
  const ends = (i) =>
    k ? [slots(i) - 2, slots(i) + slots.bandwidth() + 2] : [0, each];
  return [
    rect({
      class: open ? "zm-panel-ground" : "zm-panel-ground zm-dashed",
      y: STAGE.top - 4,
      width: each,
      height: STAGE.height - STAGE.top - 4,
    }),
    open && bars(y, slots, before, "zm-frame zm-ghost"),
    open && bars(y, slots, values, "zm-bar zm-gradient"),
    open &&
      taken.map(
        (value, i) =>
          finite(value) && level(`zm-level zm-${role}`, y(value), ...ends(i)),
      ),
    level("zm-ground", y(0), 0, each),
    heading(open ? "gradient" : "muted", title, { x: 0, y: STAGE.title }),
    words(role, 0, STAGE.note, open ? note : ""),
  ];
}

/** Four panels: h, then each time what is left of it. */
export function drawStages(say, width, domain, { step, columns }, computed) {
  const { stages } = computed;
  const texts = captions(say, computed);
  const y = scaleLinear(domain, [STAGE.height - 12, STAGE.top]);
  const lines = stages.length / columns;
  const each = (width - LEFT - RIGHT - (columns - 1) * STAGE.gap) / columns;
  return picture(
    {
      name: say`What is taken off the gradient, step by step`,
      width,
      height: STAGE.height * lines,
    },
    // All panels of a line share one axis.
    range(lines).map((k) => sideAxis(y, k * STAGE.height)),
    seen(
      stages.map((stage, k) => {
        const before = k && k < 3 ? stages[k - 1].values : [];
        const left = LEFT + (k % columns) * (each + STAGE.gap);
        const top = Math.floor(k / columns) * STAGE.height;
        return g(
          { transform: `translate(${left},${top})` },
          panel(y, each, { ...stage, ...texts[k], before, open: k <= step }, k),
        );
      }),
    ),
  );
}

/** Row after row, each where the one before it ended, and their sum. */
export function drawSums(width, domain, r, { name, title, sums }) {
  const count = sums[0].length - 1; // rows
  const across = features(sums.length, width);
  const slots = scaleBand(range(count + 1), [
    0,
    across.bandwidth(),
  ]).paddingInner(0.15);
  const y = scaleLinear(domain, [SUMS.ground, SUMS.top]);
  const wide = slots.bandwidth();
  const left = (i, k) => across(i) + slots(k);
  const rowBar = (sum, i, k) =>
    bar(y, {
      x: left(i, k),
      width: wide,
      from: sum[k],
      value: sum[k + 1],
      className: `zm-bar zm-gradient ${k === r ? "" : "zm-faint"}`,
    });
  const sumBar = (sum, i) =>
    bar(y, {
      x: left(i, count),
      width: wide,
      value: sum[count],
      className: "zm-frame zm-gradient zm-sum",
    });
  // From the end of one to the beginning of the next.
  const link = (value, x) =>
    finite(value) && level("zm-link", y(value), x, x + slots.step() + wide);
  const rows = range(count);
  return picture(
    { name, width, height: SUMS.height },
    heading("gradient", title),
    sideAxis(y),
    seen(
      sums.map((sum, i) => [
        rows.map((k) => rowBar(sum, i, k)),
        sumBar(sum, i),
      ]),
      ground(y, width),
      sums.map((sum, i) => rows.map((k) => link(sum[k + 1], left(i, k)))),
      sums.map((_, i) =>
        labels(
          "muted",
          [...rows.map((k) => k + 1), "Σ"],
          (k) => left(i, k) + wide / 2,
          SUMS.height - 4,
          { class: "zm-text-muted zm-small" },
        ),
      ),
    ),
  );
}
