// ResidualStream: a norm to drag along the wire of a residual branch, and the sizes of
// the stream forward and of the gradient backward, measured and in closed form.
import { range } from "d3-array";
import { fitted } from "./lib/axis.js";
import { layerNorm, layerNormBackward, residualRms } from "./lib/formulas.js";
import { br } from "./lib/marks.js";
import { memo } from "./lib/memo.js";
import { label, number } from "./lib/numbers.js";
import { normals } from "./lib/sampling.js";
import { speaker } from "./lib/say.js";
import { drawSizes, drawWire } from "./residual_stream_pictures.js";

const USUAL = [-4, 4]; // powers of ten

const chunks = (numbers, size) =>
  range(numbers.length / size).map((i) =>
    numbers.slice(i * size, (i + 1) * size),
  );

/** Of all branches their matrices, in rows and in columns; the inputs and gradients. */
const drawn = memo((seed, features, inputs, deepest) => {
  const rows = chunks(
    normals(seed, (deepest * features + 2 * inputs) * features),
    features,
  );
  const matrices = chunks(
    rows
      .slice(0, deepest * features)
      .map((row) => row.map((value) => value / Math.sqrt(features))),
    features,
  );
  return {
    matrices,
    transposed: matrices.map((rows) =>
      range(features).map((i) => rows.map((row) => row[i])),
    ),
    inputs: rows.slice(deepest * features, deepest * features + inputs),
    upstream: rows.slice(deepest * features + inputs),
  };
});

// Loops, as in lib/formulas.js.
function product(matrix, x) {
  const out = [];
  for (let i = 0; i < matrix.length; i++) {
    const row = matrix[i];
    let sum = 0;
    for (let j = 0; j < row.length; j++) sum += row[j] * x[j];
    out.push(sum);
  }
  return out;
}
function plus(x, y, factor) {
  const sum = [];
  for (let i = 0; i < x.length; i++) sum.push(x[i] + factor * y[i]);
  return sum;
}

/** The root of the mean square of all numbers of these rows. */
function rms(rows) {
  let sum = 0;
  for (const row of rows)
    for (let i = 0; i < row.length; i++) sum += row[i] * row[i];
  return Math.sqrt(sum / (rows.length * rows[0].length));
}

/** One input through all branches: what each of them sees, and the end. */
function forward(x, matrices, placement, gain) {
  const streams = [x];
  const branches = [];
  const sums = [];
  for (const matrix of matrices) {
    const stream = streams.at(-1);
    const out = product(
      matrix,
      placement === "pre" ? layerNorm(stream) : stream,
    );
    const sum = plus(
      stream,
      placement === "branch-end" ? layerNorm(out) : out,
      gain,
    );
    branches.push(out);
    sums.push(sum);
    streams.push(placement === "post" ? layerNorm(sum) : sum);
  }
  return { streams, branches, sums };
}

/** The gradient that arrives, sent back, last first; by the skips alone if `alone`. */
function backward(g, { streams, branches, sums }, transposed, state, alone) {
  const { placement, gain } = state;
  const gradients = [g];
  for (let k = transposed.length - 1; k >= 0; k--) {
    const arrives = gradients.at(-1);
    const through =
      placement === "post" ? layerNormBackward(arrives, sums[k]) : arrives;
    if (alone) {
      gradients.push(through);
      continue;
    }
    const out =
      placement === "branch-end"
        ? layerNormBackward(through, branches[k])
        : through;
    const back = product(transposed[k], out);
    gradients.push(
      plus(
        through,
        placement === "pre" ? layerNormBackward(back, streams[k]) : back,
        gain,
      ),
    );
  }
  return gradients;
}

/** All that the figure shows: sizes before the first and after each branch. */
export const compute = (state) =>
  ofTraits(
    state.placement,
    state.depth,
    state.gain,
    state.constants,
    state.limits.depth.max,
  );

const ofTraits = memo((placement, depth, gain, constants, deepest) => {
  const { seed, features, inputs: count } = constants;
  const all = drawn(seed, features, count, deepest);
  const matrices = all.matrices.slice(0, depth);
  const transposed = all.transposed.slice(0, depth);
  const runs = all.inputs.map((x) => forward(x, matrices, placement, gain));
  const sizes = (rows) =>
    range(depth + 1).map((k) => rms(rows.map((r) => r[k])));
  const back = (alone) => {
    const gradients = sizes(
      all.upstream.map((g, n) =>
        backward(g, runs[n], transposed, { placement, gain }, alone),
      ),
    );
    return gradients.map((size) => size / gradients[0]).reverse();
  };
  return {
    stream: sizes(runs.map(({ streams }) => streams)),
    closed: range(depth + 1).map((k) => residualRms(placement, k, gain)),
    gradient: back(false),
    skips: back(true),
  };
});

/** The axis, in powers of ten, which keeps still while a handle moves. */
function remember(state) {
  const { stream, closed, gradient, skips } = compute(state);
  const powers = [stream, closed, gradient, skips]
    .flat()
    .map(Math.log10)
    .filter(Number.isFinite);
  return { powers: fitted(state.local?.powers, powers, USUAL) };
}

export function view(state, width, set) {
  const say = speaker(state);
  const computed = compute(state);
  const { depth } = state;
  const end = number("rms", computed.stream[depth], 2, "normalized");
  const closed = number("closed_form", computed.closed[depth], 2, "statistic");
  const back = number("gradient", computed.gradient[0], 2, "gradient");
  const skips = computed.skips[0];
  const alone = number(
    "by_the_skips",
    skips,
    2,
    "gradient",
    skips < 0.01 ? label(+skips.toPrecision(2)) : skips.toFixed(2),
  );
  return {
    title: say`Off the skip, the way back stays open`,
    invitation: say`Drag the norm along the wire, the branch’s gain up and down, and the depth along the axis.`,
    pictures: [
      drawWire(say, width, state, set),
      drawSizes(say, width, state, computed, set),
    ],
    readout: [
      depth === 1
        ? say.parts`After 1 branch, the stream’s rms is ${end}; the closed form says ${closed}.`
        : say.parts`After ${depth} branches, the stream’s rms is ${end}; the closed form says ${closed}.`,
      br(),
      say.parts`The gradient at the input is ${back} times the one that arrives; by the skips alone, ${alone} times.`,
    ],
  };
}

export default { keys: ["placement", "depth", "gain"], view, remember };
