// TransformerExplorer: a small trained decoder that sorts digits, with the norm of your
// choice, at the place of your choice, under weights trained with it or with another.
import { fitted } from "./lib/axis.js";
import { epsilon, namedChoice, slider } from "./lib/controls.js";
import { decode, initial, named, unpacked } from "./lib/decoder.js";
import { mean, meanSquare, variance } from "./lib/formulas.js";
import { br } from "./lib/marks.js";
import { memo } from "./lib/memo.js";
import { label, number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";
import { drawDigits, drawNorm, drawSizes } from "./transformer_pictures.js";

const TWO_COLUMNS = 640; // pixels
const GAP = 12; // between two pictures side by side
// Axes: powers of ten, what enters a norm, and what it makes of it.
const USUAL = { powers: [-2, 2], entering: [-6, 6], hat: [-4, 4] };

const length = (rows) => Math.hypot(...rows.flat());
const rms = (rows) => Math.sqrt(meanSquare(rows.flat()));

const parametersOf = memo((text, constants) =>
  named(text ? unpacked(text) : initial(constants), constants),
);

const ofParameters = memo(
  (parameters, digits, norm, place, gain, eps, branches, answer) => {
    const how = { norm, place, gain, eps, branches };
    const run = decode(parameters, digits, how, answer);
    const sorted = [...digits].sort((a, b) => a - b);
    return {
      ...run,
      sorted,
      right: run.answer.filter((digit, k) => digit === sorted[k]).length,
      chances: run.answer.map((digit, k) => run.probabilities[k][digit]),
      sizes: run.streams.map(rms),
      lengths: run.gradients.map(length),
    };
  },
);

/** All that the decoder does with these digits, and the norm that is looked at. */
export function compute(state) {
  const { weights, trained, norm, place, constants, digits } = state;
  const { gain, eps, answer, branch } = state;
  const variant = trained === "none" ? trained : `${trained}-${place}`;
  const run = ofParameters(
    parametersOf(weights[variant], constants),
    ...[digits, norm, place, gain, eps, constants.branches, answer],
  );
  const at = digits.length - 1 + answer;
  const x = run.entering[branch][at];
  return { ...run, at, x, hat: run.hats[branch][at], ...takenFrom(x, state) };
}

/** What a norm subtracts from x, and what it divides by, if it does. */
function takenFrom(x, { norm, eps }) {
  if (norm === "LayerNorm")
    return { mean: mean(x), divisor: Math.sqrt(variance(x, 0) + eps) };
  if (norm === "RMSNorm")
    return { mean: 0, divisor: Math.sqrt(meanSquare(x) + eps) };
  return {};
}

/** The axes, which keep still while something is dragged. */
function remember(state) {
  const { sizes, lengths, x, hat } = compute(state);
  const powers = [...sizes, ...lengths].map(Math.log10);
  const old = state.local ?? {};
  return {
    powers: fitted(old.powers, powers.filter(Number.isFinite), USUAL.powers),
    entering: fitted(old.entering, x, USUAL.entering),
    hat: fitted(old.hat, hat, USUAL.hat),
  };
}

const namesOf = (say) => ({
  none: say`no norm`,
  LayerNorm: "LayerNorm",
  RMSNorm: "RMSNorm",
  DyT: "DyT",
  pre: say`pre`,
  post: say`post`,
  sandwich: say`sandwich`,
});

function controlsOf(say, state, set) {
  const { norm, gain, limits, id } = state;
  const names = namesOf(say);
  const row = (name, trait, put) =>
    namedChoice({
      name,
      group: `${id}-${trait}`,
      values: limits[trait].choices,
      texts: limits[trait].choices.map((one) => names[one]),
      value: state[trait],
      set: put,
    });
  const unless = (idle) => (idle ? "visibility:hidden" : undefined);
  return [
    // Whoever takes other weights gets the norm that belongs to them.
    row(say`trained with`, "trained", (one) =>
      set({ trained: one, norm: one }),
    ),
    row(say`runs with`, "norm", (one) => set({ norm: one })),
    row(say`its place`, "place", (one) => set({ place: one })),
    slider({
      name: say`all γ times`,
      ...limits.gain,
      step: 0.05,
      value: gain,
      text: label(gain, 2),
      set: (gain) => set({ gain }),
      style: unless(norm === "none"),
    }),
    epsilon(state, {
      step: 0.5,
      set,
      style: unless(!["LayerNorm", "RMSNorm"].includes(norm)),
    }),
  ];
}

function normSaid(say, { norm, branch }, computed) {
  const which = branch + 1;
  const divisor = number("divisor", computed.divisor, 2, "statistic");
  if (norm === "LayerNorm") {
    const middle = number("mean", computed.mean, 2, "statistic");
    return say.parts`There, the norm of branch ${which} subtracts the mean ${middle} and divides by ${divisor}.`;
  }
  if (norm === "RMSNorm")
    return say.parts`There, the norm of branch ${which} divides by ${divisor}.`;
  return norm === "DyT"
    ? say`There, branch ${which} squashes each feature by itself.`
    : say`There is no norm.`;
}

function readoutOf(say, state, computed) {
  const { answer, right, chances, sizes, lengths } = computed;
  const k = state.answer;
  const written = answer.join(" ");
  const count = number("right", right, 0);
  const chance = number("probability", chances[k], 2, "normalized");
  const size = number("stream", sizes.at(-1), 2, "normalized");
  const back = number("gradient", lengths[0], 2, "gradient");
  return [
    say.parts`It writes ${written}: ${count} of ${answer.length} digits are right. Digit ${k + 1}, a ${answer[k]}, has the probability ${chance}.`,
    say.space,
    normSaid(say, state, computed),
    br(),
    say.parts`The stream ends with rms ${size}. The gradient of this digit’s logit comes back to the embeddings with length ${back}.`,
  ];
}

export function view(state, width, set) {
  const say = speaker(state);
  const computed = compute(state);
  const across = width >= TWO_COLUMNS ? (width - GAP) / 2 : width;
  return {
    title: say`Weights know the norm they were trained with`,
    invitation: say`Drag the digits; the decoder writes them in order. Then run it with another norm than its weights were trained with.`,
    layout: "zm-panels",
    pictures: [
      drawDigits(say, width, state, computed, set),
      drawSizes(say, across, state, computed, set),
      drawNorm(say, across, state, computed),
    ],
    controls: controlsOf(say, state, set),
    readout: readoutOf(say, state, computed),
  };
}

export default {
  keys: [
    ...["digits", "trained", "norm", "place"],
    ...["gain", "eps", "answer", "branch"],
  ],
  view,
  remember,
};
