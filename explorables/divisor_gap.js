// DivisorGap: LayerNorm of 1, 2, …, d with both divisors, and how far apart
// their outputs are as d grows.
import { range } from "d3-array";
import { scaleLinear, scaleLog } from "d3-scale";
import { line } from "d3-shape";
import { axis } from "./lib/axis.js";
import { divisorGap, layerNorm, variance } from "./lib/formulas.js";
import { handle } from "./lib/handle.js";
import { dot, g, path, picture, seen, words } from "./lib/marks.js";
import { drawnOnce } from "./lib/memo.js";
import { label, number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";

const LANDMARKS = [2, 4, 16, 64, 768, 4096];
const MOST_DOTS = 24;

const digits = (gap) => (gap < 0.01 ? 3 : 1);

/** As many of `all` as can be told apart, the first and the last among them. */
function some(all) {
  const shown = Math.min(all.length, MOST_DOTS);
  return range(shown).map(
    (i) => all[Math.round((i * (all.length - 1)) / (shown - 1))],
  );
}

/** What the figure computes: both ways' outputs for 1, 2, …, d, and their gap. */
export function compute({ d }) {
  const x = range(1, d + 1);
  return {
    byN: layerNorm(x),
    byNMinus1: layerNorm(x, { correction: 1 }),
    gap: divisorGap(d),
  };
}

function drawOutputs(say, width, { byN, byNMinus1 }) {
  const height = 116;
  const x = scaleLinear([-1.9, 1.9], [92, width - 14]);
  const ways = [
    { name: say`by N`, role: "statistic", outputs: byN },
    { name: say`by N − 1`, role: "rival", outputs: byNMinus1 },
  ];
  return picture(
    { name: say`The outputs of both ways, one row each`, width, height },
    seen(
      ways.map(({ name, role, outputs }, i) =>
        g(
          { transform: `translate(0,${24 + i * 40})` },
          words(role, 0, 0, name, { dy: "0.35em" }),
          some(outputs).map((value) => dot(role, x(value))),
        ),
      ),
    ),
    axis(x, { y: height - 24, ticks: [-1, 0, 1] }),
  );
}

const scales = (min, max, left, right, bottom) => [
  scaleLog([min, max], [left, right]),
  scaleLog([1e-4, 0.5], [bottom, 14]),
];

/** The gap of every d, which no drag changes. */
const drawGaps = drawnOnce((min, max, ...edges) => {
  const [x, y] = scales(min, max, ...edges);
  const at = (d) => y(divisorGap(d));
  const points = range(0, 1.0001, 0.01).map((t) => min * (max / min) ** t);
  return [
    path({ class: "zm-curve zm-rival", d: line().x(x).y(at)(points) }),
    LANDMARKS.map((d) => dot("rival", x(d), at(d), 3.5)),
  ];
});

function drawCurve(say, width, { d, limits }, set) {
  const height = 210;
  const [left, right, bottom] = [58, width - 20, height - 40];
  const { min, max } = limits.d;
  const [x, y] = scales(min, max, left, right, bottom);
  const gap = divisorGap(d);
  const percent = `${label(100 * gap, digits(gap))} %`;
  return picture(
    { name: say`The gap between both ways against d`, width, height },
    seen(
      drawGaps(min, max, left, right, bottom),
      words("muted", right, height - 6, say`number of features d`, {
        "text-anchor": "end",
      }),
      words("muted", left + 8, bottom - 6, say`the gap`),
    ),
    axis(x, {
      y: bottom,
      ticks: width < 450 ? [2, 16, 64, 768] : LANDMARKS,
      format: String,
    }),
    axis(y, {
      x: left,
      ticks: [0.0001, 0.001, 0.01, 0.1],
      format: (gap) => `${+(100 * gap).toPrecision(2)} %`,
    }),
    handle({
      name: say`number of features d`,
      role: "rival",
      shape: "square",
      y: y(gap),
      value: d,
      set: (d) => set({ d: Math.round(d) }),
      scale: x,
      limits: [min, max],
      // One feature near the left end, a few percent further right.
      step: Math.max(1, Math.round(d / 25)),
      text: say`${d} features, gap ${percent}`,
    }),
  );
}

export function view(state, width, set) {
  const say = speaker(state);
  const { d } = state;
  const computed = compute(state);
  const { byN, byNMinus1, gap } = computed;
  const one = number("largest_n", byN[d - 1], 4, "statistic");
  const other = number("largest_n_minus_1", byNMinus1[d - 1], 4, "rival");
  const smaller = number("gap_percent", 100 * gap, digits(gap));
  const spread = variance(byNMinus1, 0);
  const left = number("output_variance", spread, 4, "rival");
  return {
    title: say`Why nobody notices in a Transformer`,
    invitation: say`Drag the marker along the curve from d = 2 to d = 4096: the input is 1, 2, …, d, normalized both ways.`,
    pictures: [
      drawOutputs(say, width, computed),
      drawCurve(say, width, state, set),
    ],
    readout: say.parts`d = ${d}: the largest output is ${one} with N and ${other} with N − 1, ${smaller} % smaller; its variance is ${left} instead of 1.`,
  };
}

export default { keys: ["d"], view };
