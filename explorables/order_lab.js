// OrderLab: four layers in any order on one batch, forward in training and in eval,
// and backward to the bias.
import { range } from "d3-array";
import { fitted } from "./lib/axis.js";
import { choice, slider } from "./lib/controls.js";
import {
  layerNorm,
  layerNormBackward,
  mean,
  normalizeBy,
  variance,
} from "./lib/formulas.js";
import { br } from "./lib/marks.js";
import { memo } from "./lib/memo.js";
import { label, number } from "./lib/numbers.js";
import { normalBatches } from "./lib/sampling.js";
import { speaker } from "./lib/say.js";
import { drawLab } from "./order_lab_pictures.js";

const ROUNDING = 1e-12; // a gradient below it is one of 0
const USUAL = [0, 2]; // variances

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const transposed = (rows) => rows[0].map((_, j) => rows.map((row) => row[j]));
const byColumn = (rows, change) => transposed(transposed(rows).map(change));
const everywhere = (rows, change) =>
  rows.map((row, n) => row.map((value, j) => change(value, n, j)));
const spread = (rows) => mean(transposed(rows).map((x) => variance(x, 0)));

/** The batch, the weights, the read-out, and each place's turn in dropout. */
const drawn = memo((samples, features, seed) => {
  const rows = normalBatches(2 * samples + features + 1, features)(
    seed,
    features,
  );
  const sized = (row) => row.map((value) => value / Math.sqrt(features));
  const chance = rows.slice(-samples).flat();
  const turns = [];
  range(chance.length)
    .sort((a, b) => chance[a] - chance[b])
    .forEach((place, turn) => (turns[place] = turn));
  return {
    batch: rows.slice(0, samples),
    weight: rows.slice(samples, samples + features).map(sized),
    readout: sized(rows[samples + features]),
    turnOf: (n, j) => turns[n * features + j],
  };
});

/**
 * The layers by name: forward(x, training, kept) returns the output, and `kept` holds
 * what backward, from the gradient and the input, and eval need of training.
 */
function layersOf({ weight, turnOf, batch }, offset, rate) {
  // Python rounds halves to even. No rate of the slider leaves one.
  const dropped = Math.round(rate * batch.length * batch[0].length);
  const keeps = (n, j) => turnOf(n, j) >= dropped;
  const columns = transposed(weight);
  return {
    linear: {
      forward: (x) =>
        x.map((row) => weight.map((unit) => dot(row, unit) + offset)),
      backward: (g) =>
        g.map((row) => columns.map((feature) => dot(row, feature))),
    },
    norm: {
      forward: (x, training, { memory }) =>
        training
          ? byColumn(x, (one) => layerNorm(one))
          : transposed(
              transposed(x).map((one, j) => normalizeBy(one, ...memory[j])),
            ),
      remember: (x) => transposed(x).map((one) => [mean(one), variance(one)]),
      backward(g, x) {
        const inputs = transposed(x);
        return transposed(
          transposed(g).map((one, j) => layerNormBackward(one, inputs[j])),
        );
      },
    },
    relu: {
      forward: (x) => everywhere(x, (value) => Math.max(0, value)),
      backward: (g, x) =>
        everywhere(g, (value, n, j) => (x[n][j] > 0 ? value : 0)),
    },
    dropout: {
      forward: (x, training) =>
        training
          ? everywhere(x, (value, n, j) =>
              keeps(n, j) ? value / (1 - rate) : 0,
            )
          : x,
      backward: (g) =>
        everywhere(g, (value, n, j) => (keeps(n, j) ? value / (1 - rate) : 0)),
    },
  };
}

const run = memo((order, offset, rate, samples, features, seed) => {
  const numbers = drawn(samples, features, seed);
  const { batch, readout } = numbers;
  const layers = layersOf(numbers, offset, rate);
  const names = order.split("-");
  const inputs = {}; // of each layer, in training
  const memory = {};
  const through = (training) => {
    const values = [batch];
    for (const name of names) {
      const x = values.at(-1);
      if (training) {
        inputs[name] = x;
        memory[name] = layers[name].remember?.(x);
      }
      values.push(layers[name].forward(x, training, { memory: memory[name] }));
    }
    const errors = values
      .at(-1)
      .map((row, n) => dot(row, readout) - batch[n][0]);
    return {
      spreads: values.map(spread),
      errors,
      loss: mean(errors.map((error) => error ** 2)),
    };
  };
  const training = through(true);
  const inEval = through(false);
  let g = training.errors.map((error) =>
    readout.map((value) => (2 * error * value) / samples),
  );
  for (const name of names.slice(names.indexOf("linear") + 1).reverse())
    g = layers[name].backward(g, inputs[name]);
  const units = transposed(inputs.relu);
  const dead = units.filter((unit) => unit.every((value) => value <= 0));
  return {
    names,
    training,
    inEval,
    gradient: Math.max(
      ...transposed(g).map((unit) => Math.abs(unit.reduce((a, b) => a + b))),
    ),
    dead: (100 * dead.length) / features,
  };
});

/** What comes out of each layer in both modes, and what arrives at the bias. */
export function compute({ constants, order, bias, offset, rate }) {
  const { samples, features, seed } = constants;
  return run(order, bias ? offset : 0, rate, samples, features, seed);
}

/** The bars' scale, which keeps still while a block is dragged. */
function remember(state) {
  const { training, inEval } = compute(state);
  const all = [...training.spreads, ...inEval.spreads];
  return { domain: fitted(state.local?.domain, all, USUAL) };
}

function controlsOf(say, { bias, offset, rate, limits, id }, set) {
  return [
    choice({
      name: say`bias of the linear layer`,
      group: `${id}-bias`,
      values: [true, false],
      texts: [say`with a bias`, say`without`],
      value: bias,
      set: (bias) => set({ bias }),
    }),
    slider({
      name: say`all biases`,
      ...limits.offset,
      step: 0.5,
      value: offset,
      text: label(offset),
      set: (offset) => set({ offset }),
      style: bias ? undefined : "visibility:hidden",
    }),
    slider({
      name: say`dropout rate`,
      ...limits.rate,
      step: 0.1,
      value: rate,
      text: label(rate),
      set: (rate) => set({ rate }),
    }),
  ];
}

function readoutOf(say, { bias }, { training, inEval, gradient, dead }) {
  const none = gradient < ROUNDING;
  const text = none ? say`0, but for rounding` : label(gradient, 3);
  const arrives = number("bias_gradient", gradient, 3, "gradient", text);
  const share = number("dead", dead, 0);
  const [first, second] = [training, inEval].map(({ spreads }, i) =>
    i
      ? number("variance_in_eval", spreads.at(-1), 2, "rival")
      : number("variance_in_training", spreads.at(-1), 2, "normalized"),
  );
  const loss = number("loss", training.loss, 2);
  const lossInEval = number("loss_in_eval", inEval.loss, 2);
  return [
    bias
      ? say.parts`The bias’s largest gradient is ${arrives}.`
      : say`There is no bias.`,
    say.space,
    say.parts`Dead units: ${share} %.`,
    br(),
    say.parts`The outputs’ variance is ${first} in training and ${second} in eval; the loss is ${loss} and ${lossInEval}.`,
  ];
}

export function view(state, width, set) {
  const say = speaker(state);
  const computed = compute(state);
  return {
    title: say`What the order of the layers decides`,
    invitation: say`Drag a block to another place, or move the biases: what changes, and what doesn’t?`,
    pictures: [drawLab(say, width, state, computed, set)],
    controls: controlsOf(say, state, set),
    readout: readoutOf(say, state, computed),
  };
}

export default { keys: ["order", "bias", "offset", "rate"], view, remember };
