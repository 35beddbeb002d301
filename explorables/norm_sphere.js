// NormSphere: a point, its projection on the plane of zero mean, and where on the
// sphere of radius √d (there: a circle, or two points) normalization puts it. RMSNorm
// does without the projection.
import { button, choice, epsilon, slider } from "./lib/controls.js";
import {
  layerNorm,
  mean,
  meanSquare,
  rmsNorm,
  variance,
} from "./lib/formulas.js";
import { label, number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";
import { drawSphere } from "./norm_sphere_pictures.js";

// What the slider of sigma goes from and to, as powers of ten.
const SMALLEST = -6;
const LARGEST = 0.3;
const NO_SPREAD = 1e-12; // what stands for a sigma of 0 there

const short = (value) => label(+value.toPrecision(3));

/**
 * The point, what is left of it without its mean (RMSNorm: all of it), its x-hat, and
 * what divides it: sigma, or the root mean square.
 */
export function compute({ x, d, eps, norm, limits }) {
  const point = x.slice(0, d);
  const isCentered = norm === limits.norm.choices[0];
  const m = isCentered ? mean(point) : 0;
  const hat = (isCentered ? layerNorm : rmsNorm)(point, { eps });
  return {
    point,
    isCentered,
    centered: point.map((value) => value - m),
    hat,
    size: Math.sqrt(isCentered ? variance(point, 0) : meanSquare(point)),
    length: Math.sqrt(hat.reduce((sum, value) => sum + value ** 2, 0)),
  };
}

/** The point with its sigma, or its root mean square, as given. */
function resized(point, size, target) {
  if (size > 0) return point.map((value) => (value * target) / size);
  // All values equal: no factor gives them a spread, so move the first one.
  return point.map((value, i) => value + (i ? 0 : target));
}

function controlsOf(say, state, { point, isCentered, size }, set, put) {
  const { d, azimuth, norm, limits } = state;
  const other = limits.d.min + limits.d.max - d;
  return [
    choice({
      name: say`norm`,
      group: `${state.id}-norm`,
      values: limits.norm.choices,
      value: norm,
      set: (norm) => set({ norm }),
    }),
    slider({
      name: isCentered ? say`σ of x` : say`size of x`,
      min: SMALLEST,
      max: LARGEST,
      step: 0.1,
      value: Math.log10(size || NO_SPREAD),
      text: short(size),
      set: (power) => put(resized(point, size, 10 ** power)),
    }),
    epsilon(state, { step: 0.5, set }),
    slider({
      name: say`view`,
      min: limits.azimuth.min,
      max: limits.azimuth.max,
      step: 5,
      value: azimuth,
      text: `${label(azimuth)}°`,
      set: (azimuth) => set({ azimuth }),
      // There is nothing to turn in a plane; the other controls stay where they are.
      style: d < limits.d.max ? "visibility:hidden" : undefined,
    }),
    button(say`${other} features`, () => set({ d: other })),
  ];
}

function readoutOf(say, d, { point, isCentered, hat, size, length }) {
  const x = point.map(short).join(",\u00a0");
  const divisor = isCentered ? "sigma" : "rms";
  const spread = number(divisor, size, 4, "statistic");
  const outputs = hat.map((value, i) => [
    i ? ",\u00a0" : "",
    number(`x_hat_${i + 1}`, value, 3, "normalized"),
  ]);
  const reached = number("length", length, 4);
  const radius = label(Math.sqrt(d), 4);
  return isCentered
    ? say.parts`x = (${x}) has σ ${spread}; x̂ = (${outputs}) has length ${reached} of √${d} = ${radius}.`
    : say.parts`x = (${x}) has a root mean square of ${spread}; x̂ = (${outputs}) has length ${reached} of √${d} = ${radius}.`;
}

export function view(state, width, set) {
  const say = speaker(state);
  const { x, d } = state;
  const computed = compute(state);
  const put = (point) => set({ x: x.map((old, i) => point[i] ?? old) });
  const text = computed.point
    .map((value, i) => `x${i + 1} ${short(value)}`)
    .join(say.comma);
  return {
    title: computed.isCentered
      ? say`Every input lands on the circle of radius √d, but for ε`
      : say`Every input lands on the sphere of radius √d, but for ε`,
    invitation: computed.isCentered
      ? say`Drag x: its mean is subtracted, then it is divided by σ. Then make x smaller and smaller, until ε shows.`
      : say`Drag x: it goes to the sphere along a straight line through 0. Then switch to LayerNorm.`,
    pictures: [drawSphere(say, width, state, computed, { text, put })],
    controls: controlsOf(say, state, computed, set, put),
    readout: readoutOf(say, d, computed),
  };
}

export default { keys: ["norm", "x", "d", "eps", "azimuth"], view };
