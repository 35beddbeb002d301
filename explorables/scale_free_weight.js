// ScaleFreeWeight: a weight of two numbers before a norm, its gradient at a right angle
// to it, and a step of SGD as a right triangle.
import { button, slider } from "./lib/controls.js";
import { layerNorm, layerNormBackward, mean } from "./lib/formulas.js";
import { memo } from "./lib/memo.js";
import { label, number } from "./lib/numbers.js";
import { normalBatches } from "./lib/sampling.js";
import { speaker } from "./lib/say.js";
import { drawWeight } from "./scale_free_weight_pictures.js";

const TEN = 10;
const eps = 0;

/** The points, and what their normalized outputs shall be. */
const pointsOf = memo((count, seed) => {
  const rows = normalBatches(count, 3)(seed, 3);
  return {
    points: rows.map(([x, y]) => [x, y]),
    targets: rows.map(([x, , noise]) => x + noise),
  };
});

/** The loss at w, and its gradient. */
export function lossAt([u, v], { points, seed }) {
  const { points: xs, targets } = pointsOf(points, seed);
  const z = xs.map(([x, y]) => x * u + y * v);
  const errors = layerNorm(z, { eps }).map((one, n) => one - targets[n]);
  const g = errors.map((error) => (2 * error) / points);
  const dz = layerNormBackward(g, z, { eps });
  const along = (i) => dz.reduce((sum, one, n) => sum + one * xs[n][i], 0);
  return {
    loss: mean(errors.map((error) => error ** 2)),
    dw: [along(0), along(1)],
  };
}

/** A step of SGD with weight decay, and what there is to say of it. */
export function compute({ w, lr, weight_decay, constants }) {
  const { loss, dw } = lossAt(w, constants);
  const kept = 1 - lr * weight_decay;
  const size = Math.hypot(...w);
  const slope = Math.hypot(...dw);
  return {
    loss,
    size,
    slope,
    effective: size ? lr / size ** 2 : NaN,
    shortened: w.map((value) => kept * value),
    next: w.map((value, i) => kept * value - lr * dw[i]),
    angle: (Math.atan2(lr * slope, kept * size) * 180) / Math.PI,
    equilibrium: weight_decay
      ? ((lr * (slope * size) ** 2) / (weight_decay * (1 + kept))) ** 0.25
      : null,
  };
}

/** The state after `count` steps, as long as w is finite. */
function after(state, count) {
  let { w } = state;
  for (let t = 0; t < count; t++) {
    const { next } = compute({ ...state, w });
    if (!next.every(Number.isFinite)) break;
    w = next;
  }
  return { w };
}

function controlsOf(say, state, { next }, set) {
  const { lr, weight_decay, limits } = state;
  const stuck = { disabled: !next.every(Number.isFinite) };
  return [
    slider({
      name: say`rate η`,
      ...limits.lr,
      step: 0.05,
      value: lr,
      text: label(lr),
      set: (lr) => set({ lr }),
    }),
    slider({
      name: say`decay λ`,
      ...limits.weight_decay,
      step: 0.01,
      value: weight_decay,
      text: label(weight_decay),
      set: (weight_decay) => set({ weight_decay }),
    }),
    button(say`One step`, () => set(after(state, 1)), stuck),
    button(say`${TEN} steps`, () => set(after(state, TEN)), stuck),
  ];
}

function readoutOf(say, { loss, size, slope, effective, angle, equilibrium }) {
  const value = number("loss", loss, 4);
  const length = number("length", size, 3, "parameter");
  const gradient = number("gradient", slope, 3, "gradient");
  const rate = number("effective_lr", effective, 3);
  const turn = number("angle", angle, 1);
  return [
    say.parts`Loss ${value}; |w| is ${length}, its gradient’s size ${gradient}, the effective rate η/|w|² ${rate}: a step turns w by ${turn}°.`,
    say.space,
    equilibrium === null
      ? say`Without decay, w can only grow.`
      : say.parts`With this gradient, decay holds the balance at |w| = ${number("equilibrium", equilibrium, 3, "statistic")}.`,
  ];
}

export function view(state, width, set) {
  const say = speaker(state);
  const computed = compute(state);
  return {
    title: say`Only the direction counts`,
    invitation: say`Drag w along its ray, then around the circle. Then take steps: which way do they go?`,
    pictures: [drawWeight(say, width, state, computed, lossAt, set)],
    controls: controlsOf(say, state, computed, set),
    readout: readoutOf(say, computed),
  };
}

export default { keys: ["w", "lr", "weight_decay"], view };
