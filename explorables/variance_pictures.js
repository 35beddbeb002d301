// VarianceExplorer's pictures: a number line, squares, and a histogram of estimates.
import { range } from "d3-array";
import { scaleLinear } from "d3-scale";
import { axis } from "./lib/axis.js";
import { estimatorMoments } from "./lib/formulas.js";
import { handles } from "./lib/handle.js";
import {
  heading,
  level,
  picture,
  rect,
  rule,
  seen,
  words,
} from "./lib/marks.js";
import { drawnOnce } from "./lib/memo.js";
import { label } from "./lib/numbers.js";

const MARGIN = 18;
const TOP = 24; // below a heading
const LINE = { height: 116, ground: 76 };
const SQUARES = { height: 118, ground: 82 };
const ESTIMATES = { height: 210, ground: 172, top: 90 };
const FLAG = 15; // from one to the next
const ASIDE = 6; // between a line and its flag's text
const LETTER = 7.5; // of such a text, in pixels
const LARGEST_SIDE = 74; // of a square, in pixels
const GAP = 12; // between two squares
const LABEL = 24; // pixels that a square's label takes

/** N − 1, N, N + 0.4: the divisor in words. */
export function divisorText(correction) {
  if (correction === 0) return "N";
  return `N ${correction > 0 ? "−" : "+"} ${label(Math.abs(correction))}`;
}

const divisorRole = (correction) =>
  correction === 0 ? "statistic" : correction === 1 ? "rival" : "muted";

export function drawLine(say, width, { x: values, local }, { mean }, put) {
  const { ground } = LINE;
  const x = scaleLinear(local.line, [MARGIN, width - MARGIN]);
  const [low, high] = local.line;
  return picture(
    { name: say`A sample on a number line`, width, height: LINE.height },
    seen(
      heading("muted", say`A sample of your own: drag its dots`, {
        within: width - 4,
      }),
      // The deviations, from the mean to each dot.
      values.map((value) => level("zm-reach", ground, x(mean), x(value))),
      rule({
        class: "zm-mean",
        x1: x(mean),
        x2: x(mean),
        y1: TOP + 20,
        y2: ground + 14,
      }),
      words(
        "statistic",
        Math.min(Math.max(x(mean), 40), width - 40),
        TOP + 14,
        say`mean ${label(mean, 2)}`,
        { "text-anchor": "middle" },
      ),
    ),
    axis(x, { y: ground + 14, ticks: width < 450 ? 4 : 7 }),
    handles(values, (value, i) => ({
      name: `x${i + 1}`,
      y: ground,
      set: (to) => put(i, to),
      scale: x,
      limits: local.line,
      // A twentieth of a unit on the usual line, as fine on any other.
      step: (high - low) / 120,
      text: label(value, 2),
    })),
  );
}

/** Squares { area } with their sides and left edges, on one scale, side by side. */
function placed(width, deviations, averages) {
  const all = [...deviations, ...averages].map((one) => ({
    ...one,
    side: Number.isFinite(one.area) ? Math.sqrt(one.area) : 0,
  }));
  const largest = Math.max(...all.map(({ side }) => side));
  const together = all.reduce((sum, { side }) => sum + side, 0);
  const room = width - 2 * MARGIN - GAP * (all.length + 2);
  const scale =
    largest > 0 ? Math.min(LARGEST_SIDE / largest, room / together) : 0;
  let right = MARGIN;
  return all.map((one, i) => {
    // The averages stand apart.
    const left = right + (i === deviations.length ? 2 * GAP : 0);
    const side = one.side * scale;
    right = left + side + GAP;
    return { ...one, side, left };
  });
}

/** The squared deviations side by side, then their average for two divisors. */
export function drawAreas(say, width, { squares, byN, byNMinus1 }) {
  const { height, ground } = SQUARES;
  const N = squares.length;
  const deviations = squares.map((area) => ({
    area,
    className: "zm-deviation",
    role: "muted",
    text: label(area, 2),
  }));
  const averages = [
    { area: byN, role: "statistic", text: `÷ ${N}` },
    { area: byNMinus1, role: "rival", text: `÷ ${N - 1}` },
  ].map((one) => ({ ...one, className: `zm-average zm-${one.role}` }));
  const all = placed(width, deviations, averages);
  return picture(
    {
      name: say`The squared deviations as areas, and their averages`,
      width,
      height,
    },
    seen(
      all.map(({ className, side, left }) =>
        rect({
          class: className,
          x: left,
          y: ground - side,
          width: side,
          height: side,
        }),
      ),
      // A label where its square is wide enough for it; the readout has the averages'.
      all.map(
        ({ role, text, side, left }, i) =>
          (side > LABEL || i >= N) &&
          words(role, left + side / 2, ground + 15, text, {
            "text-anchor": "middle",
          }),
      ),
    ),
  );
}

const acrossOf = (largest, width) =>
  scaleLinear([0, largest], [MARGIN, width - MARGIN]);

/** The histogram, which dragging a dot does not change. */
const drawBars = drawnOnce(({ counts, largest }, role, width) => {
  const { ground, top } = ESTIMATES;
  const across = acrossOf(largest, width);
  const up = scaleLinear([0, Math.max(...counts, 4)], [ground, top]);
  const wide = Math.max(1, (width - 2 * MARGIN) / counts.length - 1);
  return counts.map((count, i) =>
    rect({
      class: `zm-bar zm-${role}`,
      x: across((i * largest) / counts.length) + 0.5,
      width: wide,
      y: up(count),
      height: ground - up(count),
    }),
  );
});

/** The truth above, below it what each divisor gives on average. */
function flagsOf(say, n, correction) {
  const named = divisorRole(correction) !== "muted";
  // A line begins at its text: that of the third is above what it would cross.
  const those = named
    ? [1, 0]
    : correction > 0 && correction < 1
      ? [1, correction, 0]
      : [1, 0, correction];
  return [
    { at: 1, role: "input", className: "zm-truth", text: say`truth v = 1` },
    ...those.map((one) => ({
      at: estimatorMoments(n, one).expectation,
      role: divisorRole(one),
      className: "zm-expectation",
      text: one ? `÷ (${divisorText(one)})` : "÷ N",
    })),
  ];
}

/** A flag's text beside its line, on the side where no other line stands. */
function drawFlag({ at, role, text }, across, y) {
  const left = across(at) - ASIDE;
  if (at < 1 && left > LETTER * text.length)
    return words(role, left, y, text, { "text-anchor": "end" });
  return words(role, across(Math.max(at, 1)) + ASIDE, y, text);
}

export function drawEstimates(say, width, { n, correction }, spread) {
  const { height, ground } = ESTIMATES;
  const { largest } = spread;
  const across = acrossOf(largest, width);
  const flags = flagsOf(say, n, correction);
  return picture(
    {
      name: say`How the estimates of many samples spread`,
      width,
      height,
    },
    seen(drawBars(spread, divisorRole(correction), width)),
    axis(across, {
      y: ground,
      ticks: range(largest + 1),
      format: (tick) =>
        tick === largest ? say`${tick} or more` : String(tick),
      last: { "text-anchor": "end" },
    }),
    seen(
      heading("muted", say`Fresh samples: the controls`),
      flags.map(({ at, role, className }, i) =>
        rule({
          class: `${className} zm-${role}`,
          x1: across(at),
          x2: across(at),
          y1: TOP + 4 + FLAG * i,
          y2: ground,
        }),
      ),
      flags.map((flag, i) => drawFlag(flag, across, TOP + 14 + FLAG * i)),
      words(
        "muted",
        MARGIN,
        height - 4,
        say`estimate of v from a sample of N = ${n}`,
        { within: width - MARGIN },
      ),
    ),
  );
}
