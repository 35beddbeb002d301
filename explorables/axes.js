// AxesExplorer: a block of cells, and which of them share one mean or one gamma.
import { range } from "d3-array";
import { choice } from "./lib/controls.js";
import { div, p } from "./lib/marks.js";
import { number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";

// What a key adds to the indices of a cell.
const WAYS = {
  ArrowRight: [0, 0, 1],
  ArrowLeft: [0, 0, -1],
  ArrowDown: [0, 1, 0],
  ArrowUp: [0, -1, 0],
  PageDown: [1, 0, 0],
  PageUp: [-1, 0, 0],
};

const product = (sizes) => sizes.reduce((all, size) => all * size, 1);
const shapeOf = (sizes) =>
  `(${sizes.join(", ")}${sizes.length === 1 ? "," : ""})`;

/** The axes that one mean runs over, those that share one gamma, and both shapes. */
export function compute({ norm, block, constants, limits }) {
  const { shape } = constants;
  const { axes, features } = constants.blocks[block];
  const all = range(shape.length);
  const isLayerNorm = norm === limits.norm.choices[0];
  const mean = all.filter((axis) =>
    isLayerNorm ? axis >= features : axis !== features,
  );
  const gamma = isLayerNorm ? range(features) : mean;
  const without = (over) => shape.filter((_, axis) => !over.includes(axis));
  const count = (over) => product(over.map((axis) => shape[axis]));
  const normalized = axes.slice(features).join(", ");
  return {
    shape,
    axes,
    mean,
    gamma,
    cellsPerMean: count(mean),
    cellsPerGamma: count(gamma),
    // LayerNorm keeps the axes it runs over as 1, BatchNorm one number a channel.
    meanShape: isLayerNorm
      ? shape.map((size, axis) => (mean.includes(axis) ? 1 : size))
      : without(mean),
    gammaShape: without(gamma),
    module: isLayerNorm
      ? `LayerNorm(${mean.length > 1 ? `(${normalized})` : normalized})`
      : `BatchNorm1d(${axes[features]})`,
  };
}

/** The cell that a key leads to, from one slice into the next; undefined: no way. */
const next = (cell, key, shape) =>
  WAYS[key]?.map((way, axis) => (cell[axis] + way + shape[axis]) % shape[axis]);

/** Focus the cell with these indices, beside one that is focused. */
function focus(node, [i, j, k]) {
  const slice = node.closest(".zm-slices").children[i];
  slice.querySelectorAll(".zm-row")[j].children[k].focus();
}

function drawCell(say, at, { cell }, { shape, axes, mean, gamma }, set) {
  const shared = (over) =>
    at.every((index, axis) => over.includes(axis) || index === cell[axis]);
  const [one, other] = [shared(mean), shared(gamma)];
  const chosen = String(at) === String(cell);
  const name = axes
    .map((axis, i) => `${letter(axis)} ${at[i]}`)
    .join(say.comma);
  return div(
    {
      class: `zm-cell${one ? " zm-shares-mean" : ""}${other ? " zm-shares-gamma" : ""}`,
      role: "gridcell",
      tabindex: chosen ? 0 : -1,
      "aria-selected": String(chosen),
      "aria-label": [name, one && say`same mean`, other && say`same gamma`]
        .filter(Boolean)
        .join(say.comma),
      onclick: () => set({ cell: at }),
      onkeydown(event) {
        const to = next(at, event.key, shape);
        if (!to) return;
        event.preventDefault();
        set({ cell: to });
        focus(event.currentTarget, to);
      },
    },
    chosen ? "x" : "",
  );
}

/** The letter of an index: that of a sample in the batch is n. */
const letter = (axis) => (axis === "B" ? "n" : axis);

function drawSlice(say, i, state, computed, set) {
  const { shape, axes } = computed;
  const [samples, down, across] = axes;
  const nameId = `${state.id}-slice-${i + 1}`;
  return div(
    { class: "zm-slice" },
    p(
      { class: "zm-slice-name", id: nameId },
      say`${letter(samples)} = ${i}: ${down} down, ${across} across`,
    ),
    div(
      { class: "zm-grid", role: "grid", "aria-labelledby": nameId },
      range(shape[1]).map((j) =>
        div(
          { class: "zm-row", role: "row" },
          range(shape[2]).map((k) =>
            drawCell(say, [i, j, k], state, computed, set),
          ),
        ),
      ),
    ),
  );
}

function controlsOf(state, say, set) {
  const { id, limits } = state;
  const names = { norm: say`norm`, block: say`shape of the block` };
  return Object.entries(names).map(([trait, name]) =>
    choice({
      name,
      group: `${id}-${trait}`,
      values: limits[trait].choices,
      value: state[trait],
      set: (value) => set({ [trait]: value }),
    }),
  );
}

export function view(state, width, set) {
  const say = speaker(state);
  const computed = compute(state);
  const { shape, module, meanShape, gammaShape } = computed;
  const ofMean = number(
    "cells_per_mean",
    computed.cellsPerMean,
    0,
    "statistic",
  );
  const ofGamma = number(
    "cells_per_gamma",
    computed.cellsPerGamma,
    0,
    "parameter",
  );
  const [block, mean, gamma] = [shape, meanShape, gammaShape].map(shapeOf);
  return {
    title: say`Who shares a mean, and who shares a γ`,
    invitation: say`Click a cell: filled cells share its mean and variance, framed ones its γ and β.`,
    layout: "zm-slices",
    pictures: range(shape[0]).map((i) =>
      drawSlice(say, i, state, computed, set),
    ),
    controls: controlsOf(state, say, set),
    readout: say.parts`nn.${module} on ${state.block} = ${block}: one mean from ${ofMean} cells, one γ for ${ofGamma} cells. The shape of μ and σ² is ${mean}; that of γ and β is ${gamma}.`,
  };
}

export default { keys: ["norm", "block", "cell"], view };
