// FamilyExplorer: what one mean of a block runs over, the norm that this is, and what
// that norm forgets.
import { range } from "d3-array";
import { drawSlice } from "./axes_pictures.js";
import { namedChoice } from "./lib/controls.js";
import { number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";

/** How many cells share a mean, how many means there are, and who shares one. */
export function compute({ samples, channels, positions, cell, constants }) {
  const { shape } = constants;
  const size = constants.channels[channels];
  const group = (channel) => Math.floor(channel / size);
  const taken = [
    samples === "all" ? shape[0] : 1,
    size,
    positions === "all" ? shape[2] : 1,
  ];
  const product = (sizes) => sizes.reduce((all, one) => all * one, 1);
  return {
    cells: product(taken),
    means: product(shape) / product(taken),
    shares: {
      mean: ([n, channel, position]) =>
        (samples === "all" || n === cell[0]) &&
        group(channel) === group(cell[1]) &&
        (positions === "all" || position === cell[2]),
    },
    begins: (channel) => channel > 0 && channel % size === 0,
  };
}

/** The norm's name: what torch or the literature calls this choice. */
function nameOf(say, { samples, channels, positions, mean }) {
  const axes = `${samples} ${channels} ${positions}`;
  const names =
    mean === "kept"
      ? {
          "one all one": say`RMSNorm at each position`,
          "one all all": say`RMSNorm over (C, T)`,
          "one two one": say`QK-norm, if a group of channels is a head`,
          "one one all": say`Filter response normalization`,
          "one one one": say`The sign of each number`,
        }
      : {
          "one all one": say`LayerNorm at each position`,
          "one all all": say`LayerNorm over (C, T), or GroupNorm with one group`,
          "one two all": say`GroupNorm with two groups`,
          "one one all": say`InstanceNorm, or GroupNorm with a group for each channel`,
          "all one all": say`BatchNorm, in training`,
          "all one one": say`BatchNorm of flattened samples, (B, C · T)`,
          "one one one": say`Zeros: each number is its own mean`,
        };
  return names[axes] ?? say`A norm without a name`;
}

/** A sentence: which factors and offsets leave no trace. */
function forgets(say, { samples, channels, mean }) {
  const free = [samples, channels].map((one) => one === "one").join(" ");
  return mean === "kept"
    ? {
        "true true": say`It forgets a factor for each sample and channel, and no offset.`,
        "true false": say`It forgets a factor for each sample, and no offset.`,
        "false true": say`It forgets a factor for each channel, and no offset.`,
        "false false": say`It forgets one factor for the whole batch, and no offset.`,
      }[free]
    : {
        "true true": say`It forgets a factor and an offset for each sample and channel.`,
        "true false": say`It forgets a factor and an offset for each sample.`,
        "false true": say`It forgets a factor and an offset for each channel.`,
        "false false": say`It forgets one factor and one offset for the whole batch.`,
      }[free];
}

function controlsOf(state, say, set) {
  const { id, limits } = state;
  const controls = {
    samples: [say`samples`, [say`one`, say`all`]],
    channels: [say`channels`, [say`one`, say`two`, say`all`]],
    positions: [say`positions`, [say`one`, say`all`]],
    mean: [say`mean`, [say`subtracted`, say`kept`]],
  };
  return Object.entries(controls).map(([trait, [name, texts]]) =>
    namedChoice({
      name,
      group: `${id}-${trait}`,
      values: limits[trait].choices,
      texts,
      value: state[trait],
      set: (value) => set({ [trait]: value }),
    }),
  );
}

function readoutOf(say, state, { cells, means }) {
  const name = nameOf(say, state);
  const forgotten = forgets(say, state);
  const size = number("cells_per_mean", cells, 0, "statistic");
  const count = number("means", means, 0, "statistic");
  const kept = state.mean === "kept";
  if (cells === 1)
    return kept
      ? say.parts`${name}: one mean square from ${size} number, ${count} in all. ${forgotten}`
      : say.parts`${name}: one mean from ${size} number, ${count} in all. ${forgotten}`;
  return kept
    ? say.parts`${name}: one mean square from ${size} numbers, ${count} in all. ${forgotten}`
    : say.parts`${name}: one mean from ${size} numbers, ${count} in all. ${forgotten}`;
}

export function view(state, width, set) {
  const say = speaker(state);
  const { shape, axes } = state.constants;
  const computed = compute(state);
  const block = { shape, axes, ...computed };
  return {
    title: say`A name for each choice of axes`,
    invitation: say`Choose what one mean runs over, and click a cell: the filled cells share its mean.`,
    layout: "zm-slices",
    pictures: range(shape[0]).map((i) => drawSlice(say, i, state, block, set)),
    controls: controlsOf(state, say, set),
    readout: readoutOf(say, state, computed),
  };
}

export default {
  keys: ["samples", "channels", "positions", "mean", "cell"],
  view,
};
