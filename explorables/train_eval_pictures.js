// TrainEvalExplorer's picture: a batch with the mean and σ of each mode, and a row of
// outputs for each.
import { scaleLinear } from "d3-scale";
import { axis } from "./lib/axis.js";
import { handles } from "./lib/handle.js";
import {
  circle,
  g,
  heading,
  path,
  picture,
  rect,
  rule,
  seen,
  text,
  words,
} from "./lib/marks.js";
import { label } from "./lib/numbers.js";

const MARGIN = 18;
// Heights, from the picture's top; those of a row of outputs, from the row's top.
const BATCH = { above: 34, dots: 62, axis: 84, below: 120 };
const ROW = { title: 14, before: 30, now: 52, axis: 64 };
const TOPS = { training: 136, inEval: 234 };
const HEIGHT = 322;
const LEAST_WAY = 0.5; // in pixels, of an output that is drawn as moved
const NOTE_ROOM = 110; // for half of a text
const STEPS = 160; // of a handle, from one end of the axis to the other
const WIDE = 450;
const DOT = "M-5,0a5,5 0 1 0 10,0a5,5 0 1 0 -10,0Z";
const SQUARE = "M-4.5,-4.5h9v9h-9Z";

const finite = Number.isFinite;

const scaleOf = (domain, width) =>
  scaleLinear(domain, [MARGIN, width - MARGIN]);

/** The axis at this height, with as many ticks as their texts leave room for. */
function drawAxis(scale, width, y) {
  const [low, high] = scale.domain();
  const ticks = width >= WIDE ? 8 : high - low > 1e4 ? 2 : 4;
  return axis(scale, { y, ticks });
}

/** The mean and σ that each mode normalizes with. */
function spansOf(say, { both, batch, running }) {
  const said = (one) => [label(one.mean, 2), label(one.sigma, 2)];
  const one = (statistics, look, sentence) => {
    const span = { ...statistics, sigma: Math.sqrt(statistics.variance) };
    return { ...span, ...look, note: sentence(...said(span)) };
  };
  const kept = one(
    running,
    {
      role: "rival",
      band: "zm-frame zm-dashed zm-rival",
      line: "zm-expectation zm-rival",
      reach: 16,
      y: BATCH.below,
    },
    (mean, sigma) => say`running mean ${mean}, σ ${sigma}`,
  );
  const own = one(
    batch,
    {
      role: "statistic",
      band: "zm-band zm-statistic",
      line: "zm-mean",
      reach: 20,
      y: BATCH.above,
    },
    (mean, sigma) => say`batch mean ${mean}, σ ${sigma}`,
  );
  return both[0].length > 1 ? [own, kept] : [kept];
}

/** A band from mean − σ to mean + σ over the batch, the mean in it, and both in words. */
function drawSpans(x, width, spans) {
  const [low, high] = x.domain();
  const inside = (value) => x(Math.min(high, Math.max(low, value)));
  const known = spans.filter((one) => finite(one.mean) && finite(one.sigma));
  const across = (value) =>
    Math.min(width - NOTE_ROOM, Math.max(NOTE_ROOM, inside(value) || 0));
  return seen(
    known.map(({ mean, sigma, band, reach }) =>
      rect({
        class: band,
        x: inside(mean - sigma),
        width: inside(mean + sigma) - inside(mean - sigma),
        y: BATCH.dots - reach,
        height: 2 * reach,
      }),
    ),
    known
      .filter(({ mean }) => mean >= low && mean <= high)
      .map(({ mean, line, reach }) =>
        rule({
          class: line,
          x1: x(mean),
          x2: x(mean),
          y1: BATCH.dots - reach,
          y2: BATCH.dots + reach,
        }),
      ),
    spans.map(({ role, mean, y, note }) =>
      words(role, across(mean), y, note, { "text-anchor": "middle" }),
    ),
  );
}

/** One row of outputs, above it where they were, and the way between. */
function drawRow({ top, role, shape, title, x, width, refusal }, [now, then]) {
  const ways = now
    .map((value, i) => [x(then[i]), x(value)])
    .filter((ends) => ends.every(finite));
  const mark = (at, y, look) =>
    path({
      class: `${look} zm-${role}`,
      d: shape,
      transform: `translate(${at},${y})`,
    });
  return g(
    { transform: `translate(0,${top})` },
    heading(role, title, { y: ROW.title }),
    drawAxis(x, width, ROW.axis),
    seen(
      ways
        .filter(([from, to]) => Math.abs(to - from) > LEAST_WAY)
        .map(([from, to]) =>
          rule({
            class: `zm-curve zm-${role}`,
            x1: from,
            x2: to,
            y1: ROW.before,
            y2: ROW.now,
          }),
        ),
      ways.map(([from, to]) => [
        mark(from, ROW.before, "zm-frame"),
        mark(to, ROW.now, "zm-point"),
      ]),
    ),
    refusal && text({ x: 2, y: (ROW.before + ROW.axis) / 2 }, refusal),
  );
}

/** A ring around the sample last moved, and around its outputs. */
const ring = ([cx, cy]) =>
  finite(cx) && circle({ class: "zm-target zm-input", r: 11, cx, cy });

export function drawBatches(say, width, domains, computed, move) {
  const { both, i, trained, evaluated } = computed;
  const [batch] = both;
  const [x, inTraining, inEval] = [
    domains.x,
    domains.training,
    domains.inEval,
  ].map((domain) => scaleOf(domain, width));
  const [low, high] = domains.x;
  return picture(
    {
      name: say`A batch on a number line, its outputs in training, and its outputs in eval`,
      width,
      height: HEIGHT,
    },
    heading("input", say`x: a batch of ${batch.length}`, { y: ROW.title }),
    drawSpans(x, width, spansOf(say, computed)),
    drawAxis(x, width, BATCH.axis),
    drawRow(
      {
        top: TOPS.training,
        role: "normalized",
        shape: DOT,
        title: say`training: batch mean and σ`,
        x: inTraining,
        width,
        refusal:
          batch.length === 1 && say`ValueError: one sample is not enough`,
      },
      trained,
    ),
    drawRow(
      {
        top: TOPS.inEval,
        role: "rival",
        shape: SQUARE,
        title: say`eval: running mean and σ`,
        x: inEval,
        width,
      },
      evaluated,
    ),
    seen(
      [
        [x(batch[i]), BATCH.dots],
        [inTraining(trained[0][i]), TOPS.training + ROW.now],
        [inEval(evaluated[0][i]), TOPS.inEval + ROW.now],
      ].map(ring),
    ),
    handles(batch, (value, i) => ({
      name: `x${i + 1}`,
      y: BATCH.dots,
      set: (to) => move(i, to),
      scale: x,
      limits: [low, high],
      step: (high - low) / STEPS,
      text: label(value, 2),
    })),
  );
}
