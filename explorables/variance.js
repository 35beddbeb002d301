// VarianceExplorer: a sample on a number line, its squared deviations, and what
// three divisors make of many such samples.
import { bin } from "d3-array";
import { scaleLinear } from "d3-scale";
import { axis, frame, handle, resize, svg, write } from "./lib/chart.js";
import { button, label, number, slider } from "./lib/controls.js";
import { estimatorMoments, mean, variance } from "./lib/formulas.js";
import { normalSums } from "./lib/sampling.js";

const MARGIN = 18;
const MOST_DRAWS = 50_000;
const LARGEST_ESTIMATE = 3.6; // right end of the histogram, in units of sigma²
const BINS = 45;

/** N − 1, N, N + 0.4: the divisor in words. */
function divisorText(correction) {
  if (correction === 0) return "N";
  return `N ${correction > 0 ? "−" : "+"} ${label(Math.abs(correction))}`;
}

const divisorRole = (correction) =>
  correction === 0 ? "statistic" : correction === 1 ? "rival" : "muted";

export default function render({ model, el }) {
  const { picture, controls, start } = frame({
    model,
    el,
    title: "Unbiased is not best",
    invitation:
      "Drag a dot. Move the divisor. Then draw ten thousand samples and see which divisor is right on average, and which is closest.",
    keys: ["x", "correction", "n", "draws"],
  });
  const line = svg(
    picture,
    "A sample on a number line with its squared deviations",
  );
  const squares = line.append("g").attr("aria-hidden", "true");
  const marks = line.append("g").attr("aria-hidden", "true");
  const lineAxis = line.append("g");
  const dots = line.append("g");
  const estimates = svg(picture, "How the estimates of many samples spread");
  const bars = estimates.append("g").attr("aria-hidden", "true");
  const estimatesAxis = estimates.append("g");
  const notes = estimates.append("g").attr("aria-hidden", "true");

  const sliders = [
    slider({
      name: "divisor",
      // From N − 1 on the left to N + 1: correction is what is taken away.
      min: -1,
      max: 1,
      step: 0.05,
      text: (added) => divisorText(-added),
      get: () => -model.get("correction"),
      set: (added) => write(model, { correction: -added || 0 }), // no −0
    }),
    slider({
      name: "sample size n",
      min: 2,
      max: 30,
      step: 1,
      text: String,
      get: () => model.get("n"),
      set: (n) => write(model, { n }),
    }),
  ];
  controls.append(...sliders.map(({ node }) => node));
  const drawButtons = [1, 100, 10_000].map((count) =>
    button(`Draw ${count.toLocaleString("en")}`, () =>
      write(model, {
        draws: Math.min(MOST_DRAWS, model.get("draws") + count),
      }),
    ),
  );
  controls.append(...drawButtons);

  // The line keeps its ends while a dot moves; a dot set from outside widens it.
  const x = scaleLinear().domain([0, 6]);
  function widen(values) {
    const low = Math.min(...values);
    const high = Math.max(...values);
    const [left, right] = x.domain();
    if (low >= left && high <= right) return;
    const pad = (high - low || Math.abs(high) || 1) * 0.25;
    x.domain([Math.min(0, low - pad), Math.max(6, high + pad)]);
  }

  let handles = [];
  function matchHandles(count) {
    while (handles.length > count) handles.pop().remove();
    while (handles.length < count) {
      const i = handles.length;
      handles.push(
        handle(dots, {
          name: `x${i + 1}`,
          get: () => model.get("x")[i],
          set: (value) =>
            write(model, {
              x: model.get("x").map((old, j) => (j === i ? value : old)),
            }),
          scale: () => x,
          limits: () => x.domain(),
          // A twentieth of a unit on the usual line, as fine on any other.
          step: () => (x.domain()[1] - x.domain()[0]) / 120,
          text: (value) => label(value, 2),
        }),
      );
    }
  }

  function drawLine(width) {
    const values = model.get("x");
    const correction = model.get("correction");
    const m = mean(values);
    widen(values);
    x.range([MARGIN, width - MARGIN]);
    const height = Math.max(190, Math.min(250, width * 0.4));
    const ground = height - 42;
    resize(line, width, height);
    matchHandles(values.length);
    handles.forEach((one) => one.place(ground));
    axis(lineAxis.attr("transform", `translate(0,${ground + 14})`), x, {
      ticks: width < 450 ? 4 : 7,
    });

    const pixels = values.map((value) => x(value) - x(m));
    // All squares shrink alike where the largest would leave the picture.
    const tallest = Math.max(...pixels.map(Math.abs), 1e-9);
    const shrink = Math.min(1, (ground - 30) / tallest);
    squares
      .selectAll("rect")
      .data(pixels)
      .join("rect")
      .attr("class", "zm-deviation")
      .attr("x", (side) => x(m) + Math.min(0, side * shrink))
      .attr("y", (side) => ground - Math.abs(side) * shrink)
      .attr("width", (side) => Math.abs(side) * shrink)
      .attr("height", (side) => Math.abs(side) * shrink);
    // Two squares, side = standard deviation: area SS/N, and SS/divisor.
    const unit = (x(1) - x(0)) * shrink;
    const average = [
      ["zm-average zm-statistic", 0],
      ["zm-average zm-chosen", correction],
    ].map(([className, c]) => [
      className,
      Math.sqrt(variance(values, c)) * unit,
    ]);
    squares
      .selectAll("path")
      .data(average.filter(([, side]) => Number.isFinite(side)))
      .join("path")
      .attr("class", ([className]) => className)
      .attr("d", ([, side]) => `M${x(m)},${ground}v${-side}h${side}v${side}z`);
    marks
      .selectAll("line")
      .data([m])
      .join("line")
      .attr("class", "zm-mean")
      .attr("x1", x)
      .attr("x2", x)
      .attr("y1", 22)
      .attr("y2", ground + 14);
    marks
      .selectAll("text")
      .data([m])
      .join("text")
      .attr("class", "zm-text-statistic")
      .attr("x", Math.min(Math.max(x(m), 40), width - 40))
      .attr("y", 15)
      .attr("text-anchor", "middle")
      .text(`mean ${label(m, 2)}`);
    return m;
  }

  const sample = normalSums();
  function drawEstimates(width) {
    const n = model.get("n");
    const correction = model.get("correction");
    const sums = sample(model.get("seed"), n, model.get("draws"));
    const moments = estimatorMoments(n, correction);
    const height = 170;
    const ground = height - 38;
    resize(estimates, width, height);
    const across = scaleLinear([0, LARGEST_ESTIMATE], [MARGIN, width - MARGIN]);
    const bins = bin()
      .domain([0, LARGEST_ESTIMATE])
      .thresholds(
        Array.from({ length: BINS }, (_, i) => (i * LARGEST_ESTIMATE) / BINS),
      )(sums.map((sum) => Math.min(sum / (n - correction), LARGEST_ESTIMATE)));
    const tallest = Math.max(...bins.map((one) => one.length), 4);
    const up = scaleLinear([0, tallest], [ground, 46]);
    bars
      .selectAll("rect")
      .data(bins)
      .join("rect")
      .attr("class", `zm-bar zm-${divisorRole(correction)}`)
      .attr("x", (one) => across(one.x0) + 0.5)
      .attr("width", Math.max(1, (width - 2 * MARGIN) / BINS - 1))
      .attr("y", (one) => up(one.length))
      .attr("height", (one) => ground - up(one.length));
    axis(estimatesAxis.attr("transform", `translate(0,${ground})`), across, {
      ticks: 6,
    });
    const flags = [
      { at: 1, className: "zm-truth", text: "σ² = 1", y: 14, tone: "input" },
      {
        at: moments.expectation,
        className: `zm-expectation zm-${divisorRole(correction)}`,
        text: `expected ${label(moments.expectation, 2)}`,
        y: 32,
        tone: divisorRole(correction),
      },
    ];
    notes
      .selectAll("line")
      .data(flags)
      .join("line")
      .attr("class", (flag) => flag.className)
      .attr("x1", (flag) => across(Math.min(flag.at, LARGEST_ESTIMATE)))
      .attr("x2", (flag) => across(Math.min(flag.at, LARGEST_ESTIMATE)))
      .attr("y1", (flag) => flag.y - 10)
      .attr("y2", ground);
    notes
      .selectAll("text.flag")
      .data(flags)
      .join("text")
      .attr("class", (flag) => `flag zm-text-${flag.tone}`)
      .attr("x", (flag) => across(Math.min(flag.at, LARGEST_ESTIMATE)) + 6)
      .attr("y", (flag) => flag.y)
      .text((flag) => flag.text);
    notes
      .selectAll("text.axis-name")
      .data([`estimate of the variance from ${n} normal numbers`])
      .join("text")
      .attr("class", "axis-name zm-text-muted")
      .attr("x", width - MARGIN)
      .attr("y", height - 4)
      .attr("text-anchor", "end")
      .text((text) => text);
    return { moments, sums };
  }

  return start((width) => {
    const values = model.get("x");
    const correction = model.get("correction");
    const N = values.length;
    const m = drawLine(width);
    const { moments, sums } = drawEstimates(width);
    for (const one of sliders) one.update();
    for (const one of drawButtons) one.disabled = sums.length >= MOST_DRAWS;
    const simulated = mean(sums) / (model.get("n") - correction);
    return [
      "Mean ",
      number("mean", m),
      ", variance ",
      number("variance_n", variance(values, 0), 2, "statistic"),
      ` with N = ${N}, `,
      number("variance_n_minus_1", variance(values, 1), 2, "rival"),
      ` with N − 1 = ${N - 1}`,
      N === 1 ? " (0 / 0: torch warns)" : "",
      `, `,
      number("variance", variance(values, correction)),
      ` with ${divisorText(correction)}. For samples of ${model.get("n")}, dividing by ${divisorText(correction).replace("N", "n")} is off by `,
      number("bias", moments.bias),
      " on average and has mean squared error ",
      number("mean_squared_error", moments.meanSquaredError, 3),
      sums.length
        ? `; ${sums.length.toLocaleString("en")} drawn so far average ${label(simulated, 2)}.`
        : "; none drawn yet.",
      sums.length >= MOST_DRAWS ? " That is the limit: Reset begins anew." : "",
    ];
  });
}
