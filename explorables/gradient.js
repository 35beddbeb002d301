// GradientExplorer: an upstream gradient in bars, what LayerNorm's backward pass
// takes off it, and how rows add up to the gradients of gamma and beta.
import { fitted } from "./lib/axis.js";
import { slider } from "./lib/controls.js";
import {
  backwardParts,
  layerNorm,
  layerNormBackward,
  mean,
  variance,
} from "./lib/formulas.js";
import { br } from "./lib/marks.js";
import { memo } from "./lib/memo.js";
import { number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";
import { drawStages, drawSums, drawUpstream } from "./gradient_pictures.js";

const NEGLIGIBLE = 1e-12; // what rounding leaves of a sum that is 0
const TWO_COLUMNS = 560; // pixels
const ONE_COLUMN = 290; // below it the panels' titles would meet
const GAP = 12; // between two pictures side by side
// What the axes show at least.
const UPSTREAM = [-3, 3];
const STAGES = [-2, 2];
const SUMS = [-3, 3];

const total = (values) => mean(values) * values.length;

/** 0 for a sum that is nothing but its terms' rounding. */
const settled = (sum, size) => (Math.abs(sum) <= NEGLIGIBLE * size ? 0 : sum);

/** The sums of no, one, two, ... of these numbers. */
function partialSums(values) {
  const sums = [0];
  for (const value of values) sums.push(sums.at(-1) + value);
  return sums;
}

/** What is taken off h, one after the other, and what is left each time. */
function stagesOf({ h, xhat, parts, dx }) {
  const withoutMean = h.map((value) => value - parts.mean);
  const along = xhat.map((value) => value * parts.slope);
  const left = withoutMean.map((value, i) => value - along[i]);
  return [
    { values: h, taken: h.map(() => parts.mean) },
    { values: withoutMean, taken: along },
    { values: left, taken: [] },
    { values: dx, taken: [] },
  ];
}

/** All that the figure shows, of the traits. */
export const compute = (state) =>
  ofTraits(state.x, state.gamma, state.grad_output, state.eps, state.row);

const ofTraits = memo((rows, gammas, gradOutput, eps, row) => {
  const r = Math.min(row, rows.length - 1);
  // A kernel sends a new shape trait by trait: what is not there yet counts as 0.
  const gamma = rows[r].map((_, i) => gammas[i] ?? 0);
  const upstreams = rows.map((row, k) =>
    row.map((_, i) => gradOutput[k]?.[i] ?? 0),
  );
  // LayerNorm does not see a shift: this one makes equal numbers exactly equal,
  // which their mean, rounded, need not be.
  const shifted = rows.map((row) => row.map((value) => value - row[0]));
  const xhats = shifted.map((row) => layerNorm(row, { eps }));
  const h = upstreams[r].map((value, i) => value * gamma[i]);
  const one = {
    h,
    xhat: xhats[r],
    parts: backwardParts(h, xhats[r]),
    dx: layerNormBackward(upstreams[r], shifted[r], { eps, gamma }),
  };
  const added = upstreams.map((row, k) =>
    row.map((value, i) => value * xhats[k][i]),
  );
  /** For each feature, where its bars end, row on row. */
  const ends = (those) =>
    gamma.map((_, i) => partialSums(those.map((row) => row[i])));
  return {
    ...one,
    r,
    gamma,
    x: rows[r],
    count: rows.length,
    upstream: upstreams[r],
    scale: Math.sqrt(variance(shifted[r], 0) + eps),
    stages: stagesOf(one),
    dgamma: ends(added),
    dbeta: ends(upstreams),
  };
});

/** The domains of the axes, which keep still while a bar is dragged. */
function remember(state) {
  const { upstream, stages, dgamma, dbeta } = compute(state);
  const old = state.local ?? {};
  const finite = (values) => [0, ...values.flat().filter(Number.isFinite)];
  const shown = stages.map(({ values, taken }) => [...values, ...taken]);
  return {
    upstream: fitted(old.upstream, upstream, UPSTREAM),
    stages: fitted(old.stages, finite(shown), STAGES),
    dgamma: fitted(old.dgamma, finite(dgamma), SUMS),
    dbeta: fitted(old.dbeta, finite(dbeta), SUMS),
  };
}

/** Numbers in parentheses, under the names that quantities() gives them. */
const vector = (name, values) => [
  "(",
  values.map((value, i) => [
    i ? ", " : "",
    number(`${name}_${i + 1}`, value, 2, "gradient"),
  ]),
  ")",
];

function readoutOf(say, computed) {
  const { r, h, scale, dx, xhat, count } = computed;
  const size = total(h.map(Math.abs)) / scale;
  const dot = settled(total(dx.map((value, i) => value * xhat[i])), size);
  const [sum, product] = [
    number("dx_sum", settled(total(dx), size), 2, "gradient"),
    number("dx_dot_x_hat", dot, 2, "gradient"),
  ];
  const rest = dot && Number.isFinite(dot) ? say` (what ε leaves of it)` : "";
  const end = dx.some(Number.isNaN)
    ? say`: equal values and ε = 0 make 0 / 0.`
    : say`.`;
  const [dgamma, dbeta] = ["dgamma", "dbeta"].map((name) =>
    vector(
      name,
      computed[name].map((ends) => ends.at(-1)),
    ),
  );
  return [
    say.parts`Row ${r + 1} gets dx = ${vector("dx", dx)}; its sum is ${sum}, its dot product with x̂ ${product}${rest}${end}`,
    br(),
    say.parts`All ${count} rows together: dγ = ${dgamma}, dβ = ${dbeta}.`,
  ];
}

function controlsOf(say, { step, limits }, { r, count }, set) {
  const peeled = [say`nothing`, say`mean`, say`mean, x̂`, say`all: dx`];
  return [
    slider({
      name: say`row`,
      min: 1,
      max: count,
      step: 1,
      value: r + 1,
      text: say`${r + 1} of ${count}`,
      set: (row) => set({ row: row - 1 }),
    }),
    slider({
      name: say`peel off`,
      ...limits.step,
      step: 1,
      value: step,
      text: peeled[step],
      set: (step) => set({ step }),
    }),
  ];
}

export function view(state, width, set) {
  const say = speaker(state);
  const computed = compute(state);
  const { r, dgamma, dbeta } = computed;
  const { local, limits } = state;
  const put = (i, value) =>
    set({
      grad_output: state.grad_output.map((row, k) =>
        k === r ? row.with(i, value) : row,
      ),
    });
  const half = width >= TWO_COLUMNS ? (width - GAP) / 2 : width;
  const columns = width >= TWO_COLUMNS ? 4 : width >= ONE_COLUMN ? 2 : 1;
  return {
    title: say`What is left has no mean and no x̂ in it`,
    invitation: say`Drag a bar of g, then peel off what cannot reach x. Dashed: before; blue: the part along x̂. Below, the stronger bars are this row's, the outlined ones the sum.`,
    layout: "zm-panels",
    pictures: [
      drawUpstream(say, width, local.upstream, limits, computed, put),
      drawStages(say, width, local.stages, { columns, ...state }, computed),
      drawSums(half, local.dgamma, r, {
        name: say`What each row adds to dgamma`,
        title: say`dγ = Σ g x̂ over rows`,
        sums: dgamma,
      }),
      drawSums(half, local.dbeta, r, {
        name: say`What each row adds to dbeta`,
        title: say`dβ = Σ g over rows`,
        sums: dbeta,
      }),
    ],
    controls: controlsOf(say, state, computed, set),
    readout: readoutOf(say, computed),
  };
}

export default { keys: ["grad_output", "row", "step"], view, remember };
