// NormSphere: a point, its projection on the plane of zero mean, and where on the
// sphere of radius √d (there: a circle, or two points) normalization puts it.
import { button, epsilon, slider } from "./lib/controls.js";
import { layerNorm, mean, variance } from "./lib/formulas.js";
import { label, number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";
import { drawSphere } from "./norm_sphere_pictures.js";

// What the slider of sigma goes from and to, as powers of ten.
const SMALLEST = -6;
const LARGEST = 0.3;
const NO_SPREAD = 1e-12; // what stands for a sigma of 0 there

const short = (value) => label(+value.toPrecision(3));

/** The point, what is left of it without its mean, and its x-hat. */
export function compute({ x, d, eps }) {
  const point = x.slice(0, d);
  const m = mean(point);
  const hat = layerNorm(point, { eps });
  return {
    point,
    centered: point.map((value) => value - m),
    hat,
    sigma: Math.sqrt(variance(point, 0)),
    length: Math.sqrt(hat.reduce((sum, value) => sum + value ** 2, 0)),
  };
}

/** The point with sigma as given. */
function resized(point, sigma, target) {
  if (sigma > 0) return point.map((value) => (value * target) / sigma);
  // All values equal: no factor gives them a spread, so move the first one.
  return point.map((value, i) => value + (i ? 0 : target));
}

function controlsOf(say, state, { point, sigma }, set, put) {
  const { d, azimuth, limits } = state;
  const other = limits.d.min + limits.d.max - d;
  return [
    slider({
      name: say`σ of x`,
      min: SMALLEST,
      max: LARGEST,
      step: 0.1,
      value: Math.log10(sigma || NO_SPREAD),
      text: short(sigma),
      set: (power) => put(resized(point, sigma, 10 ** power)),
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

function readoutOf(say, d, { point, hat, sigma, length }) {
  const x = point.map(short).join(", ");
  const spread = number("sigma", sigma, 4, "statistic");
  const outputs = hat.map((value, i) => [
    i ? ", " : "",
    number(`x_hat_${i + 1}`, value, 3, "normalized"),
  ]);
  const size = number("length", length, 4);
  const radius = label(Math.sqrt(d), 4);
  return say.parts`x = (${x}) has σ ${spread}; x̂ = (${outputs}) has length ${size} of √${d} = ${radius}.`;
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
    title: say`Every input lands on the circle of radius √d, but for ε`,
    invitation: say`Drag x: its mean is subtracted, then it is divided by σ. Then make x smaller and smaller, until ε shows.`,
    pictures: [drawSphere(say, width, state, computed, { text, put })],
    controls: controlsOf(say, state, computed, set, put),
    readout: readoutOf(say, d, computed),
  };
}

export default { keys: ["x", "d", "eps", "azimuth"], view };
