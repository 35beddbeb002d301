// ResidualStream's pictures: the wire with its norm, and the sizes along the depth.
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { axis } from "./lib/axis.js";
import { handle } from "./lib/handle.js";
import {
  circle,
  dot,
  path,
  picture,
  rect,
  seen,
  text,
  words,
} from "./lib/marks.js";
import { label } from "./lib/numbers.js";

const WIRE = { height: 168, branch: 62, skip: 128, name: 156 };
const SIZES = { left: 58, top: 14, bottom: 206 };
const LINE = 18; // of the legend
const WIDE = 450;
const BOX = { width: 62, height: 40 };

/** Where the norm can stand, from left to right: at these shares of the width. */
const STOPS = {
  none: { at: 0.06, on: "name" },
  pre: { at: 0.28, on: "branch" },
  "branch-end": { at: 0.73, on: "branch" },
  post: { at: 0.85, on: "skip" },
};

const namesOf = (say) => ({
  none: say`no norm`,
  pre: say`before the branch`,
  "branch-end": say`at the branch’s end`,
  post: say`after the sum`,
});

/** The wire of one branch, the norm on it, and the branch's gain. */
export function drawWire(say, width, { placement, gain, limits }, set) {
  const { branch, skip } = WIRE;
  const places = limits.placement.choices;
  const names = namesOf(say);
  const at = (share) => share * width;
  const along = scaleLinear(
    places.map((_, i) => i),
    places.map((name) => at(STOPS[name].at)),
  );
  const [fork, box, sum] = [at(0.16), at(0.44), at(0.78)];
  const gains = scaleLinear(
    [limits.gain.min, limits.gain.max],
    [branch + 44, branch - 44],
  );
  const gainAt = box + BOX.width / 2 + 16;
  const put = (i) => set({ placement: places[Math.round(i)] });
  return picture(
    {
      name: say`One branch and its skip, and where the norm stands`,
      width,
      height: WIRE.height,
    },
    seen(
      path({ class: "zm-curve zm-input", d: `M4,${skip}H${width - 4}` }),
      path({
        class: "zm-curve zm-input",
        d: `M${fork},${skip}V${branch}H${sum}V${skip}`,
      }),
      rect({
        class: "zm-panel-ground",
        x: box - BOX.width / 2,
        y: branch - BOX.height / 2,
        width: BOX.width,
        height: BOX.height,
      }),
      text({ x: box, y: branch + 5, "text-anchor": "middle" }, say`branch`),
      circle({ class: "zm-panel-ground", cx: sum, cy: skip, r: 10 }),
      text({ x: sum, y: skip + 5, "text-anchor": "middle" }, "+"),
      words("muted", at(0.44), skip - 8, say`skip`, {
        "text-anchor": "middle",
      }),
      places.map((name) =>
        dot("muted", at(STOPS[name].at), WIRE[STOPS[name].on], 3),
      ),
      words("parameter", gainAt + 12, branch - 36, say`gain ${label(gain, 2)}`),
      words("normalized", 4, 15, say`norm: ${names[placement]}`),
      words("muted", at(STOPS.none.at) + 16, WIRE.name + 5, say`off`),
    ),
    handle({
      name: say`gain of the branch`,
      role: "parameter",
      shape: "square",
      x: gainAt,
      value: gain,
      set: (gain) => set({ gain }),
      scale: gains,
      limits: [limits.gain.min, limits.gain.max],
      step: 0.05,
      text: say`gain ${label(gain, 2)}`,
    }),
    handle({
      name: say`place of the norm`,
      role: "normalized",
      y: WIRE[STOPS[placement].on],
      value: places.indexOf(placement),
      set: put,
      scale: along,
      limits: [0, places.length - 1],
      step: 1,
      text: names[placement],
    }),
  );
}

/** The sizes of stream and gradient, before the first and after each branch. */
export function drawSizes(say, width, state, computed, set) {
  const { depth, limits, local } = state;
  const { left, top, bottom } = SIZES;
  const columns = width < WIDE ? 1 : 2;
  const legend = [
    ["normalized", say`dots: the stream, forward`],
    ["gradient", say`dots: the gradient, backward`],
    ["statistic", say`line: its closed form`],
    ["gradient", say`dashed: by the skips alone`],
  ];
  const height = bottom + 46 + (legend.length / columns) * LINE;
  const right = width - 16;
  const { min, max } = limits.depth;
  const x = scaleLinear([0, max], [left, right]);
  const y = scaleLinear(local.powers, [bottom, top]);
  const power = (size) => y(Math.log10(size));
  const shown = (sizes) =>
    sizes
      .map((size, k) => [x(k), power(size)])
      .filter(([, at]) => Number.isFinite(at));
  const curve = (role, sizes, className = "") =>
    path({
      class: `zm-curve zm-${role} ${className}`,
      d: line()(shown(sizes)),
    });
  const dots = (role, sizes) =>
    shown(sizes).map(([cx, cy]) => dot(role, cx, cy, 3));
  return picture(
    { name: say`Sizes of the stream and of the gradient`, width, height },
    seen(
      curve("statistic", computed.closed),
      curve("gradient", computed.skips, "zm-dashed"),
      dots("normalized", computed.stream),
      dots("gradient", computed.gradient),
      words("muted", right, bottom + 36, say`branches`, {
        "text-anchor": "end",
      }),
      legend.map(([role, content], i) =>
        words(
          role,
          i % columns ? width / 2 : 4,
          bottom + 58 + Math.floor(i / columns) * LINE,
          content,
        ),
      ),
    ),
    axis(x, { y: bottom, ticks: width < WIDE ? 5 : 9 }),
    axis(y, {
      x: left,
      ticks: 5,
      format: (power) =>
        label(10 ** power, power < -3 || power > 5 ? 0 : undefined),
    }),
    handle({
      name: say`number of branches`,
      role: "input",
      shape: "square",
      y: bottom,
      value: depth,
      set: (depth) => set({ depth: Math.round(depth) }),
      scale: x,
      limits: [min, max],
      step: 1,
      text: depth === 1 ? say`1 branch` : say`${depth} branches`,
    }),
  );
}
