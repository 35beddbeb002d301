// OrderLab's picture: the layers as blocks to drag, and under each the variance of
// what it puts out, in training and in eval.
import { range } from "d3-array";
import { scaleLinear } from "d3-scale";
import { axis } from "./lib/axis.js";
import { handles } from "./lib/handle.js";
import { bar, heading, picture, rect, rule, seen, words } from "./lib/marks.js";
import { label } from "./lib/numbers.js";

const LEFT = 30;
const NARROW = 250;
const BLOCK = { top: 8, height: 44, name: 22 };
const BARS = { top: 104, bottom: 214 };
const HEIGHT = 226;
const WIDEST = 480; // where a block is soon dragged past another
const HALF = 17; // of a pair of bars
const FULL = 72; // what the longest name takes, in a wide font, too

const NAMES = ["linear", "norm", "relu", "dropout"];

const textsOf = (say) => ({
  linear: say`Linear`,
  norm: "BatchNorm",
  relu: "ReLU",
  dropout: say`dropout`,
});

/** A number over a bar that is 17 pixels wide. */
function brief(value) {
  const digits = value < 9.95 ? 1 : 0;
  return label(+value.toFixed(digits), digits);
}

/** The order once `name` stands at place `to`. */
export function moved(names, name, to) {
  const others = names.filter((one) => one !== name);
  return others.toSpliced(to, 0, name).join("-");
}

function drawBars(say, centre, width, domain, { training, inEval }) {
  const y = scaleLinear(domain, [BARS.bottom, BARS.top]);
  const gap = width < NARROW ? 1 : 2; // of a number from the middle
  const pair = (i) =>
    [training, inEval].map(({ spreads }, which) => {
      const left = centre(i) - HALF + which * HALF;
      const role = ["normalized", "rival"][which];
      return [
        bar(y, {
          x: left + 1,
          width: HALF - 2,
          value: spreads[i],
          className: `zm-bar zm-${role}`,
        }),
        words(
          role,
          centre(i) + (which ? gap : -gap),
          y(spreads[i]) - 4,
          brief(spreads[i]),
          {
            "text-anchor": which ? "start" : "end",
            class: `zm-text-${role} zm-small`,
          },
        ),
      ];
    });
  // Side by side also where the picture is narrow.
  const second = Math.min(196, width - 82);
  const first = Math.min(80, second - 100);
  return [
    axis(y, { x: LEFT, ticks: 3 }),
    seen(
      rule({
        class: "zm-frame",
        x1: LEFT,
        x2: width,
        y1: BARS.bottom,
        y2: BARS.bottom,
      }),
      words("muted", 2, BARS.top - 26, say`variance`, { within: first - 6 }),
      heading("normalized", say`left: training`, {
        x: first,
        y: BARS.top - 26,
        within: second - first - 8,
      }),
      heading("rival", say`right: eval`, { x: second, y: BARS.top - 26 }),
      range(training.spreads.length).map(pair),
    ),
  ];
}

export function drawLab(say, available, { local }, computed, set) {
  const width = Math.min(available, WIDEST);
  const { names } = computed;
  const texts = textsOf(say);
  const brief = { ...texts, norm: "BN" };
  const narrow = width < NARROW;
  const input = narrow ? 42 : 50; // room for x, and for the variances of its bars
  const room = (width - LEFT - input) / NAMES.length;
  const x = scaleLinear(
    [0, NAMES.length - 1],
    [LEFT + input + room / 2, width - room / 2],
  );
  const centre = (i) => (i ? x(i - 1) : LEFT + input / 2); // the input's, the layers'
  const last = NAMES.length - 1;
  const middle = BLOCK.top + BLOCK.height / 2;
  return picture(
    {
      name: say`Four layers in a row, and the variance behind each`,
      width,
      height: HEIGHT,
    },
    seen(
      rule({ class: "zm-link", x1: LEFT, x2: width, y1: middle, y2: middle }),
      words("input", centre(0), middle - 6, "x", { "text-anchor": "middle" }),
      NAMES.map((name) => {
        const at = x(names.indexOf(name));
        const content = room < FULL ? brief[name] : texts[name];
        return [
          rect({
            class: "zm-panel-ground",
            x: at - room / 2 + 1,
            width: room - 2,
            y: BLOCK.top,
            height: BLOCK.height,
            rx: 6,
          }),
          words("ink", at, BLOCK.name, content, {
            "text-anchor": "middle",
            class: "zm-small",
            ...(narrow && { within: room - 4 }),
          }),
        ];
      }),
    ),
    drawBars(say, centre, width, local.domain, computed),
    handles(
      NAMES.map((name) => names.indexOf(name)),
      (place, i) => ({
        name: texts[NAMES[i]],
        role: "parameter",
        shape: "square",
        y: BLOCK.top + BLOCK.height - 12,
        scale: x,
        limits: [0, last],
        step: 1,
        text: say`${texts[NAMES[i]]}, place ${place + 1} of ${names.length}`,
        set: (to) => set({ order: moved(names, NAMES[i], to) }),
      }),
    ),
  );
}
