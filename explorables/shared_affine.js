// SharedAffineExplorer: images, what LayerNorm leaves of them, and what one gamma and
// beta for all, or a pair for each, make of that.
import { bisectLeft, range } from "d3-array";
import { fitted } from "./lib/axis.js";
import { button, choice, slider } from "./lib/controls.js";
import { layerNorm, mean, regression } from "./lib/formulas.js";
import { br } from "./lib/marks.js";
import { memo } from "./lib/memo.js";
import { number, plain } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";
import { drawImages } from "./shared_affine_images.js";
import { drawTracks } from "./shared_affine_tracks.js";

const USUAL = [-0.5, 1.5]; // values seen on a track

/** Data sets by how many images they have; the last is the largest one counted for. */
const dataSets = (say, { n }) => ({
  1797: say`scikit-learn’s digits`,
  60000: "MNIST",
  [n.max]: "ImageNet",
});

/** Evenly on a log scale; where that is less than one image a step, one by one. */
function sizesOf(say, limits) {
  const even = range(0, 1.001, 0.02).map((part) =>
    Math.round(limits.n.max ** part),
  );
  const named = Object.keys(dataSets(say, limits)).map(Number);
  return [...new Set([...even, ...named])].sort((a, b) => a - b);
}

const isEach = ({ mode, limits }) => mode === limits.mode.choices[1];

/** Each image, the new one at the end, and what LayerNorm leaves of it. */
const normalized = memo((images, newImage) =>
  [...images, newImage].map((x) => ({ x, xhat: layerNorm(x) })),
);

/** The images, the pair of each, and how far y is from x; no pair: undefined. */
export function compute(state) {
  const { gamma, beta, images, new_image } = state;
  const each = isEach(state);
  const pairs = [...images, new_image].map((_, i) => {
    if (!each) return { gamma: gamma[0], beta: beta[0] };
    return i < images.length ? { gamma: gamma[i], beta: beta[i] } : undefined;
  });
  const all = normalized(images, new_image);
  const squares = all.slice(0, each ? -1 : undefined).map(({ x, xhat }, i) => {
    const { gamma, beta } = pairs[i];
    return mean(x.map((value, k) => (gamma * xhat[k] + beta - value) ** 2));
  });
  return {
    each,
    all,
    pairs,
    errors: squares.map(Math.sqrt),
    error: Math.sqrt(mean(squares.slice(0, images.length))),
  };
}

/** What a track shows, which keeps still while a pair is dragged. */
function remember(state) {
  const values = compute(state).pairs.flatMap((pair) =>
    pair ? [pair.beta, pair.beta + pair.gamma] : [],
  );
  return { track: fitted(state.local?.track, values, USUAL) };
}

/** The pairs that bring y nearest to x, by least squares: one for all, or each its own. */
function bestFit({ images }, { each, all }) {
  const old = all.slice(0, images.length);
  const together = () =>
    regression(
      old.flatMap(({ xhat }) => xhat),
      old.flatMap(({ x }) => x),
    );
  const fits = each
    ? old.map(({ x, xhat }) => regression(xhat, x))
    : old.fill(together());
  return {
    gamma: fits.map(({ slope }) => slope),
    beta: fits.map(({ intercept }) => intercept),
  };
}

function controlsOf(say, state, computed, set) {
  const { mode, gamma, beta, n, limits, id } = state;
  const { choices } = limits.mode;
  const sizes = sizesOf(say, limits);
  const first = (values) => values.map(() => values[0]);
  return [
    choice({
      name: say`gamma and beta`,
      group: `${id}-mode`,
      values: choices,
      texts: [say`one pair for all`, say`one pair each`],
      value: mode,
      set: (mode) =>
        set(
          mode === choices[0]
            ? { mode, gamma: first(gamma), beta: first(beta) }
            : { mode },
        ),
    }),
    slider({
      name: say`data set size`,
      min: 0,
      max: sizes.length - 1,
      step: 1,
      value: bisectLeft(sizes, n),
      text: plain(n),
      set: (i) => set({ n: sizes[i] }),
    }),
    button(say`Best fit`, () => set(bestFit(state, computed))),
  ];
}

/** "1,797 images (scikit-learn's digits)" */
function imagesIn(say, { n, limits }) {
  const name = dataSets(say, limits)[n];
  if (n === 1) return say`1 image`;
  return name ? say`${plain(n)} images (${name})` : say`${plain(n)} images`;
}

/** Numbers of the readout in digits of their own: no 3.6e+3, and no 3.7e−16. */
const count = (name, value) =>
  number(name, value, 0, "parameter", plain(value));
const distance = (name, value) =>
  number(name, value, 2, "normalized", value.toFixed(2));

function readoutOf(say, state, { each, errors, error }) {
  const { n, constants, images } = state;
  const { width } = constants;
  const pairs = each ? n : 1;
  const own = count("parameters", 2 * pairs);
  const wide = count("parameters_768", 2 * pairs * width);
  const rms = distance("rms", error);
  const dataSet = imagesIn(say, state);
  return each
    ? [
        say.parts`A pair each takes 2 × ${plain(n)} = ${own} parameters for a data set of ${dataSet}; with ${width} features it takes ${wide}.`,
        br(),
        say.parts`The error of y, the root mean square of y − x, is ${rms} over the six images. The new image has no pair: there is nothing to compute.`,
      ]
    : [
        say.parts`One pair for all takes ${own} parameters for a data set of ${dataSet}, and for one of any other size; with ${width} features it takes ${wide}.`,
        br(),
        say.parts`The error of y, the root mean square of y − x, is ${rms} over the six images and, with the same pair, ${distance("rms_new", errors[images.length])} for the new image.`,
      ];
}

export function view(state, width, set) {
  const say = speaker(state);
  const computed = compute(state);
  const put = (trait, i, value) =>
    set({
      [trait]: state[trait].map((old, j) =>
        computed.each && j !== i ? old : value,
      ),
    });
  return {
    title: say`A pair for each image is exact, and no use for a new one`,
    invitation: say`Drag γ and β until every y looks like its x. Then give each image a pair of its own.`,
    pictures: [
      drawImages(say, width, computed),
      drawTracks(say, width, state, computed, put),
    ],
    controls: controlsOf(say, state, computed, set),
    readout: readoutOf(say, state, computed),
  };
}

export default { keys: ["mode", "gamma", "beta", "n"], view, remember };
