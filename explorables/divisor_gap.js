// DivisorGap: LayerNorm of 1, 2, …, d with both divisors, and how far apart
// their outputs are as d grows.
import { range } from "d3-array";
import { scaleLinear, scaleLog } from "d3-scale";
import { line } from "d3-shape";
import { axis, frame, handle, resize, svg, write } from "./lib/chart.js";
import { label, number } from "./lib/controls.js";
import { divisorGap, layerNorm, variance } from "./lib/formulas.js";

const SMALLEST = 2;
const LARGEST = 4096;
const LANDMARKS = [2, 4, 16, 64, 768, 4096];
const MOST_DOTS = 24;

const percent = (gap) => `${label(100 * gap, gap < 0.01 ? 3 : 1)} %`;

export default function render({ model, el }) {
  const { picture, start } = frame({
    model,
    el,
    title: "Why nobody notices in a Transformer",
    invitation:
      "Drag the marker along the curve from d = 2 to d = 4096: the input is 1, 2, …, d, normalized both ways.",
    keys: ["d"],
  });
  const outputs = svg(picture, "The outputs of both ways, one row each");
  const rows = outputs.append("g").attr("aria-hidden", "true");
  const outputsAxis = outputs.append("g");
  const curve = svg(picture, "The gap between both ways against d");
  const across = scaleLog().domain([SMALLEST, LARGEST]);
  const up = scaleLog().domain([1e-4, 0.5]);
  const curveMarks = curve.append("g").attr("aria-hidden", "true");
  const curveAxes = [curve.append("g"), curve.append("g")];
  const marker = handle(curve.append("g"), {
    name: "number of features d",
    role: "rival",
    shape: "square",
    get: () => model.get("d"),
    set: (d) => write(model, { d: Math.round(d) }),
    scale: () => across,
    limits: () => [SMALLEST, LARGEST],
    // One feature near the left end, a few percent further right.
    step: (d) => Math.max(1, Math.round(d / 25)),
    text: (d) => `${d} features, gap ${percent(divisorGap(d))}`,
  });

  function drawOutputs(width, ways) {
    const height = 116;
    resize(outputs, width, height);
    const reach = 1.9;
    const x = scaleLinear([-reach, reach], [92, width - 14]);
    axis(outputsAxis.attr("transform", `translate(0,${height - 24})`), x, {
      ticks: [-1, 0, 1],
    });
    const row = rows
      .selectAll("g")
      .data(ways)
      .join((enter) => {
        const group = enter.append("g");
        group.append("text").attr("x", 0).attr("dy", "0.35em");
        return group;
      })
      .attr("transform", (_, i) => `translate(0,${24 + i * 40})`);
    row
      .select("text")
      .attr("class", (way) => `zm-text-${way.role}`)
      .text((way) => way.name);
    row
      .selectAll("circle")
      .data((way) => way.dots.map((value) => ({ value, role: way.role })))
      .join("circle")
      .attr("class", (dot) => `zm-dot zm-${dot.role}`)
      .attr("r", 5)
      .attr("cx", (dot) => x(dot.value));
  }

  function drawCurve(width) {
    const height = 210;
    const [left, bottom] = [58, height - 40];
    resize(curve, width, height);
    across.range([left, width - 20]);
    up.range([bottom, 14]);
    axis(curveAxes[0].attr("transform", `translate(0,${bottom})`), across, {
      ticks: width < 450 ? [2, 16, 64, 768] : LANDMARKS,
      format: String,
    });
    axis(curveAxes[1].attr("transform", `translate(${left},0)`), up, {
      ticks: [0.0001, 0.001, 0.01, 0.1],
      format: (gap) => `${+(100 * gap).toPrecision(2)} %`,
      left: true,
    });
    const points = range(0, 1.0001, 0.01).map(
      (t) => SMALLEST * (LARGEST / SMALLEST) ** t,
    );
    curveMarks
      .selectAll("path")
      .data([points])
      .join("path")
      .attr("class", "zm-curve zm-rival")
      .attr(
        "d",
        line()
          .x(across)
          .y((d) => up(divisorGap(d))),
      );
    curveMarks
      .selectAll("circle")
      .data(LANDMARKS)
      .join("circle")
      .attr("class", "zm-dot zm-rival")
      .attr("r", 3.5)
      .attr("cx", across)
      .attr("cy", (d) => up(divisorGap(d)));
    curveMarks
      .selectAll("text")
      .data([
        {
          text: "number of features d",
          x: width - 20,
          y: height - 6,
          end: true,
        },
        { text: "the gap", x: left + 8, y: bottom - 6 },
      ])
      .join("text")
      .attr("class", "zm-text-muted")
      .attr("x", ({ x }) => x)
      .attr("y", ({ y }) => y)
      .attr("text-anchor", ({ end }) => (end ? "end" : "start"))
      .text(({ text }) => text);
    marker.place(up(divisorGap(model.get("d"))));
  }

  return start((width) => {
    const d = model.get("d");
    const x = range(1, d + 1);
    // As many dots as can be told apart, the first and the last among them.
    const shown = Math.min(d, MOST_DOTS);
    const pick = (all) =>
      range(shown).map((i) => all[Math.round((i * (d - 1)) / (shown - 1))]);
    const byN = layerNorm(x);
    const byNMinus1 = layerNorm(x, { correction: 1 });
    drawOutputs(width, [
      { name: "by N", role: "statistic", dots: pick(byN) },
      { name: "by N − 1", role: "rival", dots: pick(byNMinus1) },
    ]);
    drawCurve(width);
    const gap = divisorGap(d);
    return [
      `d = ${d}: the largest output is `,
      number("largest_n", byN[d - 1], 4, "statistic"),
      " with N and ",
      number("largest_n_minus_1", byNMinus1[d - 1], 4, "rival"),
      " with N − 1, ",
      number("gap_percent", 100 * gap, gap < 0.01 ? 3 : 1),
      " % smaller; its variance is ",
      number("output_variance", variance(byNMinus1, 0), 4, "rival"),
      " instead of 1.",
    ];
  });
}
