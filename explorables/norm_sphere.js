// NormSphere: a point, its projection on the plane of zero mean, and where on the
// sphere of radius √d (there: a circle, or two points) normalization puts it.
import { button, slider } from "./lib/controls.js";
import { layerNorm, mean, variance } from "./lib/formulas.js";
import { memo } from "./lib/memo.js";
import { label, number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";
import { drawSphere } from "./norm_sphere_pictures.js";

// What the sliders reach, as powers of ten.
const SIGMA = { min: -6, max: 0.3 };
const SMALLEST_EPS = -12;

const short = (value) => label(+value.toPrecision(3));

/** What the figure computes: the point, without its mean, and normalized. */
export const compute = ({ x, d, eps }) => ofTraits(x, d, eps);

const ofTraits = memo((all, d, eps) => {
  const x = all.slice(0, d);
  const m = mean(x);
  const hat = layerNorm(x, { eps });
  return {
    x,
    hat,
    centered: x.map((value) => value - m),
    sigma: Math.sqrt(variance(x, 0)),
    length: Math.sqrt(hat.reduce((sum, value) => sum + value ** 2, 0)),
  };
});

/** The point as far from its mean as this sigma says. */
function resized({ x, sigma }, wanted) {
  if (sigma > 0) return x.map((value) => (value * wanted) / sigma);
  // No factor gives equal numbers a spread, so the first one moves.
  return x.map((value, i) => value + (i ? 0 : wanted));
}

function controlsOf(say, { d, eps, azimuth, limits }, computed, put, set) {
  const { min, max } = limits.d;
  return [
    slider({
      name: say`σ of x`,
      ...SIGMA,
      step: 0.1,
      value: Math.log10(computed.sigma || 1e-12),
      text: short(computed.sigma),
      set: (power) => put(resized(computed, 10 ** power)),
    }),
    slider({
      name: "ε",
      min: SMALLEST_EPS,
      max: Math.log10(limits.eps.max),
      step: 0.5,
      value: Math.max(SMALLEST_EPS, Math.log10(eps)),
      text: label(eps),
      set: (power) => set({ eps: +(10 ** power).toPrecision(3) }),
    }),
    slider({
      name: say`view`,
      ...limits.azimuth,
      step: 5,
      value: azimuth,
      text: `${label(azimuth)}°`,
      set: (azimuth) => set({ azimuth }),
      // It keeps its place, or the button would move from under the finger.
      style: `visibility:${d === 3 ? "visible" : "hidden"}`,
    }),
    button(d === 3 ? say`2 features` : say`3 features`, () =>
      set({ d: min + max - d }),
    ),
  ];
}

function readoutOf(say, d, { x, hat, sigma, length }) {
  const point = x.map(short).join(", ");
  const spread = number("sigma", sigma, 4, "statistic");
  const normalized = hat.map((value, i) => [
    i ? ", " : "",
    number(`x_hat_${i + 1}`, value, 3, "normalized"),
  ]);
  const far = number("length", length, 4);
  const radius = label(Math.sqrt(d), 4);
  return say.parts`x = (${point}) has σ ${spread}; x̂ = (${normalized}) has length ${far} of √${d} = ${radius}.`;
}

export function view(state, width, set) {
  const say = speaker(state);
  const computed = compute(state);
  const put = (values) => set({ x: state.x.map((old, i) => values[i] ?? old) });
  const text = computed.x.map((v, i) => `x${i + 1} ${short(v)}`).join(", ");
  return {
    title: say`Every input lands on one circle, but for ε`,
    invitation: say`Drag x. First its mean is taken away, then its size. Then make x smaller and smaller, until ε shows.`,
    pictures: [
      drawSphere(width, state, computed, {
        name: say`A point, the plane of zero mean, and its x-hat`,
        text,
        put,
      }),
    ],
    controls: controlsOf(say, state, computed, put, set),
    readout: readoutOf(say, state.d, computed),
  };
}

export default { keys: ["x", "d", "eps", "azimuth"], view };
