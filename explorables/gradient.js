// GradientExplorer: an upstream gradient in bars, what LayerNorm's backward pass
// takes off it, and how rows add up to the gradients of gamma and beta.
import { range } from "d3-array";
import { scaleBand, scaleLinear } from "d3-scale";
import {
  axis,
  fitDomain,
  frame,
  handle,
  resize,
  svg,
  write,
} from "./lib/chart.js";
import { element, label, number, slider } from "./lib/controls.js";
import {
  backwardParts,
  layerNorm,
  layerNormBackward,
  mean,
  variance,
} from "./lib/formulas.js";

const LEFT = 48;
const RIGHT = 6;
const LARGEST = 10; // of gamma and grad_output, in size: as in gradient.py
const NEGLIGIBLE = 1e-12;
const UPSTREAM = { top: 30, ground: 150, row: 18, height: 216 };
const STAGE = { title: 14, note: 31, top: 42, height: 150 };
const SUMS = { top: 30, ground: 118, height: 136 };

const finite = Number.isFinite;

/** A number in a column that may be 40 pixels wide. */
const brief = (value) => label(value, Math.abs(value) < 1000 ? 2 : 0);

/** A number at an axis, in no more than five characters. */
const tick = (value) =>
  Math.abs(value) < 1000
    ? label(value)
    : value.toExponential(0).replace(/-/g, "−");

/** 0 for a sum that is nothing but its terms' rounding. */
const settled = (sum, size) => (Math.abs(sum) <= NEGLIGIBLE * size ? 0 : sum);

/** Numbers in parentheses, under the names that quantities() gives them. */
const vector = (name, values) => [
  "(",
  ...values.flatMap((value, i) => [
    i ? ", " : "",
    number(`${name}_${i + 1}`, value, 2, "gradient"),
  ]),
  ")",
];

/** The sums of no, one, two, ... of these numbers. */
function partialSums(values) {
  const sums = [0];
  for (const value of values) sums.push(sums.at(-1) + value);
  return sums;
}

export default function render({ model, el }) {
  const { picture, controls, start } = frame({
    model,
    el,
    title: "What is left has no mean and no x̂ in it",
    invitation:
      "Drag a bar of g, then peel off what cannot reach x. Dashed: before; blue: the part along x̂. Below, the darker bars are this row's, the outlined ones the sum.",
    keys: ["grad_output", "row", "step"],
  });
  picture.classList.add("zm-panels");
  const upstream = svg(picture, "The upstream gradient g of one row");
  const upstreamTitle = upstream.append("text");
  const upstreamAxis = upstream.append("g");
  const upstreamMarks = upstream.append("g").attr("aria-hidden", "true");
  const handles = upstream.append("g");
  const peeling = svg(picture, "What is taken off the gradient, step by step");
  const stageAxes = [peeling.append("g"), peeling.append("g")];
  const stages = peeling.append("g").attr("aria-hidden", "true");
  const sums = [
    { name: "dγ = Σ g x̂ over rows", key: "dgamma" },
    { name: "dβ = Σ g over rows", key: "dbeta" },
  ].map(({ name, key }) => {
    const image = svg(picture, `What each row adds to ${key}`);
    return {
      image,
      title: image
        .append("text")
        .attr("class", "zm-text-gradient zm-panel-title")
        .attr("x", 2)
        .attr("y", 15)
        .text(name),
      axis: image.append("g"),
      marks: image.append("g").attr("aria-hidden", "true"),
      y: scaleLinear().domain([-3, 3]),
    };
  });

  const g = scaleLinear().domain([-3, 3]);
  const stageScale = scaleLinear().domain([-2, 2]);
  const columns = scaleBand().paddingInner(0.3).paddingOuter(0.15);
  const rowIndex = () => Math.min(model.get("row"), model.get("x").length - 1);
  // A kernel sends a new shape trait by trait: what is not there yet counts as 0.
  const upstreamOf = (r) =>
    model.get("x")[r].map((_, i) => model.get("grad_output")[r]?.[i] ?? 0);

  const rowSlider = slider({
    name: "row",
    min: 1,
    max: model.get("x").length,
    step: 1,
    text: (row) => `${row} of ${model.get("x").length}`,
    get: () => rowIndex() + 1,
    set: (row) => write(model, { row: row - 1 }),
  });
  const stepSlider = slider({
    name: "peel off",
    min: 0,
    max: 3,
    step: 1,
    text: (step) => ["nothing", "mean", "mean, x̂", "all: dx"][step],
    get: () => model.get("step"),
    set: (step) => write(model, { step }),
  });
  controls.append(rowSlider.node, stepSlider.node);

  const bars = [];
  function matchHandles(count) {
    while (bars.length > count) bars.pop().remove();
    while (bars.length < count) {
      const i = bars.length;
      bars.push(
        handle(handles, {
          name: `g${i + 1}`,
          role: "gradient",
          vertical: true,
          get: () => upstreamOf(rowIndex())[i],
          set: (value) =>
            write(model, {
              grad_output: model
                .get("grad_output")
                .map((row, r) =>
                  r === rowIndex()
                    ? row.map((old, j) => (j === i ? value : old))
                    : row,
                ),
            }),
          scale: () => g,
          limits: () => [
            Math.max(-LARGEST, g.domain()[0]),
            Math.min(LARGEST, g.domain()[1]),
          ],
          step: () => 0.1,
          text: (value) => label(value, 2),
        }),
      );
    }
  }

  /** Bars from 0, in one group: { left, width, value, className } each. */
  function drawBars(group, y, data) {
    group
      .selectAll("rect")
      .data(data.filter(({ value }) => finite(value)))
      .join("rect")
      .attr("class", ({ className }) => className)
      .attr("x", ({ left }) => left)
      .attr("width", ({ width }) => width)
      .attr("y", ({ value, from = 0 }) => Math.min(y(value), y(from)))
      .attr("height", ({ value, from = 0 }) => Math.abs(y(value) - y(from)));
  }

  function drawUpstream(width, x, xhat, gamma, values) {
    const across = columns.range([LEFT, width - RIGHT]);
    fitDomain(g, values, [-3, 3]);
    g.range([UPSTREAM.ground, UPSTREAM.top]);
    resize(upstream, width, UPSTREAM.height);
    upstreamTitle
      .attr("class", "zm-text-gradient zm-panel-title")
      .attr("x", 2)
      .attr("y", 15)
      .text(`g, from above, in row ${rowIndex() + 1}`);
    axis(upstreamAxis.attr("transform", `translate(${LEFT - 4},0)`), g, {
      ticks: 5,
      left: true,
      format: tick,
    });
    drawBars(
      upstreamMarks,
      g,
      values.map((value, i) => ({
        left: across(i),
        width: across.bandwidth(),
        value,
        className: "zm-bar zm-gradient",
      })),
    );
    upstreamMarks
      .selectAll("line")
      .data([g(0)])
      .join("line")
      .attr("class", "zm-ground")
      .attr("x1", LEFT - 4)
      .attr("x2", width - RIGHT)
      .attr("y1", (y) => y)
      .attr("y2", (y) => y);
    const centre = (i) => across(i) + across.bandwidth() / 2;
    bars.forEach((one, i) => one.place(centre(i)));
    const rows = [
      { name: "x", role: "input", numbers: x },
      { name: "x̂", role: "normalized", numbers: xhat },
      { name: "γ", role: "parameter", numbers: gamma },
    ];
    upstreamMarks
      .selectAll("text")
      .data(
        rows.flatMap(({ name, role, numbers }, k) =>
          [name, ...numbers.map(brief)].map((text, i) => ({
            text,
            role,
            x: i ? centre(i - 1) : 2,
            anchor: i ? "middle" : "start",
            y: UPSTREAM.ground + (k + 1) * UPSTREAM.row + 2,
          })),
        ),
      )
      .join("text")
      .attr("class", ({ role }) => `zm-text-${role}`)
      .attr("text-anchor", ({ anchor }) => anchor)
      .attr("x", (one) => one.x)
      .attr("y", (one) => one.y)
      .text(({ text }) => text);
  }

  /** Four small panels: h, then each time what is left of it. */
  function drawStages(width, h, parts, xhat, dx, scale) {
    const step = model.get("step");
    const withoutMean = h.map((value) => value - parts.mean);
    const left = withoutMean.map((value, i) => value - xhat[i] * parts.slope);
    const all = [
      {
        title: "h = γ g",
        values: h,
        note: `mean of h: ${brief(parts.mean)}`,
        role: "statistic",
        taken: h.map(() => parts.mean),
      },
      {
        title: "− mean(h)",
        values: withoutMean,
        note: `x̂ in it: ${brief(parts.slope)} x̂`,
        role: "normalized",
        taken: xhat.map((value) => value * parts.slope),
      },
      {
        title: "− x̂ · mean(h x̂)",
        values: left,
        note: `× 1/√(σ²+ε): ${brief(1 / scale)}`,
        role: "muted",
        taken: [],
      },
      { title: "× r = dx", values: dx, note: "", role: "muted", taken: [] },
    ];
    const shown = all.flatMap(({ values, taken }) => [...values, ...taken]);
    fitDomain(stageScale, [0, ...shown.filter(finite)], [-2, 2]);
    const count = width >= 560 ? 4 : 2;
    const gap = 14;
    const each = (width - LEFT - RIGHT - (count - 1) * gap) / count;
    const height = STAGE.height * (4 / count);
    const y = stageScale.range([STAGE.height - 12, STAGE.top]);
    const slots = scaleBand()
      .domain(range(h.length))
      .range([4, each - 4])
      .paddingInner(0.25);
    resize(peeling, width, height);
    // All panels of a line share one axis.
    stageAxes.forEach((group, k) =>
      axis(
        group
          .attr("transform", `translate(${LEFT - 4},${k * STAGE.height})`)
          .attr("visibility", k < 4 / count ? "visible" : "hidden"),
        y,
        { ticks: 5, left: true, format: tick },
      ),
    );
    const panels = stages
      .selectAll("g.stage")
      .data(all)
      .join((enter) => {
        const group = enter.append("g").attr("class", "stage");
        group.append("rect");
        group.append("g");
        group.append("text").attr("class", "title");
        group.append("text").attr("class", "note");
        return group;
      })
      .attr(
        "transform",
        (_, k) =>
          `translate(${LEFT + (k % count) * (each + gap)},${Math.floor(k / count) * STAGE.height})`,
      );
    panels
      .select("rect")
      .attr("class", (_, k) => `zm-panel-ground ${k > step ? "zm-dashed" : ""}`)
      .attr("y", STAGE.top - 4)
      .attr("width", each)
      .attr("height", STAGE.height - STAGE.top - 4);
    panels
      .select("text.title")
      .attr("class", (_, k) =>
        k > step
          ? "title zm-panel-title zm-text-muted"
          : "title zm-panel-title zm-text-gradient",
      )
      .attr("y", STAGE.title)
      .text(({ title }) => title);
    panels
      .select("text.note")
      .attr("class", ({ role }) => `note zm-text-${role}`)
      .attr("y", STAGE.note)
      .text(({ note }, k) => (k > step ? "" : note));
    panels.each((one, k) => {
      const group = panels.filter((_, j) => j === k).select("g");
      const before = k && k < 3 ? all[k - 1].values : [];
      const open = k <= step;
      const bar = (className) => (value, i) => ({
        left: slots(i),
        width: slots.bandwidth(),
        value,
        className,
      });
      drawBars(
        group,
        y,
        open
          ? [
              // What it was before, as an outline.
              ...before.map(bar("zm-frame zm-ghost")),
              ...one.values.map(bar("zm-bar zm-gradient")),
            ]
          : [],
      );
      const taken = open ? one.taken.filter(finite) : [];
      group
        .selectAll("line.taken")
        .data(taken)
        .join("line")
        .attr("class", `taken zm-level zm-${one.role}`)
        // The mean is one level; x̂ has one for each feature.
        .attr("x1", (_, i) => (k ? slots(i) - 2 : 0))
        .attr("x2", (_, i) => (k ? slots(i) + slots.bandwidth() + 2 : each))
        .attr("y1", (value) => y(value))
        .attr("y2", (value) => y(value));
      group
        .selectAll("line.zm-ground")
        .data([y(0)])
        .join("line")
        .attr("class", "zm-ground")
        .attr("x2", each)
        .attr("y1", (at) => at)
        .attr("y2", (at) => at);
    });
  }

  /** Row after row, each where the one before it ended, and their sum. */
  function drawSums(width, part, contributions) {
    const rows = contributions.length;
    const across = columns.range([LEFT, width - RIGHT]);
    const slots = scaleBand()
      .domain(range(rows + 1))
      .range([0, across.bandwidth()])
      .paddingInner(0.15);
    const ends = range(contributions[0].length).map((i) =>
      partialSums(contributions.map((row) => row[i])),
    );
    fitDomain(part.y, [0, ...ends.flat().filter(finite)], [-3, 3]);
    const y = part.y.range([SUMS.ground, SUMS.top]);
    resize(part.image, width, SUMS.height);
    axis(part.axis.attr("transform", `translate(${LEFT - 4},0)`), y, {
      ticks: 5,
      left: true,
      format: tick,
    });
    const all = ends.flatMap((sum, i) =>
      range(rows + 1).map((r) => ({
        left: across(i) + slots(r),
        width: slots.bandwidth(),
        from: r < rows ? sum[r] : 0,
        value: r < rows ? sum[r + 1] : sum[rows],
        text: r < rows ? String(r + 1) : "Σ",
        className:
          r === rows
            ? "zm-frame zm-gradient zm-sum"
            : `zm-bar zm-gradient ${r === rowIndex() ? "" : "zm-faint"}`,
      })),
    );
    const drawn = all.filter(({ from }) => finite(from));
    drawBars(part.marks, y, drawn);
    part.marks
      .selectAll("line")
      .data([
        { x1: LEFT - 4, x2: width - RIGHT, y: 0, className: "zm-ground" },
        // From the end of one to the beginning of the next.
        ...drawn
          .filter(({ text, value }) => text !== "Σ" && finite(value))
          .map(({ left, value }) => ({
            x1: left,
            x2: left + slots.step() + slots.bandwidth(),
            y: value,
            className: "zm-link",
          })),
      ])
      .join("line")
      .attr("class", ({ className }) => className)
      .attr("x1", ({ x1 }) => x1)
      .attr("x2", ({ x2 }) => x2)
      .attr("y1", (one) => y(one.y))
      .attr("y2", (one) => y(one.y));
    part.marks
      .selectAll("text")
      .data(all)
      .join("text")
      .attr("class", "zm-text-muted zm-small")
      .attr("text-anchor", "middle")
      .attr("x", (one) => one.left + one.width / 2)
      .attr("y", SUMS.height - 4)
      .text(({ text }) => text);
  }

  return start((width) => {
    const x = model.get("x");
    const eps = model.get("eps");
    const r = rowIndex();
    const gamma = x[r].map((_, i) => model.get("gamma")[i] ?? 0);
    // LayerNorm does not see a shift: this one makes equal numbers exactly equal,
    // which their mean, rounded, need not be.
    const shifted = x.map((row) => row.map((value) => value - row[0]));
    const xhat = shifted.map((row) => layerNorm(row, { eps }));
    const upstreams = x.map((_, k) => upstreamOf(k));
    const h = upstreams[r].map((value, i) => value * gamma[i]);
    const parts = backwardParts(h, xhat[r]);
    const scale = Math.sqrt(variance(shifted[r], 0) + eps);
    const dx = layerNormBackward(upstreams[r], shifted[r], { eps, gamma });

    columns.domain(range(gamma.length));
    matchHandles(gamma.length);
    rowSlider.node.querySelector("input").max = x.length;
    drawUpstream(width, x[r], xhat[r], gamma, upstreams[r]);
    drawStages(width, h, parts, xhat[r], dx, scale);
    const contributions = [
      upstreams.map((row, k) => row.map((value, i) => value * xhat[k][i])),
      upstreams,
    ];
    const each = width >= 560 ? (width - 12) / 2 : width;
    contributions.forEach((rows, k) => drawSums(each, sums[k], rows));
    for (const one of [rowSlider, stepSlider]) one.update();

    const total = (values) => mean(values) * values.length;
    const size = total(h.map(Math.abs)) / scale;
    const [dgamma, dbeta] = contributions.map((rows) =>
      gamma.map((_, i) => partialSums(rows.map((row) => row[i])).at(-1)),
    );
    const dot = settled(total(dx.map((value, i) => value * xhat[r][i])), size);
    return [
      `Row ${r + 1} gets dx = `,
      ...vector("dx", dx),
      "; its sum is ",
      number("dx_sum", settled(total(dx), size), 2, "gradient"),
      ", its dot product with x̂ ",
      number("dx_dot_x_hat", dot, 2, "gradient"),
      dot && finite(dot) ? " (what ε leaves of it)" : "",
      dx.some(Number.isNaN) ? ": equal values and ε = 0 make 0 / 0." : ".",
      element("br"),
      `All ${x.length} rows together: dγ = `,
      ...vector("dgamma", dgamma),
      ", dβ = ",
      ...vector("dbeta", dbeta),
      ".",
    ];
  });
}
