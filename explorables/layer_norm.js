// LayerNormExplorer: x, x-hat and y side by side, one bar a feature.
import { extent } from "d3-array";
import { fitted } from "./lib/axis.js";
import { button, epsilon, slider } from "./lib/controls.js";
import { layerNorm, mean, variance } from "./lib/formulas.js";
import { memo } from "./lib/memo.js";
import { number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";
import {
  drawInput,
  drawNormalized,
  drawOutput,
} from "./layer_norm_pictures.js";

const THREE_COLUMNS = 620; // pixels
const GAP = 12; // between two pictures side by side
// What the axes show at least.
const INPUT = [0, 6];
const OUTPUT = [-2.5, 2.5];
// Beyond this, 3x + 7 would soon leave float64's range of squares.
const LARGEST = 1e100;

const finite = Number.isFinite;

const ofTraits = memo((x, gamma, beta, eps, correction) => {
  const hat = layerNorm(x, { eps, correction });
  const y = layerNorm(x, { eps, correction, gamma, beta });
  return {
    hat,
    y,
    mean: mean(x),
    sigma: Math.sqrt(variance(x, correction)),
    hatMean: mean(hat),
    hatStd: Math.sqrt(variance(hat, 0)),
    ends: y.some(Number.isNaN) ? [NaN, NaN] : extent(y),
  };
});

/** x-hat and y, their statistics and those of x. */
export const compute = ({ x, gamma, beta, eps, correction }) =>
  ofTraits(x, gamma, beta, eps, correction);

/** The axes, which keep still while something is dragged. */
function remember(state) {
  const { x, gamma, beta, local } = state;
  const { y } = compute(state);
  const handles = x.flatMap((_, i) => [beta[i], beta[i] + gamma[i]]);
  return {
    input: fitted(local?.input, x, INPUT),
    output: fitted(local?.output, [...y.filter(finite), ...handles], OUTPUT),
  };
}

/** The first d features; those that there were not yet are 1, 2, 3, 4, 5, 1, ... */
const resized = (x, d) =>
  Array.from({ length: d }, (_, i) => x[i] ?? 1 + (i % 5));

function controlsOf(say, state, set) {
  const { x, correction, limits } = state;
  const other = limits.correction.max - correction;
  return [
    slider({
      name: say`features d`,
      min: limits.x.shortest,
      max: limits.x.longest,
      step: 1,
      value: x.length,
      text: String(x.length),
      set: (d) => set({ x: resized(x, d) }),
    }),
    epsilon(state, { step: 0.25, set }),
    button("x → 3x + 7", () => set({ x: x.map((value) => 3 * value + 7) }), {
      disabled: Math.max(...x.map(Math.abs)) > LARGEST,
    }),
    button(other ? say`Divide by N − 1` : say`Divide by N`, () =>
      set({ correction: other }),
    ),
  ];
}

function readoutOf(say, { x, correction }, computed) {
  const [smallest, largest] = computed.ends;
  const role = correction ? "rival" : "statistic";
  const m = number("mean", computed.mean, 2, "statistic");
  const sigma = number("sigma", computed.sigma, 4, role);
  const std = number("normalized_std", computed.hatStd, 4, "normalized");
  const low = number("smallest_y", smallest, 4, "normalized");
  const high = number("largest_y", largest, 4, "normalized");
  const divisor = correction ? "N − 1" : "N";
  return [
    say.parts`x has mean ${m} and, with the divisor ${divisor}, σ = ${sigma}; x̂ has standard deviation ${std}; y runs from ${low} to ${high}.`,
    x.length === 1 &&
      !correction && [say.space, say`One feature is its own mean, so x̂ is 0.`],
  ];
}

export function view(state, width, set) {
  const say = speaker(state);
  const computed = compute(state);
  const put = (trait, i, value) =>
    set({ [trait]: state[trait].with(i, value) });
  const each = width >= THREE_COLUMNS ? (width - 2 * GAP) / 3 : width;
  return {
    title: say`Shift and scale the input: the output stays`,
    invitation: say`Drag the bars of x. On y, a round handle is β, and a square one is where γ puts an x̂ of 1.`,
    layout: "zm-panels",
    pictures: [
      drawInput(say, each, state, computed, put),
      drawNormalized(say, each, OUTPUT, computed),
      drawOutput(say, each, state, computed, put),
    ],
    controls: controlsOf(say, state, set),
    readout: readoutOf(say, state, computed),
  };
}

export default {
  keys: ["x", "gamma", "beta", "eps", "correction"],
  view,
  remember,
};
