// TrainingReplay: SGD on one feature of LayerNorm(2), as a path over the loss and
// as gamma and beta against the step, with the closed form beside the steps.
import { fitted } from "./lib/axis.js";
import { button, slider } from "./lib/controls.js";
import { layerNorm, mean, sgdOnLine } from "./lib/formulas.js";
import { br } from "./lib/marks.js";
import { memo } from "./lib/memo.js";
import { label, number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";
import { MARGIN } from "./training_replay_chart.js";
import { drawHistory } from "./training_replay_history.js";
import { drawPlane } from "./training_replay_plane.js";

const USUAL = [-1.5, 1.5]; // of gamma, beta and the target
const TWO_COLUMNS = 640; // pixels
const GAP = 12; // between two pictures side by side
const MOST_HEIGHT = 320;

/** gamma and beta of one feature after 0, 1, ..., t steps. */
function train({ xhat, target, gamma, beta, lr }, t) {
  const steps = [{ gamma, beta }];
  for (let k = 0; k < t; k++) {
    // Two rows of two outputs: the mean of four squares, over two equal rows.
    const error = gamma * xhat + beta - target;
    gamma -= lr * error * xhat;
    beta -= lr * error;
    steps.push({ gamma, beta });
  }
  return steps;
}

/** Both features' training, and where the one that is looked at is heading. */
export const compute = ({ constants, lr, target, gamma0, beta0, feature, t }) =>
  ofTraits(constants.x, lr, target, gamma0, beta0, feature, t);

const ofTraits = memo((x, lr, target, gamma0, beta0, feature, t) => {
  // Of the first row, and of the second: only their means differ.
  const fits = layerNorm(x[0]).map((xhat, i) => ({
    xhat,
    lr,
    target: target[i],
    gamma: gamma0[i],
    beta: beta0[i],
  }));
  const runs = fits.map((fit) => train(fit, t));
  const squares = fits.map(({ xhat, target }, i) => {
    const { gamma, beta } = runs[i][t];
    return (gamma * xhat + beta - target) ** 2;
  });
  const fit = fits[feature];
  const factor = 1 - lr * (fit.xhat ** 2 + 1);
  return {
    fit,
    taken: runs[feature],
    now: runs[feature][t],
    loss: mean(squares),
    factor,
    // The valley's nearest point to the start, which a learning rate of
    // 1 / curvature reaches in one step.
    centre: sgdOnLine({ ...fit, lr: lr / (1 - factor) }, 1),
    end: Math.abs(factor) < 1 ? sgdOnLine(fit, Infinity) : null,
  };
});

/** What gamma's and beta's axes show, which keep still while the start is dragged. */
function remember(state) {
  const { fit, centre } = compute(state);
  const shown = [fit.gamma, fit.beta, centre.gamma, centre.beta];
  return { shown: fitted(state.local?.shown, shown, USUAL) };
}

function controlsOf(say, state, set) {
  const { lr, target, feature, t, limits } = state;
  const last = limits.t.max;
  const go = (count) => set({ t: Math.min(last, t + count) });
  const over = { disabled: t >= last };
  return [
    slider({
      name: say`learning rate`,
      ...limits.lr,
      step: 0.01,
      value: lr,
      text: label(lr, 2),
      set: (lr) => set({ lr }),
    }),
    slider({
      name: say`target`,
      min: USUAL[0],
      max: USUAL[1],
      step: 0.1,
      value: target[feature],
      text: label(target[feature]),
      set: (value) => set({ target: target.with(feature, value) }),
    }),
    slider({
      name: say`step`,
      ...limits.t,
      step: 1,
      value: t,
      text: String(t),
      set: (t) => set({ t }),
    }),
    button(say`Step`, () => go(1), over),
    button(say`10 steps`, () => go(10), over),
    button(say`Feature ${2 - feature}`, () => set({ feature: 1 - feature })),
  ];
}

function readoutOf(say, { feature, t, limits }, computed) {
  const { fit, now, loss, factor, end } = computed;
  const taken = t === 1 ? say`1 step` : say`${t} steps`;
  const xhat = label(fit.xhat, 0);
  const [gamma, beta] = [
    number("gamma", now.gamma, 4, "parameter"),
    number("beta", now.beta, 4, "parameter"),
  ];
  const output = now.gamma * fit.xhat + now.beta;
  const y = number("output", output, 4, "normalized");
  const multiplier = number("factor", factor, 4);
  return [
    say.parts`After ${taken}, feature ${feature + 1} (x̂ = ${xhat}) has γ = ${gamma}, β = ${beta} and the output ${y}; its target is ${label(fit.target)}. The loss of both features is ${number("loss", loss, 4)}.`,
    br(),
    factor < 0
      ? say.parts`Each step overshoots the valley and multiplies the error by ${multiplier}.`
      : say.parts`Each step multiplies the error by ${multiplier}.`,
    say.space,
    end
      ? say.parts`Training ends at γ = ${number("gamma_end", end.gamma, 4, "parameter")}, β = ${number("beta_end", end.beta, 4, "parameter")}, the valley’s nearest point to the start.`
      : say`The error grows without end: the run diverges.`,
    t >= limits.t.max && [
      say.space,
      say`That is the last step shown; Reset starts again.`,
    ],
  ];
}

export function view(state, width, set) {
  const say = speaker(state);
  const { feature, gamma0, beta0, limits, local, t } = state;
  const computed = compute(state);
  const across = width >= TWO_COLUMNS ? (width - GAP) / 2 : width;
  // With room for the last number of an axis as long as the other.
  const square =
    across - MARGIN.left - MARGIN.right + MARGIN.top + MARGIN.bottom;
  const size = { width: across, height: Math.min(square, MOST_HEIGHT) };
  const put = ({ gamma, beta }) =>
    set({
      gamma0: gamma0.with(feature, gamma),
      beta0: beta0.with(feature, beta),
    });
  return {
    title: say`γ and β share the work`,
    invitation: say`Press Step and watch both change. Then drag the start, or raise the learning rate.`,
    layout: "zm-panels",
    pictures: [
      drawPlane(say, size, local.shown, computed, {
        title: say`Feature ${feature + 1}: its loss over γ → and β ↑`,
        put,
      }),
      drawHistory(say, size, local.shown, computed, { t, last: limits.t.max }),
    ],
    controls: controlsOf(say, state, set),
    readout: readoutOf(say, state, computed),
  };
}

export default {
  keys: ["lr", "target", "gamma0", "beta0", "feature", "t"],
  view,
  remember,
};
