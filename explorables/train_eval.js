// TrainEvalExplorer: a batch on a number line, and below it the outputs of BatchNorm
// in training and in eval, each under where it was before a sample was moved.
import { fitted } from "./lib/axis.js";
import { button, choice } from "./lib/controls.js";
import {
  layerNorm,
  mean,
  normalizeBy,
  runningAverage,
  variance,
} from "./lib/formulas.js";
import { br } from "./lib/marks.js";
import { memo } from "./lib/memo.js";
import { number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";
import { drawBatches } from "./train_eval_pictures.js";

const USUAL = [-4, 4];
const RAISED =
  'ValueError("Expected more than 1 value per channel when training, got input size torch.Size([1, 1])")';

const finite = Number.isFinite;

/** How many moved by more than rounding can: a share of the largest output. */
function countMoved([now, then], negligible) {
  const size = Math.max(...[...now, ...then].map(Math.abs));
  const least = negligible * size;
  return now.filter((value, i) => Math.abs(value - then[i]) > least).length;
}

/** The batch and what it was, its statistics, and both modes' outputs. */
export const compute = (state) =>
  ofTraits(
    state.x,
    state.start,
    state.sample,
    state.running_mean,
    state.running_var,
    state.constants.negligible,
  );

const ofTraits = memo((x, start, sample, mean_, variance_, negligible) => {
  // With another length it counts as x: nothing has moved.
  const then = start.length === x.length ? start : x;
  const i = Math.min(sample, x.length - 1);
  const both = [x, then];
  const running = { mean: mean_, variance: variance_ };
  // BatchNorm of one feature is LayerNorm along the batch.
  const trained = x.length > 1 ? both.map((one) => layerNorm(one)) : [[], []];
  const evaluated = both.map((one) => normalizeBy(one, mean_, variance_));
  return {
    both,
    then,
    i,
    movedBy: x[i] - then[i],
    batch: {
      mean: mean(x),
      variance: variance(x, 0),
      unbiased: variance(x, 1),
    },
    running,
    trained,
    evaluated,
    moved: [trained, evaluated].map((one) => countMoved(one, negligible)),
  };
});

/** The axes, which keep still while a dot is dragged. */
function remember(state) {
  const { both, trained, evaluated } = compute(state);
  const old = state.local ?? {};
  const keep = (name, rows) =>
    fitted(old[name], rows.flat().filter(finite), USUAL);
  return {
    x: keep("x", both),
    training: keep("training", trained),
    inEval: keep("inEval", evaluated),
  };
}

/** The traits once x[i] is `value`. */
const moveTo = (state, { then, i: last }, i, value) => ({
  x: state.x.with(i, value),
  // What was before stays so while it is the same sample that moves.
  start: i === last ? then : state.x,
  sample: i,
});

function controlsOf(say, state, { batch }, set) {
  const { x, running_mean, running_var, limits, constants, id } = state;
  const sizes = [1, 2, limits.x.longest];
  const toward = (old, value) =>
    runningAverage([value], constants.momentum, old)[1];
  return [
    choice({
      name: say`batch size`,
      group: `${id}-size`,
      values: sizes,
      texts: sizes.map((size) =>
        size === 1 ? say`1 sample` : say`${size} samples`,
      ),
      value: x.length,
      set(size) {
        // The samples that are there stay: only the size changes.
        const more = constants.samples.slice(x.length);
        const batch = [...x, ...more].slice(0, size);
        set({ x: batch, start: batch, sample: 0 });
      },
    }),
    button(
      say`One training step`,
      () =>
        set({
          running_mean: toward(running_mean, batch.mean),
          // BatchNorm stores another variance than it uses.
          running_var: toward(running_var, batch.unbiased),
        }),
      // One sample has no variance to store; nor has what leaves float64's range.
      { disabled: !finite(batch.unbiased) },
    ),
  ];
}

/** What moved, and where the sample's own output is. */
function storyOf(say, size, { i, movedBy, trained, evaluated, moved }) {
  const by = number("moved_by", movedBy, 2, "input");
  const [inTraining, inEval] = [
    number("moved_in_training", moved[0], 0),
    number("moved_in_eval", moved[1], 0),
  ];
  const own = number("output_in_training", trained[0][i], 2, "normalized");
  const other = number("other_in_training", trained[0][1 - i], 2, "normalized");
  const ownInEval = number("output_in_eval", evaluated[0][i], 2, "rival");
  const begin = movedBy
    ? say.parts`You moved sample ${i + 1} by ${by}.`
    : say`Sample ${i + 1} has not been moved.`;
  const training = {
    1: say`In training, torch raises ${RAISED}.`,
    2: say.parts`In training, its output is ${own} and the other one ${other}: two samples come out as −1 and 1 wherever they lie, unless they are so close that ε counts.`,
  }[size];
  if (training)
    return [
      ...[begin, say.space, training, say.space],
      movedBy
        ? say.parts`In eval, ${inEval} of ${size} outputs moved; its own is ${ownInEval}.`
        : say.parts`In eval, its output is ${ownInEval}.`,
    ];
  return [
    ...[begin, say.space],
    movedBy
      ? [
          say.parts`In training, ${inTraining} of ${size} outputs moved; in eval, ${inEval} of ${size}.`,
          say.space,
        ]
      : [],
    say.parts`Its own output is ${own} in training and ${ownInEval} in eval.`,
  ];
}

function readoutOf(say, size, computed) {
  const { batch, running } = computed;
  const statistic = (name, value, role = "statistic") =>
    number(name, value, 2, role);
  const m = statistic("mean", batch.mean);
  const v = statistic("variance", batch.variance);
  const stored = statistic("variance_to_store", batch.unbiased, "rival");
  const kept = statistic("running_mean", running.mean, "rival");
  const keptVariance = statistic("running_var", running.variance, "rival");
  return [
    storyOf(say, size, computed),
    br(),
    size > 1 && [
      say.parts`The batch’s mean is ${m}; its variance is ${v} with 1/N, and ${stored} with 1/(N − 1), which is what goes into the running variance.`,
      say.space,
    ],
    say.parts`The running mean is ${kept}, the running variance ${keptVariance}.`,
  ];
}

export function view(state, width, set) {
  const say = speaker(state);
  const computed = compute(state);
  const move = (i, value) => set(moveTo(state, computed, i, value));
  return {
    title: say`Move one sample, and see which outputs move`,
    invitation: say`Drag a dot; hollow marks are where outputs were. Then try a batch of 2, and training steps.`,
    pictures: [drawBatches(say, width, state.local, computed, move)],
    controls: controlsOf(say, state, computed, set),
    readout: readoutOf(say, state.x.length, computed),
  };
}

export default {
  keys: ["x", "start", "sample", "running_mean", "running_var"],
  view,
  remember,
};
