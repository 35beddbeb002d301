// SquashExplorer: the output of one feature under RMSNorm, while the others stand
// still, and DyT's S-curve beside it.
import { range } from "d3-array";
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { axis } from "./lib/axis.js";
import { rmsNorm } from "./lib/formulas.js";
import { handle } from "./lib/handle.js";
import {
  dot,
  heading,
  level,
  path,
  picture,
  seen,
  words,
} from "./lib/marks.js";
import { label, number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";

const STEP = 0.1;
const POINTS = 161; // of a curve
const HEADROOM = 1.15; // what is seen above the limit

/** Both outputs at x1, the alpha that fits at 0, and both as functions of x1. */
export function compute({ x1, x2, alpha, constants }) {
  const others = [x2, ...constants.rest];
  const limit = Math.sqrt(others.length + 1);
  const byRms = (x) => rmsNorm([x, ...others], { eps: 0 })[0];
  const byDyt = (x) => limit * Math.tanh(alpha * x);
  return {
    limit,
    byRms,
    byDyt,
    rms: byRms(x1),
    dyt: byDyt(x1),
    matching: 1 / Math.hypot(...others),
  };
}

function drawCurves(say, width, state, computed, set) {
  const { x1, alpha, limits } = state;
  const { limit, byRms, byDyt } = computed;
  const height = 280;
  const [left, right, top, bottom] = [40, width - 14, 12, height - 42];
  const { min, max } = limits.x1;
  const x = scaleLinear([min, max], [left, right]);
  const y = scaleLinear([-HEADROOM * limit, HEADROOM * limit], [bottom, top]);
  const places = range(POINTS).map(
    (i) => min + ((max - min) * i) / (POINTS - 1),
  );
  const curve = (role, f) =>
    path({
      class: `zm-curve zm-${role}`,
      d: line()
        .x(x)
        .y((at) => y(f(at)))(places),
    });
  const reach = 1 / alpha; // where DyT's S has come to tanh(1) of its limit
  return picture(
    { name: say`Two outputs against the first feature`, width, height },
    seen(
      [limit, -limit].map((at) =>
        level("zm-frame zm-dashed", y(at), left, right),
      ),
      curve("rival", byDyt),
      curve("normalized", byRms),
      heading("normalized", "RMSNorm", { x: left + 8, y: y(0) - 40 }),
      heading("rival", "DyT", { x: left + 8, y: y(0) - 20 }),
      words("muted", right, height - 4, say`first feature, x₁`, {
        "text-anchor": "end",
      }),
    ),
    axis(x, { y: bottom, ticks: 5 }),
    axis(y, { x: left, ticks: [-limit, 0, limit] }),
    handle({
      name: say`width of DyT’s S, 1/α`,
      role: "rival",
      shape: "square",
      y: y(byDyt(reach)),
      value: reach,
      set: (to) =>
        set({
          alpha: Math.min(
            limits.alpha.max,
            Math.max(limits.alpha.min, +(1 / to).toPrecision(6)),
          ),
        }),
      scale: x,
      limits: [1 / limits.alpha.max, 1 / limits.alpha.min],
      step: 0.05,
      text: `α = ${label(alpha, 3)}`,
    }),
    handle({
      name: say`first feature, x₁`,
      role: "input",
      y: y(byRms(x1)),
      value: x1,
      set: (x1) => set({ x1 }),
      scale: x,
      limits: [min, max],
      step: STEP,
      text: label(x1),
    }),
  );
}

function drawOthers(say, width, { x2, limits, constants }, set) {
  const height = 78;
  const x = scaleLinear([limits.x2.min, limits.x2.max], [40, width - 14]);
  return picture(
    { name: say`The other features`, width, height },
    seen(
      constants.rest.map((value) => dot("muted", x(value), 34)),
      words("muted", 40, 14, say`the others: x₂, and two that are 1`, {
        within: width - 42,
      }),
    ),
    axis(x, { y: 46, ticks: 5 }),
    handle({
      name: say`another feature, x₂`,
      role: "statistic",
      y: 34,
      value: x2,
      set: (x2) => set({ x2 }),
      scale: x,
      limits: [limits.x2.min, limits.x2.max],
      step: STEP,
      text: label(x2),
    }),
  );
}

export function view(state, width, set) {
  const say = speaker(state);
  const computed = compute(state);
  const rms = number("rms", computed.rms, 3, "normalized");
  const dyt = number("dyt", computed.dyt, 3, "rival");
  const matching = number("matching_alpha", computed.matching, 3, "rival");
  const [x1, x2, alpha] = [state.x1, state.x2, state.alpha].map((value) =>
    label(+value.toPrecision(3)),
  );
  return {
    title: say`An S-curve that the other features stretch`,
    invitation: say`Drag x₁ along RMSNorm’s curve, and fit DyT’s to it by the square. Then drag x₂: one curve moves.`,
    pictures: [
      drawCurves(say, width, state, computed, set),
      drawOthers(say, width, state, set),
    ],
    readout: say.parts`x = (${x1}, ${x2}, 1, 1), α = ${alpha}: RMSNorm’s first output is ${rms}, DyT’s ${dyt}. With α = ${matching} both curves have the same slope at 0.`,
  };
}

export default { keys: ["x1", "x2", "alpha"], view };
