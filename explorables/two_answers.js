// TwoAnswers: four dots, and what LayerNorm and torch's var make of them.
import { scaleLinear } from "d3-scale";
import { axis, fitted } from "./lib/axis.js";
import { layerNorm, sumOfSquares } from "./lib/formulas.js";
import { handles } from "./lib/handle.js";
import { dot, heading, picture, rule, seen, words } from "./lib/marks.js";
import { label, number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";

const USUAL = [0, 6];
const MARGIN = 18;
const HEIGHT = 218;
const ROWS = { x: 40, layerNorm: 122, byHand: 154 };
const ROOM = 1.15; // of an output's axis, beyond the largest that can be

/** The outputs of both ways. */
export const compute = ({ x }) => ({
  outputs: [layerNorm(x), layerNorm(x, { correction: 1 })],
  squares: sumOfSquares(x),
});

/** What the number line shows, which keeps still while a dot is dragged. */
const remember = ({ x, local }) => ({ line: fitted(local?.line, x, USUAL) });

function draw(say, width, { x: values, local }, { outputs }, put) {
  const [low, high] = local.line;
  const x = scaleLinear(local.line, [MARGIN, width - MARGIN]);
  const end = ROOM * Math.sqrt(values.length - 1);
  const y = scaleLinear([-end, end], [MARGIN, width - MARGIN]);
  const ways = [
    { name: `F.layer_norm(x, (${values.length},))`, role: "normalized" },
    { name: "(x - x.mean()) / (x.var() + 1e-5).sqrt()", role: "rival" },
  ];
  const rows = [ROWS.layerNorm, ROWS.byHand];
  const [one, other] = outputs;
  return picture(
    {
      name: say`A sample, and what two ways make of it`,
      width,
      height: HEIGHT,
    },
    seen(heading("input", "x")),
    axis(x, { y: ROWS.x + 14, ticks: width < 450 ? 4 : 7 }),
    seen(
      one.map((value, i) =>
        rule({
          class: "zm-link",
          x1: y(value),
          y1: rows[0],
          x2: y(other[i]),
          y2: rows[1],
        }),
      ),
      ways.map(({ name, role }, i) => [
        words(role, 2, rows[i] + (i ? 26 : -16), name, { within: width - 4 }),
        outputs[i].map((value) => dot(role, y(value), rows[i])),
      ]),
    ),
    axis(y, { y: ROWS.byHand + 36, ticks: width < 450 ? 3 : 7 }),
    handles(values, (value, i) => ({
      name: `x${i + 1}`,
      y: ROWS.x,
      set: (to) => put(i, to),
      scale: x,
      limits: local.line,
      step: (high - low) / 120,
      text: label(value, 2),
    })),
  );
}

export function view(state, width, set) {
  const say = speaker(state);
  const { x } = state;
  const computed = compute(state);
  const [one, other] = computed.outputs;
  const first = number("layer_norm", one[0], 4, "normalized");
  const second = number("by_hand", other[0], 4, "rival");
  const sum = number("sum_of_squares", computed.squares);
  return {
    title: say`LayerNorm gives another answer`,
    invitation: say`Drag a dot. Both rows subtract the mean and divide by the standard deviation.`,
    pictures: [
      draw(say, width, state, computed, (i, value) =>
        set({ x: x.with(i, value) }),
      ),
    ],
    readout: say.parts`The first number, ${label(x[0], 2)}, becomes ${first} by LayerNorm and ${second} by hand. The squared deviations sum to ${sum}: x.var() divides that by ${x.length - 1}.`,
  };
}

export default { keys: ["x"], view, remember };
