// VarianceExplorer: a sample on a number line and its squared deviations; and below,
// what three divisors make of many other samples.
import { fitted } from "./lib/axis.js";
import { button, slider } from "./lib/controls.js";
import {
  estimatorMoments,
  mean,
  sumOfSquares,
  variance,
} from "./lib/formulas.js";
import { br } from "./lib/marks.js";
import { memo } from "./lib/memo.js";
import { label, number, plain } from "./lib/numbers.js";
import { normalSums } from "./lib/sampling.js";
import { speaker } from "./lib/say.js";
import {
  divisorText,
  drawAreas,
  drawEstimates,
  drawLine,
} from "./variance_pictures.js";

const USUAL = [0, 6];
const BINS = 40;
const LARGEST_ESTIMATE = 4; // right end of the histogram; the last bin holds the rest
const AT_ONCE = [1, 100, 10_000]; // samples that a button draws

const samplesOf = memo(normalSums);

/** How the estimates spread, and their bias and error as they turned out. */
const spreadOf = memo((most, seed, n, correction, draws) => {
  const counts = new Array(BINS).fill(0);
  let [bias, error] = [0, 0];
  // One pass: each step of a drag may go over fifty thousand.
  for (const sum of samplesOf(most)(seed, n, draws)) {
    const estimate = sum / (n - correction);
    const bin = Math.floor((estimate * BINS) / LARGEST_ESTIMATE);
    counts[Math.min(bin, BINS - 1)] += 1;
    bias += (estimate - 1) / draws;
    error += (estimate - 1) ** 2 / draws;
  }
  return { counts, largest: LARGEST_ESTIMATE, bias, error };
});

/** Of the sample x: its moments. Of samples of n: what to expect, and what was drawn. */
export function compute({ x, correction, n, draws, seed, limits }) {
  const m = mean(x);
  return {
    mean: m,
    squares: x.map((value) => (value - m) ** 2),
    sumOfSquares: sumOfSquares(x),
    byN: variance(x, 0),
    byNMinus1: variance(x, 1),
    moments: estimatorMoments(n, correction),
    spread: spreadOf(limits.n.max, seed, n, correction, draws),
  };
}

/** What the number line shows, which keeps still while a dot is dragged. */
const remember = ({ x, local }) => ({ line: fitted(local?.line, x, USUAL) });

function controlsOf(say, { correction, n, draws, limits }, set) {
  const { min, max } = limits.correction;
  const most = limits.draws.max;
  return [
    slider({
      name: say`divisor`,
      // From N − 1 on the left to N + 1: correction is what is taken away.
      min: -max,
      max: -min,
      step: 0.05,
      value: -correction,
      text: divisorText(correction),
      set: (added) => set({ correction: -added || 0 }), // no −0
    }),
    slider({
      name: say`sample size N`,
      min: limits.n.min,
      max: limits.n.max,
      step: 1,
      value: n,
      text: String(n),
      set: (n) => set({ n }),
    }),
    AT_ONCE.map((count) =>
      button(
        say`Draw ${plain(count)}`,
        () => set({ draws: Math.min(most, draws + count) }),
        { disabled: draws >= most },
      ),
    ),
  ];
}

/** What is said of the sample on the line. */
function ownReadout(say, N, computed) {
  const m = number("mean", computed.mean);
  const sum = number("sum_of_squares", computed.sumOfSquares);
  const byN = number("variance_n", computed.byN, 2, "statistic");
  const other = number("variance_n_minus_1", computed.byNMinus1, 2, "rival");
  return N === 1
    ? say.parts`Upper half: one number is its own mean, ${m}, and the sum of its squared deviations is ${sum}. Divided by N, the sum gives ${byN}; divided by N − 1, it gives ${other} (0 / 0: torch warns).`
    : say.parts`Upper half: ${N} numbers with mean ${m}; the sum of their squared deviations is ${sum}. Divided by N, the sum gives ${byN}; divided by N − 1, it gives ${other}.`;
}

/** What is said of the samples drawn. */
function drawnReadout(say, { n, correction, draws, limits }, computed) {
  const { moments, spread } = computed;
  const divisor = divisorText(correction);
  const bias = number("bias", moments.bias);
  const error = number("mean_squared_error", moments.meanSquaredError, 3);
  const [drawnBias, drawnError] = [
    label(spread.bias, 2),
    label(spread.error, 3),
  ];
  return [
    say.parts`Lower half: with samples of N = ${n} and the divisor ${divisor}, the bias is ${bias} and the mean squared error ${error} in the long run.`,
    say.space,
    draws
      ? say`In the ${plain(draws)} drawn they are ${drawnBias} and ${drawnError}.`
      : say`No sample has been drawn yet.`,
    draws >= limits.draws.max && [
      say.space,
      say`That is the limit; Reset begins anew.`,
    ],
  ];
}

export function view(state, width, set) {
  const say = speaker(state);
  const { x } = state;
  const computed = compute(state);
  const put = (i, value) => set({ x: x.with(i, value) });
  return {
    title: say`Unbiased is not best`,
    invitation: say`Upper half: drag a dot. Lower half: draw ten thousand samples, then move the divisor from N − 1 through N to N + 1. With which is the estimate right on average, and with which is it closest?`,
    pictures: [
      drawLine(say, width, state, computed, put),
      drawAreas(say, width, computed),
      drawEstimates(say, width, state, computed.spread),
    ],
    controls: controlsOf(say, state, set),
    readout: [
      ownReadout(say, x.length, computed),
      br(),
      drawnReadout(say, state, computed),
    ],
  };
}

export default { keys: ["x", "correction", "n", "draws"], view, remember };
