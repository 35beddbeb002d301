// RunningStatsExplorer: a stream of batches whose population shifts midway, and the
// running mean and variance that BatchNorm keeps of it.
import { button, slider } from "./lib/controls.js";
import {
  estimatorMoments,
  halfLife,
  mean,
  runningAverage,
  variance,
} from "./lib/formulas.js";
import { br } from "./lib/marks.js";
import { memo } from "./lib/memo.js";
import { label, number } from "./lib/numbers.js";
import { normalBatches } from "./lib/sampling.js";
import { speaker } from "./lib/say.js";
import { drawStream } from "./running_stats_pictures.js";

const SMALLEST_MOMENTUM = -3; // as a power of ten; the slider's left end is 0
const PER_SECOND = 12; // batches, while playing

/** Each batch of standard normal numbers, as what is kept of it. */
const streamOf = memo((last, largest) =>
  normalBatches(last, largest, (noise) => ({
    mean: mean(noise),
    biased: variance(noise, 0),
    unbiased: variance(noise, 1),
  })),
);

/** The mean and both variances of a batch from a population of these. */
const batchOf = ({ mean, variance }, noise) => ({
  mean: mean + Math.sqrt(variance) * noise.mean,
  biased: variance * noise.biased,
  unbiased: variance * noise.unbiased,
});

/** The batches taken, and what BatchNorm has kept after each, 0 of them included. */
export function compute(state) {
  const { batch_size, momentum, t, shift_at, seed, limits, constants } = state;
  const { before, start } = constants;
  const after = { mean: state.mean_after, variance: state.var_after };
  const stream = streamOf(limits.t.max, limits.batch_size.max);
  const batches = stream(seed, batch_size)
    .slice(0, t)
    .map((noise, k) => batchOf(k < shift_at ? before : after, noise));
  const each = (name) => batches.map((batch) => batch[name]);
  const kept = (name, from) => runningAverage(each(name), momentum, from);
  return {
    before,
    after,
    start,
    now: t > shift_at ? after : before,
    batches: { mean: each("mean"), variance: each("biased") },
    runningMean: kept("mean", start.mean),
    biased: kept("biased", start.variance),
    unbiased: kept("unbiased", start.variance),
    share: estimatorMoments(batch_size, 0).expectation,
    half: halfLife(momentum),
  };
}

const digits = (half) => (half > 0 && half < 10 ? 1 : 0);

function controlsOf(say, state, set) {
  const { batch_size, momentum, t, limits, local } = state;
  const last = limits.t.max;
  const go = (count) => set({ t: Math.min(last, t + count) });
  const over = { disabled: t >= last };
  return [
    slider({
      name: say`batch size`,
      min: Math.log2(limits.batch_size.min), // a power of 2
      max: Math.log2(limits.batch_size.max),
      step: 1,
      value: Math.log2(batch_size),
      text: String(batch_size),
      set: (power) => set({ batch_size: 2 ** power }),
    }),
    slider({
      name: say`momentum`,
      min: SMALLEST_MOMENTUM,
      max: Math.log10(limits.momentum.max),
      step: 0.05,
      value: Math.max(SMALLEST_MOMENTUM, Math.log10(momentum)),
      text: label(momentum),
      set: (power) =>
        set({
          momentum:
            power === SMALLEST_MOMENTUM
              ? limits.momentum.min
              : +(10 ** power).toPrecision(2),
        }),
    }),
    button(say`Step`, () => go(1), over),
    button(say`10 steps`, () => go(10), over),
    button(
      local.playing ? say`Pause` : say`Play`,
      () => set({}, { playing: !local.playing }),
      { ...over, class: "zm-button zm-play" },
    ),
    button(say`Back to 0`, () => set({ t: 0 }), {
      disabled: t === 0,
    }),
  ];
}

/** How many batches have been taken, and how many of them of the new population. */
function takenOf(say, { batch_size: size, t, shift_at, limits }) {
  const since = t - shift_at;
  if (t === 0) return say`No batch of ${size} has come yet.`;
  if (t === limits.t.max)
    return say`These are all ${t} batches of ${size}, ${since} of them since the shift.`;
  if (since > 0)
    return say`${t} batches of ${size} have come, ${since} of them since the shift.`;
  return t === 1
    ? say`1 batch of ${size} has come.`
    : say`${t} batches of ${size} have come.`;
}

function readoutOf(say, state, computed) {
  const { t, momentum } = state;
  const { now, runningMean, biased, unbiased, share, half } = computed;
  const [m, v] = [
    number("mean", now.mean, 1, "input"),
    number("variance", now.variance, 1, "input"),
  ];
  const kept = number("running_mean", runningMean[t], 2, "statistic");
  const torchs = number("running_var", unbiased[t], 2, "rival");
  const other = number("running_var_biased", biased[t], 2, "statistic");
  const settled = number("settles_at", share * now.variance, 2, "statistic");
  const [old, fresh] = [label(1 - momentum), label(momentum)];
  const steps = number("half_life", half, digits(half));
  return [
    takenOf(say, state),
    say.space,
    say.parts`The running mean is ${kept}; the population’s mean is ${m}. The running variance is ${torchs} as torch stores it, with 1/(N − 1), and ${other} with 1/N; the population’s variance is ${v}.`,
    say.space,
    half < Infinity
      ? say.parts`With 1/N it settles at ${settled}.`
      : say.parts`With 1/N, and a momentum above 0, it would settle at ${settled}.`,
    br(),
    half === 0
      ? say.parts`running ← ${old} · running + ${fresh} · batch: half of any distance is gone after ${steps} steps, that is, all of it after one.`
      : half < Infinity
        ? say.parts`running ← ${old} · running + ${fresh} · batch: half of any distance is gone after ${steps} steps.`
        : say.parts`running ← ${old} · running + ${fresh} · batch: half of any distance is gone after ${steps} steps, that is, never.`,
  ];
}

export function view(state, width, set) {
  const say = speaker(state);
  const computed = compute(state);
  return {
    title: say`Running statistics are either late or noisy`,
    invitation: say`Press Play. Then change the momentum, drag the shift along the axis, and drag the new population up or down.`,
    pictures: [drawStream(say, width, state, computed, set)],
    controls: controlsOf(say, state, set),
    readout: readoutOf(say, state, computed),
  };
}

/** It plays until the end. */
const remember = ({ t, limits, local }) => ({
  playing: Boolean(local?.playing) && t < limits.t.max,
});

const play = {
  perSecond: PER_SECOND,
  next: ({ t, limits }) => (t < limits.t.max ? { t: t + 1 } : null),
};

export default {
  keys: ["batch_size", "momentum", "t", "shift_at", "mean_after", "var_after"],
  view,
  remember,
  play,
};
