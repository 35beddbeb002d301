// LayerNormExplorer: x, x-hat and y side by side, one bar a feature.
import { extent } from "d3-array";
import { scaleBand, scaleLinear } from "d3-scale";
import {
  axis,
  fitDomain,
  frame,
  handle,
  resize,
  svg,
  write,
} from "./lib/old/chart.js";
import { button, label, number, slider } from "./lib/old/controls.js";
import { layerNorm, mean, variance } from "./lib/formulas.js";

const HEIGHT = 210;
const MARGIN = { top: 30, right: 8, bottom: 22, left: 34 };
const MOST_FEATURES = 8;
const SMALLEST_EPS = -12; // as a power of ten: BERT's

const finite = Number.isFinite;

export default function render({ model, el }) {
  const { picture, controls, start } = frame({
    model,
    el,
    title: "Shift and scale the input: the output stays",
    invitation:
      "Drag the bars of x. On y, a round handle is β and a square one is where γ puts an x̂ of 1.",
    keys: ["x", "gamma", "beta", "eps", "correction"],
  });
  picture.classList.add("zm-panels");

  /** One panel: its own vertical scale, bars, a level and a band around it. */
  function panel(title, role, text, ends) {
    const image = svg(picture, text);
    const parts = {
      image,
      y: scaleLinear().domain(ends),
      ends,
      band: image.append("rect").attr("class", "zm-band zm-statistic"),
      bars: image.append("g").attr("aria-hidden", "true"),
      level: image.append("line").attr("class", "zm-mean"),
      axis: image.append("g"),
      handles: image.append("g"),
      role,
    };
    image
      .append("text")
      .attr("class", `zm-text-${role} zm-panel-title`)
      .attr("x", 2)
      .attr("y", 15)
      .text(title);
    return parts;
  }
  const input = panel("x", "input", "The input, one bar a feature", [0, 6]);
  const normalized = panel(
    "x̂",
    "normalized",
    "The normalized features",
    [-2.5, 2.5],
  );
  const output = panel("y = γ x̂ + β", "normalized", "The output", [-2.5, 2.5]);

  const columns = scaleBand().paddingInner(0.25).paddingOuter(0.15);
  const replace = (trait, i) => (value) =>
    write(model, {
      [trait]: model.get(trait).map((old, j) => (j === i ? value : old)),
    });
  const fine = (scale) => (scale.domain()[1] - scale.domain()[0]) / 100;
  const bar = (i) =>
    handle(input.handles, {
      name: `x${i + 1}`,
      vertical: true,
      get: () => model.get("x")[i],
      set: replace("x", i),
      scale: () => input.y,
      limits: () => input.y.domain(),
      step: () => fine(input.y),
      text: (value) => label(value, 2),
    });
  const betaHandle = (i) =>
    handle(output.handles, {
      name: `beta ${i + 1}`,
      role: "parameter",
      vertical: true,
      get: () => model.get("beta")[i],
      set: replace("beta", i),
      scale: () => output.y,
      limits: () => output.y.domain(),
      step: () => 0.05,
      text: (value) => label(value, 2),
    });
  // Where an x-hat of 1 lands: beta + gamma.
  const gammaHandle = (i) =>
    handle(output.handles, {
      name: `gamma ${i + 1}`,
      role: "parameter",
      shape: "square",
      vertical: true,
      get: () => model.get("beta")[i] + model.get("gamma")[i],
      set: (value) =>
        replace("gamma", i)(+(value - model.get("beta")[i]).toPrecision(12)),
      scale: () => output.y,
      limits: () => output.y.domain(),
      step: () => 0.05,
      text: () => label(model.get("gamma")[i], 2),
    });
  const handles = [];
  function matchHandles(count) {
    while (handles.length > count)
      for (const one of handles.pop()) one.remove();
    while (handles.length < count)
      handles.push(
        [bar, betaHandle, gammaHandle].map((make) => make(handles.length)),
      );
  }

  const sliders = [
    slider({
      name: "features d",
      min: 1,
      max: MOST_FEATURES,
      step: 1,
      text: String,
      get: () => model.get("x").length,
      set: (d) => {
        const x = model.get("x").slice(0, d);
        while (x.length < d) x.push(1 + (x.length % 5));
        write(model, { x });
      },
    }),
    slider({
      name: "ε",
      min: SMALLEST_EPS,
      max: 1,
      step: 0.25,
      text: () => label(model.get("eps")),
      get: () => Math.max(SMALLEST_EPS, Math.log10(model.get("eps"))),
      set: (power) => write(model, { eps: +(10 ** power).toPrecision(3) }),
    }),
  ];
  controls.append(...sliders.map(({ node }) => node));
  const affine = button("x → 3x + 7", () =>
    write(model, { x: model.get("x").map((value) => 3 * value + 7) }),
  );
  const divisor = button("", () =>
    write(model, { correction: 1 - model.get("correction") }),
  );
  controls.append(affine, divisor);

  function drawPanel(part, width, values, level, spread) {
    const y = part.y.range([HEIGHT - MARGIN.bottom, MARGIN.top]);
    const right = width - MARGIN.right;
    resize(part.image, width, HEIGHT);
    axis(part.axis.attr("transform", `translate(${MARGIN.left},0)`), y, {
      ticks: 5,
      left: true,
    });
    const known = finite(level) && finite(spread);
    part.level
      .attr("x1", MARGIN.left)
      .attr("x2", right)
      .attr("y1", known ? y(level) : 0)
      .attr("y2", known ? y(level) : 0)
      .attr("visibility", known ? "visible" : "hidden");
    part.band
      .attr("x", MARGIN.left)
      .attr("width", right - MARGIN.left)
      .attr("y", known ? y(level + spread) : 0)
      .attr("height", known ? y(level - spread) - y(level + spread) : 0);
    const ground = y(Math.min(Math.max(0, y.domain()[0]), y.domain()[1]));
    part.bars
      .selectAll("rect")
      .data(values.map((value) => (finite(value) ? y(value) : ground)))
      .join("rect")
      .attr("class", `zm-bar zm-${part.role}`)
      .attr("x", (_, i) => columns(i))
      .attr("width", columns.bandwidth())
      .attr("y", (top) => Math.min(top, ground))
      .attr("height", (top) => Math.abs(top - ground));
  }

  return start((width) => {
    const x = model.get("x");
    const d = x.length;
    const eps = model.get("eps");
    const correction = model.get("correction");
    const gamma = model.get("gamma");
    const beta = model.get("beta");
    const m = mean(x);
    const sigma = Math.sqrt(variance(x, correction));
    const hat = layerNorm(x, { eps, correction });
    const y = layerNorm(x, { eps, correction, gamma, beta });
    const hatMean = mean(hat);
    const hatStd = Math.sqrt(variance(hat, 0));

    const each = width >= 620 ? (width - 2 * 12) / 3 : width;
    columns
      .domain(x.map((_, i) => i))
      .range([MARGIN.left + 4, each - MARGIN.right]);
    matchHandles(d);
    fitDomain(input.y, x, input.ends);
    const ends = x.flatMap((_, i) => [beta[i], beta[i] + gamma[i]]);
    fitDomain(output.y, [...y.filter(finite), ...ends], output.ends);
    drawPanel(input, each, x, m, sigma);
    drawPanel(normalized, each, hat, hatMean, hatStd);
    drawPanel(output, each, y, NaN, NaN);
    handles.forEach(([one, b, g], i) => {
      const centre = columns(i) + columns.bandwidth() / 2;
      const aside = Math.min(10, columns.bandwidth() / 4);
      one.place(centre);
      b.place(centre - aside);
      g.place(centre + aside);
    });
    for (const one of sliders) one.update();
    divisor.textContent = correction ? "Divide by N" : "Divide by N − 1";
    // Beyond this the next press would leave float64's range of squares.
    affine.disabled = Math.max(...x.map(Math.abs)) > 1e100;

    const [smallest, largest] = y.some(Number.isNaN) ? [NaN, NaN] : extent(y);
    return [
      "x has mean ",
      number("mean", m, 2, "statistic"),
      " and σ ",
      number("sigma", sigma, 4, correction ? "rival" : "statistic"),
      ` (÷ ${correction ? "N − 1" : "N"}); x̂ has standard deviation `,
      number("normalized_std", hatStd, 4, "normalized"),
      "; y runs from ",
      number("smallest_y", smallest, 4, "normalized"),
      " to ",
      number("largest_y", largest, 4, "normalized"),
      d === 1 && !correction ? ". One feature: its own mean, so x̂ is 0." : ".",
    ];
  });
}
