// AxesExplorer: a block of cells, and which of them share one mean or one gamma.
import { choice } from "./lib/controls.js";
import { div, p } from "./lib/marks.js";
import { number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";

// What each axis of a block is called where the figure shows it.
const NAMES = { "(N, T, D)": ["B", "T", "d"], "(N, C, L)": ["B", "C", "T"] };
// The axes that one mean runs over, and those that one gamma is shared over.
const AXES = {
  LayerNorm: {
    "(N, T, D)": { mean: [2], gamma: [0, 1] },
    "(N, C, L)": { mean: [1, 2], gamma: [0] },
  },
  BatchNorm: {
    "(N, T, D)": { mean: [0, 1], gamma: [0, 1] },
    "(N, C, L)": { mean: [0, 2], gamma: [0, 2] },
  },
};
const MODULES = {
  LayerNorm: { "(N, T, D)": "LayerNorm(d)", "(N, C, L)": "LayerNorm((C, T))" },
  BatchNorm: { "(N, T, D)": "BatchNorm1d(d)", "(N, C, L)": "BatchNorm1d(C)" },
};
const WAYS = {
  ArrowRight: [0, 0, 1],
  ArrowLeft: [0, 0, -1],
  ArrowDown: [0, 1, 0],
  ArrowUp: [0, -1, 0],
  PageDown: [1, 0, 0],
  PageUp: [-1, 0, 0],
};

const shapeOf = (sizes) =>
  `(${sizes.join(", ")}${sizes.length === 1 ? "," : ""})`;
const upTo = (size) => Array.from({ length: size }, (_, i) => i);

/** What the figure computes: which cells share what, how many, and the shapes. */
export function compute({ norm, block, cell, constants }) {
  const { shape } = constants;
  const { mean, gamma } = AXES[norm][block];
  const shares = (over) => (at) =>
    at.every((index, axis) => over.includes(axis) || index === cell[axis]);
  const count = (over) => over.reduce((all, axis) => all * shape[axis], 1);
  const left = (over) => shape.filter((_, axis) => !over.includes(axis));
  return {
    sharesMean: shares(mean),
    sharesGamma: shares(gamma),
    cellsPerMean: count(mean),
    cellsPerGamma: count(gamma),
    // LayerNorm keeps the axes it runs over as 1, BatchNorm one number a channel.
    meanShape:
      norm === "LayerNorm"
        ? shape.map((size, axis) => (mean.includes(axis) ? 1 : size))
        : left(mean),
    gammaShape: left(gamma),
  };
}

/** What a screen reader hears of a cell. */
function spoken(say, block, [n, j, k], one, other) {
  const place =
    block === "(N, T, D)"
      ? say`sample ${n}, position ${j}, feature ${k}`
      : say`sample ${n}, channel ${j}, position ${k}`;
  if (one && other) return say`${place}, same mean, same gamma`;
  if (one) return say`${place}, same mean`;
  return other ? say`${place}, same gamma` : place;
}

/** Arrow keys walk through the block, from one slice into the next. */
function walk(event, at, [slices, rows, columns], go) {
  const way = WAYS[event.key];
  if (!way) return;
  event.preventDefault();
  const [i, j, k] = [slices, rows, columns].map(
    (size, axis) => (at[axis] + way[axis] + size) % size,
  );
  go([i, j, k]);
  const cells = event.currentTarget
    ?.closest(".zm-slices")
    .querySelectorAll(".zm-cell");
  cells?.[(i * rows + j) * columns + k].focus();
}

function drawCell(say, { block, cell, constants }, at, computed, go) {
  const chosen = String(at) === String(cell);
  const [one, other] = [computed.sharesMean(at), computed.sharesGamma(at)];
  const names = [
    "zm-cell",
    one && "zm-shares-mean",
    other && "zm-shares-gamma",
  ];
  return div(
    {
      class: names.filter(Boolean).join(" "),
      role: "gridcell",
      tabindex: chosen ? 0 : -1,
      "aria-selected": String(chosen),
      "aria-label": spoken(say, block, at, one, other),
      onclick: () => go(at),
      onkeydown: (event) => walk(event, at, constants.shape, go),
    },
    chosen && "x",
  );
}

/** One sample's cells, laid out in HTML. */
function drawSlice(say, state, n, computed, go) {
  const { id, block } = state;
  const [, rows, columns] = state.constants.shape;
  const [, down, across] = NAMES[block];
  return div(
    { class: "zm-slice" },
    p(
      { class: "zm-slice-name", id: `${id}-slice-${n}` },
      say`n = ${n}: ${down} down, ${across} across`,
    ),
    div(
      {
        class: "zm-grid",
        role: "grid",
        "aria-labelledby": `${id}-slice-${n}`,
      },
      upTo(rows).map((j) =>
        div(
          { class: "zm-row", role: "row" },
          upTo(columns).map((k) =>
            drawCell(say, state, [n, j, k], computed, go),
          ),
        ),
      ),
    ),
  );
}

export function view(state, width, set) {
  const say = speaker(state);
  const { id, norm, block, limits, constants } = state;
  const computed = compute(state);
  const { cellsPerMean, cellsPerGamma } = computed;
  const go = (cell) => set({ cell });
  const written = (block) => shapeOf(NAMES[block]);
  const [samples] = constants.shape;
  const picker = (trait, name, values, texts = values) =>
    choice({
      name,
      group: `${id}-${trait}`,
      values,
      texts,
      value: state[trait],
      set: (value) => set({ [trait]: value }),
    });
  const module = `nn.${MODULES[norm][block]}`;
  const input = `${written(block)} = ${shapeOf(constants.shape)}`;
  const alike = number("cells_per_mean", cellsPerMean, 0, "statistic");
  const scaled = number("cells_per_gamma", cellsPerGamma, 0, "parameter");
  const [ofMean, ofGamma] = [computed.meanShape, computed.gammaShape].map(
    shapeOf,
  );
  return {
    title: say`Who shares a mean, and who shares a γ`,
    invitation: say`Click a cell: filled cells share its mean and variance, framed ones its γ and β.`,
    layout: "zm-slices",
    pictures: upTo(samples).map((n) => drawSlice(say, state, n, computed, go)),
    controls: [
      picker("norm", say`norm`, limits.norm.choices),
      picker(
        "block",
        say`block`,
        limits.block.choices,
        limits.block.choices.map(written),
      ),
    ],
    readout: say.parts`${module} on ${input}: one mean from ${alike} cells, one γ for ${scaled} cells. Shapes: μ, σ² ${ofMean}; γ, β ${ofGamma}.`,
  };
}

export default { keys: ["norm", "block", "cell"], view };
