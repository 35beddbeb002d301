// AxesExplorer: a block of cells, and which of them share one mean or one gamma.
import { range } from "d3-array";
import { namedChoice } from "./lib/controls.js";
import { number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";
import { drawSlice } from "./axes_pictures.js";

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

function controlsOf(state, say, set) {
  const { id, limits } = state;
  const names = { norm: say`norm`, block: say`shape of the block` };
  return Object.entries(names).map(([trait, name]) =>
    namedChoice({
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
  const { shape, axes, module, meanShape, gammaShape } = computed;
  const along = (over) => (at) =>
    at.every(
      (index, axis) => over.includes(axis) || index === state.cell[axis],
    );
  const shares = { mean: along(computed.mean), gamma: along(computed.gamma) };
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
      drawSlice(say, i, state, { shape, axes, shares }, set),
    ),
    controls: controlsOf(state, say, set),
    readout: say.parts`nn.${module} on ${state.block} = ${block}: one mean from ${ofMean} cells, one γ for ${ofGamma} cells. The shape of μ and σ² is ${mean}; that of γ and β is ${gamma}.`,
  };
}

export default { keys: ["norm", "block", "cell"], view };
