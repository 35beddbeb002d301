// LayerNormExplorer's pictures: the bars of x, x-hat and y, with what is dragged on them.
import { range } from "d3-array";
import { scaleBand, scaleLinear } from "d3-scale";
import { axis } from "./lib/axis.js";
import { handle, handles } from "./lib/handle.js";
import { band, bar, heading, level, picture, seen } from "./lib/marks.js";
import { label } from "./lib/numbers.js";

const HEIGHT = 210;
const MARGIN = { top: 30, right: 8, bottom: 22, left: 42 };
const ASIDE = 10; // pixels from the middle of a bar to one of its two handles
const STEP = 0.05; // of gamma and beta

const finite = Number.isFinite;

/** The places of d bars in a panel: { columns, centre(i) }. */
function placesOf(d, width) {
  const columns = scaleBand(range(d), [MARGIN.left + 4, width - MARGIN.right])
    .paddingInner(0.25)
    .paddingOuter(0.15);
  const half = columns.bandwidth() / 2;
  return { columns, half, centre: (i) => columns(i) + half };
}

const scaleOf = (domain) =>
  scaleLinear(domain, [HEIGHT - MARGIN.bottom, MARGIN.top]);

/** A panel: bars from 0, and where there is one, a level with a band around it. */
function panel({ name, title, role, width, values, y, around }, ...more) {
  const { columns } = placesOf(values.length, width);
  const [low, high] = y.domain();
  const ground = Math.min(Math.max(0, low), high);
  const right = width - MARGIN.right;
  const [middle, spread] = around ?? [NaN, NaN];
  const known = finite(middle) && finite(spread);
  return picture(
    { name, width, height: HEIGHT },
    known && band(y, [middle - spread, middle + spread], MARGIN.left, right),
    seen(
      values.map((value, i) =>
        bar(y, {
          x: columns(i),
          width: columns.bandwidth(),
          from: ground,
          value: finite(value) ? value : ground,
          className: `zm-bar zm-${role}`,
        }),
      ),
    ),
    known && level("zm-mean", y(middle), MARGIN.left, right),
    axis(y, { x: MARGIN.left, ticks: 5 }),
    more,
    heading(role, title),
  );
}

export function drawInput(say, width, { x, local }, { mean, sigma }, put) {
  const y = scaleOf(local.input);
  const [low, high] = local.input;
  const { centre } = placesOf(x.length, width);
  return panel(
    {
      name: say`The input, one bar a feature`,
      title: "x",
      role: "input",
      width,
      values: x,
      y,
      around: [mean, sigma],
    },
    handles(x, (value, i) => ({
      name: `x${i + 1}`,
      x: centre(i),
      set: (to) => put("x", i, to),
      scale: y,
      limits: local.input,
      step: (high - low) / 100,
      text: label(value, 2),
    })),
  );
}

export const drawNormalized = (say, width, domain, { hat, hatMean, hatStd }) =>
  panel({
    name: say`The normalized features`,
    title: "x̂",
    role: "normalized",
    width,
    values: hat,
    y: scaleOf(domain),
    around: [hatMean, hatStd],
  });

/** beta, and where an x-hat of 1 lands: beta + gamma. */
function affineHandles(say, i, [left, right], y, { gamma, beta, local }, put) {
  const both = {
    role: "parameter",
    scale: y,
    limits: local.output,
    step: STEP,
  };
  return [
    handle({
      ...both,
      name: say`beta ${i + 1}`,
      x: left,
      value: beta[i],
      set: (to) => put("beta", i, to),
      text: label(beta[i], 2),
    }),
    handle({
      ...both,
      name: say`gamma ${i + 1}`,
      shape: "square",
      x: right,
      value: beta[i] + gamma[i],
      set: (to) => put("gamma", i, +(to - beta[i]).toPrecision(12)),
      text: label(gamma[i], 2),
    }),
  ];
}

export function drawOutput(say, width, state, { y: values }, put) {
  const y = scaleOf(state.local.output);
  const { centre, half } = placesOf(values.length, width);
  const aside = Math.min(ASIDE, half / 2);
  return panel(
    {
      name: say`The output`,
      title: "y = γ x̂ + β",
      role: "normalized",
      width,
      values,
      y,
    },
    values.map((_, i) => {
      const places = [centre(i) - aside, centre(i) + aside];
      return affineHandles(say, i, places, y, state, put);
    }),
  );
}
