// VarianceExplorer: a sample on a number line, its squared deviations, and what
// three divisors make of many such samples.
import { scaleLinear } from "d3-scale";
import {
  axis,
  fitDomain,
  frame,
  handles,
  resize,
  svg,
  write,
} from "./lib/old/chart.js";
import {
  button,
  element,
  label,
  number,
  plain,
  slider,
} from "./lib/old/controls.js";
import {
  estimatorMoments,
  mean,
  sumOfSquares,
  variance,
} from "./lib/formulas.js";
import { normalSums } from "./lib/sampling.js";

const USUAL_ENDS = [0, 6];
const MARGIN = 18;
const LINE_HEIGHT = 92;
const SQUARES_HEIGHT = 118;
const LARGEST_SIDE = 74; // of a square, in pixels
const GAP = 12; // between two squares
const LARGEST_SAMPLE = 30;
const MOST_DRAWS = 50_000;
const LARGEST_ESTIMATE = 4; // right end of the histogram; the last bar holds the rest
const BINS = 40;

/** N − 1, N, N + 0.4: the divisor in words. */
function divisorText(correction, count = "N") {
  if (correction === 0) return count;
  return `${count} ${correction > 0 ? "−" : "+"} ${label(Math.abs(correction))}`;
}

const divisorRole = (correction) =>
  correction === 0 ? "statistic" : correction === 1 ? "rival" : "muted";

const roleOf = ({ className }) => className.split("zm-").pop();

export default function render({ model, el }) {
  const { picture, controls, start } = frame({
    model,
    el,
    title: "Unbiased is not best",
    invitation:
      "Drag a dot. Then draw ten thousand samples, and move the divisor: which is right on average, and which is closest?",
    keys: ["x", "correction", "n", "draws"],
  });
  const line = svg(picture, "A sample on a number line");
  const marks = line.append("g").attr("aria-hidden", "true");
  const lineAxis = line.append("g");
  const dots = line.append("g");
  const areas = svg(
    picture,
    "The squared deviations as areas, and their averages",
  );
  const squares = areas.append("g").attr("aria-hidden", "true");
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
      max: LARGEST_SAMPLE,
      step: 1,
      text: String,
      get: () => model.get("n"),
      set: (n) => write(model, { n }),
    }),
  ];
  controls.append(...sliders.map(({ node }) => node));
  const drawButtons = [1, 100, 10_000].map((count) =>
    button(`Draw ${plain(count)}`, () =>
      write(model, {
        draws: Math.min(MOST_DRAWS, model.get("draws") + count),
      }),
    ),
  );
  controls.append(...drawButtons);

  const x = scaleLinear().domain(USUAL_ENDS);

  const sampleDots = handles(dots, (i) => ({
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
  }));

  function drawLine(width, m) {
    const values = model.get("x");
    fitDomain(x, values, USUAL_ENDS);
    x.range([MARGIN, width - MARGIN]);
    const ground = LINE_HEIGHT - 40;
    resize(line, width, LINE_HEIGHT);
    for (const one of sampleDots(values.length)) one.place(ground);
    axis(lineAxis.attr("transform", `translate(0,${ground + 14})`), x, {
      ticks: width < 450 ? 4 : 7,
    });
    // The deviations, from the mean to each dot.
    marks
      .selectAll("line")
      .data([...values, m])
      .join("line")
      .attr("class", (_, i) => (i < values.length ? "zm-reach" : "zm-mean"))
      .attr("x1", x(m))
      .attr("x2", (value) => x(value))
      .attr("y1", (_, i) => (i < values.length ? ground : 20))
      .attr("y2", (_, i) => (i < values.length ? ground : ground + 14));
    marks
      .selectAll("text")
      .data([m])
      .join("text")
      .attr("class", "zm-text-statistic")
      .attr("x", Math.min(Math.max(x(m), 40), width - 40))
      .attr("y", 14)
      .attr("text-anchor", "middle")
      .text(`mean ${label(m, 2)}`);
  }

  /** The squared deviations side by side, then their average for each divisor. */
  function drawAreas(width, m) {
    const values = model.get("x");
    const correction = model.get("correction");
    const N = values.length;
    const divided = (c, className) => ({
      area: variance(values, c),
      className: `zm-average ${className}`,
      text: `÷ ${label(N - c)}`,
    });
    const all = [
      ...values.map((value) => ({
        area: (value - m) ** 2,
        className: "zm-deviation",
      })),
      divided(0, "zm-statistic"),
      divided(1, "zm-rival"),
    ];
    if (correction !== 0 && correction !== 1)
      all.push(divided(correction, "zm-muted"));
    const shown = all.map((one) => ({
      ...one,
      side: Number.isFinite(one.area) ? Math.sqrt(one.area) : 0,
    }));
    // One scale for all squares: as large as the largest, and their row, allow.
    const largest = Math.max(...shown.map((one) => one.side));
    const together = shown.reduce((sum, one) => sum + one.side, 0);
    const room = width - 2 * MARGIN - GAP * (shown.length + 2);
    const scale =
      largest > 0 ? Math.min(LARGEST_SIDE / largest, room / together) : 0;
    const ground = SQUARES_HEIGHT - 36;
    resize(areas, width, SQUARES_HEIGHT);
    let left = MARGIN;
    for (const [i, one] of shown.entries()) {
      if (i === N) left += 2 * GAP; // the averages stand apart
      one.width = one.side * scale;
      one.left = left;
      left += one.width + GAP;
    }
    squares
      .selectAll("rect")
      .data(shown)
      .join("rect")
      .attr("class", (one) => one.className)
      .attr("x", (one) => one.left)
      .attr("y", (one) => ground - one.width)
      .attr("width", (one) => one.width)
      .attr("height", (one) => one.width);
    // A label where its square is wide enough for it; the readout has them all.
    squares
      .selectAll("text")
      .data(shown.filter((one) => one.width > 24 || one.text))
      .join("text")
      .attr("class", (one) => `zm-text-${one.text ? roleOf(one) : "muted"}`)
      .attr("x", (one) => one.left + one.width / 2)
      .attr("y", ground + 15)
      .attr("text-anchor", "middle")
      .text((one) => one.text ?? label(one.area, 2));
  }

  const sample = normalSums(LARGEST_SAMPLE);
  let estimated = ""; // what the picture of estimates shows
  let bias = 0; // of the samples drawn, as they turned out
  let error = 0;
  /** How the estimates spread, unless that is what the picture shows. */
  function drawEstimates(width) {
    const [n, correction, seed, draws] = [
      "n",
      "correction",
      "seed",
      "draws",
    ].map((trait) => model.get(trait));
    const key = String([width, n, correction, seed, draws]);
    if (estimated === key) return;
    estimated = key;
    const sums = sample(seed, n, draws);
    const height = 186;
    const ground = height - 38;
    resize(estimates, width, height);
    const across = scaleLinear([0, LARGEST_ESTIMATE], [MARGIN, width - MARGIN]);
    // One pass: each step of a drag may go over fifty thousand.
    const bins = new Array(BINS).fill(0);
    const perUnit = BINS / LARGEST_ESTIMATE;
    bias = error = 0;
    for (const sum of sums) {
      const estimate = sum / (n - correction);
      bins[Math.min(Math.floor(estimate * perUnit), BINS - 1)] += 1;
      bias += (estimate - 1) / draws;
      error += (estimate - 1) ** 2 / draws;
    }
    const tallest = Math.max(...bins, 4);
    const up = scaleLinear([0, tallest], [ground, 66]);
    bars
      .selectAll("rect")
      .data(bins)
      .join("rect")
      .attr("class", `zm-bar zm-${divisorRole(correction)}`)
      .attr("x", (_, i) => across((i * LARGEST_ESTIMATE) / BINS) + 0.5)
      .attr("width", Math.max(1, (width - 2 * MARGIN) / BINS - 1))
      .attr("y", up)
      .attr("height", (count) => ground - up(count));
    axis(estimatesAxis.attr("transform", `translate(0,${ground})`), across, {
      ticks: [0, 1, 2, 3, 4],
      format: (tick) =>
        tick === LARGEST_ESTIMATE ? `${tick} or more` : String(tick),
    });
    estimatesAxis
      .selectAll(".tick:last-of-type text")
      .attr("text-anchor", "end");
    const expected = (c, text) => ({
      at: estimatorMoments(n, c).expectation,
      role: divisorRole(c),
      text,
    });
    // The truth above, below it what each divisor gives on average.
    const flags = [
      { at: 1, role: "input", text: "truth v = 1" },
      expected(1, "÷ (n − 1)"),
      expected(0, "÷ n"),
    ];
    if (divisorRole(correction) === "muted")
      flags.push(expected(correction, `÷ (${divisorText(correction, "n")})`));
    notes
      .selectAll("line")
      .data(flags)
      .join("line")
      .attr(
        "class",
        (flag, i) => `zm-${i ? "expectation" : "truth"} zm-${flag.role}`,
      )
      .attr("x1", (flag) => across(flag.at))
      .attr("x2", (flag) => across(flag.at))
      .attr("y1", (_, i) => 4 + 15 * i)
      .attr("y2", ground);
    notes
      .selectAll("text.flag")
      .data(flags)
      .join("text")
      .attr("class", (flag) => `flag zm-text-${flag.role}`)
      // Beside its line, on the side where no other line stands.
      .attr("x", (flag) => across(flag.at) + (flag.at < 1 ? -6 : 6))
      .attr("text-anchor", (flag) => (flag.at < 1 ? "end" : "start"))
      .attr("y", (_, i) => 14 + 15 * i)
      .text((flag) => flag.text);
    notes
      .selectAll("text.axis-name")
      .data([`estimate of v from a sample of ${n}`])
      .join("text")
      .attr("class", "axis-name zm-text-muted")
      .attr("x", MARGIN)
      .attr("y", height - 4)
      .text((text) => text);
  }

  return start((width) => {
    const values = model.get("x");
    const correction = model.get("correction");
    const n = model.get("n");
    const draws = model.get("draws");
    const N = values.length;
    const m = mean(values);
    drawLine(width, m);
    drawAreas(width, m);
    drawEstimates(width);
    for (const one of sliders) one.update();
    for (const one of drawButtons) one.disabled = draws >= MOST_DRAWS;
    const moments = estimatorMoments(n, correction);
    const special = correction !== 0 && correction !== 1;
    return [
      `${N === 1 ? "One dot" : `${N} dots`}: mean `,
      number("mean", m),
      ", sum of squares ",
      number("sum_of_squares", sumOfSquares(values)),
      "; with N ",
      number("variance_n", variance(values, 0), 2, "statistic"),
      ", with N − 1 ",
      number("variance_n_minus_1", variance(values, 1), 2, "rival"),
      N === 1 ? " (0 / 0: torch warns)" : "",
      ...(special
        ? [
            `, with ${divisorText(correction)} `,
            number("variance", variance(values, correction)),
          ]
        : []),
      ".",
      element("br"),
      `Samples of ${n}, divided by ${divisorText(correction, "n")}: bias `,
      number("bias", moments.bias),
      ", mean squared error ",
      number("mean_squared_error", moments.meanSquaredError, 3),
      draws
        ? `. ${plain(draws)} drawn: bias ${label(bias, 2)}, error ${label(error, 3)}.`
        : " in the long run. None drawn yet.",
      draws >= MOST_DRAWS ? " That is the limit: Reset begins anew." : "",
    ];
  });
}
