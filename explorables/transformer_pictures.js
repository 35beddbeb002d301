// TransformerExplorer's pictures: the digits, sizes along the branches, and one norm.
import { range } from "d3-array";
import { scaleBand, scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { axis } from "./lib/axis.js";
import { handle, handles } from "./lib/handle.js";
import {
  band,
  bar,
  circle,
  dot,
  heading,
  level,
  path,
  picture,
  rect,
  rule,
  seen,
  words,
} from "./lib/marks.js";
import { label } from "./lib/numbers.js";

const LEFT = 26;
const DIGITS = { top: 34, bottom: 148 };
const WRITTEN = 176; // the digits as text
const CHANCE = { top: 184, bottom: 214, width: 14 }; // bars of probability
const POINTER = 230;
const ROW = 17; // of the attention
const ATTENTION = 280;
const SIZES = { left: 44, top: 26, bottom: 176, height: 246 };
const NORM = { left: 34, right: 8, height: 246 };
const PANELS = [
  [22, 112],
  [146, 236],
];

const middle = { "text-anchor": "middle" };

/** Boxes [x, y, width, height] as one mark: a drag changes all of them at once. */
const boxes = (role, those) =>
  path({
    class: `zm-bar zm-${role}`,
    d: those
      .filter((box) => box.every(Number.isFinite))
      .map(
        ([x, y, width, height]) => `M${x},${y}h${width}v${height}h${-width}z`,
      )
      .join(""),
  });

/** The places of the digits, from left to right: the input's, then the answer's. */
function columnsOf(width, { digits }) {
  const n = digits.length;
  const step = (width - LEFT - 4) / (2 * n + 0.5);
  return {
    step,
    x: (c) => LEFT + step * (c + 0.5 + (c >= n ? 0.5 : 0)),
  };
}

/** The answer's digits at their heights; of a wrong one, also where it belongs. */
function drawAnswer({ answer, sorted, chances }, n, { x }, y) {
  const chance = scaleLinear([0, 1], [CHANCE.bottom, CHANCE.top]);
  return answer.map((digit, k) => {
    const at = x(n + k);
    const right = digit === sorted[k];
    return [
      right
        ? dot("normalized", at, y(digit), 6)
        : [
            circle({
              class: "zm-target zm-gradient",
              cx: at,
              cy: y(digit),
              r: 6,
            }),
            dot("muted", at, y(sorted[k]), 3),
          ],
      words(right ? "normalized" : "gradient", at, WRITTEN, digit, middle),
      rect({
        class: "zm-panel-ground",
        x: at - CHANCE.width / 2,
        y: CHANCE.top,
        width: CHANCE.width,
        height: CHANCE.bottom - CHANCE.top,
      }),
      bar(chance, {
        x: at - CHANCE.width / 2,
        width: CHANCE.width,
        value: chances[k],
        className: `zm-bar zm-${right ? "normalized" : "gradient"}`,
      }),
    ];
  });
}

/** A row for each digit of the answer: squares as large as what it has looked at. */
function drawAttention(say, width, state, { seen: all, answer }, { x, step }) {
  const n = state.digits.length;
  const block = Math.floor(state.branch / 2);
  const most = Math.min(step, ROW) - 2;
  return [
    heading("muted", say`attention in layer ${block + 1}`, {
      x: 2,
      y: ATTENTION - 12,
    }),
    rect({
      class: "zm-panel-ground",
      x: LEFT,
      width: width - LEFT - 2,
      y: ATTENTION + state.answer * ROW,
      height: ROW,
    }),
    answer.map((digit, k) => {
      const at = ATTENTION + ROW * (k + 0.5);
      const role = k === state.answer ? "input" : "muted";
      return [
        boxes(
          role,
          all[2 * block][n - 1 + k].map((share, c) => {
            const side = most * Math.sqrt(share);
            return [x(c) - side / 2, at - side / 2, side, side];
          }),
        ),
        words(role, x(n + k), at + 4.5, digit, middle),
      ];
    }),
  ];
}

export function drawDigits(say, width, state, computed, set) {
  const { digits, answer, limits } = state;
  const n = digits.length;
  const columns = columnsOf(width, state);
  const { x } = columns;
  const { min, max } = limits.digits;
  const y = scaleLinear([min, max], [DIGITS.bottom, DIGITS.top]);
  const between = (x(n - 1) + x(n)) / 2;
  return picture(
    {
      name: say`The digits, the answer, and what it has looked at`,
      width,
      height: ATTENTION + n * ROW + 6,
    },
    seen(
      heading("input", say`input`, { x: LEFT, y: 15 }),
      heading("normalized", say`answer`, { x: between + 8, y: 15 }),
      rule({
        class: "zm-link",
        x1: between,
        x2: between,
        y1: 4,
        y2: CHANCE.bottom,
      }),
      digits.map((digit, c) => words("input", x(c), WRITTEN, digit, middle)),
      drawAnswer(computed, n, columns, y),
      words("muted", between - 6, CHANCE.bottom - 8, say`probability`, {
        "text-anchor": "end",
      }),
      words("muted", between - 6, POINTER + 4.5, say`looked at`, {
        "text-anchor": "end",
      }),
      drawAttention(say, width, state, computed, columns),
    ),
    axis(y, { x: LEFT, ticks: [min, 3, 6, max] }),
    handles(digits, (digit, i) => ({
      name: say`digit ${i + 1}`,
      x: x(i),
      set: (to) => set({ digits: digits.with(i, Math.round(to)) }),
      scale: y,
      limits: [min, max],
      step: 1,
      text: String(digit),
    })),
    handle({
      name: say`digit of the answer to look at`,
      role: "normalized",
      shape: "square",
      y: POINTER,
      value: answer,
      set: (to) => set({ answer: Math.round(to) }),
      scale: scaleLinear([0, n - 1], [x(n), x(2 * n - 1)]),
      limits: [limits.answer.min, limits.answer.max],
      step: 1,
      text: say`digit ${answer + 1} of the answer`,
    }),
  );
}

/** The sizes of the stream and of the gradient, before the first and after each branch. */
export function drawSizes(say, width, state, { sizes, lengths }, set) {
  const { local, branch, limits } = state;
  const { left, top, bottom, height } = SIZES;
  const x = scaleLinear([0, sizes.length - 1], [left + 8, width - 12]);
  const y = scaleLinear(local.powers, [bottom, top]);
  const points = (values) =>
    values
      .map((value, i) => [x(i), y(Math.log10(value))])
      .filter(([, at]) => Number.isFinite(at));
  const curve = (role, values, className = "") => [
    path({
      class: `zm-curve zm-${role} ${className}`,
      d: line()(points(values)),
    }),
    points(values).map(([cx, cy]) => dot(role, cx, cy, 4)),
  ];
  const [low, high] = local.powers;
  const second = Math.min(width / 2, width - 154);
  return picture(
    { name: say`Sizes of the stream and of the gradient`, width, height },
    seen(
      heading("normalized", say`stream → (rms)`, { within: second - 10 }),
      heading("gradient", say`← gradient (length)`, { x: second }),
      curve("normalized", sizes),
      curve("gradient", lengths, "zm-dashed"),
      range(sizes.length - 1).map((i) =>
        words(
          i === branch ? "normalized" : "muted",
          x(i + 0.5),
          bottom + 22,
          i % 2 ? "MLP" : say`attention`,
          {
            ...middle,
            class: `zm-text-${i === branch ? "normalized" : "muted"} zm-small`,
          },
        ),
      ),
      rule({ class: "zm-frame", x1: left, x2: width, y1: bottom, y2: bottom }),
    ),
    axis(y, {
      x: left,
      ticks: range(Math.ceil(low), Math.floor(high) + 1),
      format: (power) =>
        label(10 ** power, Math.abs(power) > 3 ? 0 : undefined),
    }),
    handle({
      name: say`branch whose norm is looked at`,
      role: "normalized",
      shape: "square",
      y: bottom + 44,
      value: branch,
      set: (to) => set({ branch: Math.round(to) }),
      scale: scaleLinear([0, 1], [x(0.5), x(1.5)]),
      limits: [limits.branch.min, limits.branch.max],
      step: 1,
      text: say`branch ${branch + 1}`,
    }),
  );
}

/** What enters a norm at the position looked at, and x-hat. */
export function drawNorm(say, width, { local, branch, norm }, computed) {
  const { left, height } = NORM;
  const right = width - NORM.right;
  const { x, hat, mean, divisor } = computed;
  const columns = scaleBand(range(x.length), [left + 2, right]).padding(0.2);
  const known = divisor !== undefined;
  const panel = (values, role, domain, [top, bottom]) => {
    const y = scaleLinear(domain, [bottom, top]);
    return {
      y,
      marks: [
        axis(y, { x: left, ticks: 3 }),
        level("zm-ground", y(0), left, right),
        boxes(
          role,
          values.map((value, i) => [
            columns(i),
            y(0),
            columns.bandwidth(),
            y(value) - y(0),
          ]),
        ),
      ],
    };
  };
  const above = panel(x, "input", local.entering, PANELS[0]);
  const below = panel(hat, "normalized", local.hat, PANELS[1]);
  const [low, high] = local.entering;
  const within = (value) => Math.min(high, Math.max(low, value));
  return picture(
    { name: say`What enters the norm, and what it makes of it`, width, height },
    seen(
      heading("input", say`x at the norm of branch ${branch + 1}`),
      heading("normalized", norm === "DyT" ? "x̂ = tanh(α x)" : "x̂", { y: 139 }),
      known &&
        band(
          above.y,
          [within(mean - divisor), within(mean + divisor)],
          left,
          right,
        ),
      above.marks,
      known && level("zm-mean", above.y(mean), left, right),
      below.marks,
    ),
  );
}
