// RunningStatsExplorer: a stream of batches whose population shifts midway, and the
// running mean and variance that BatchNorm keeps of it.
import { range } from "d3-array";
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { axis, frame, handle, resize, svg, write } from "./lib/old/chart.js";
import { button, element, label, number, slider } from "./lib/old/controls.js";
import {
  estimatorMoments,
  halfLife,
  mean,
  runningAverage,
  variance,
} from "./lib/formulas.js";
import { normalBatches } from "./lib/sampling.js";

const LAST = 120; // batches in the stream
const LARGEST = 64; // numbers in a batch
const BEFORE = { mean: 2, variance: 4 };
const START = { mean: 0, variance: 1 }; // of BatchNorm's buffers
const SMALLEST_MOMENTUM = -3; // as a power of ten; the slider's left end is 0
const PER_SECOND = 12; // batches, while playing
const PANEL_HEIGHT = 146;
const MARGIN = { left: 30, right: 18, top: 26, bottom: 26 };
const NAME_WIDTH = 90; // of "half-life 6.6", in pixels

const draw = line();
const steps = (count) => (count === 1 ? "1 batch" : `${count} batches`);
const digits = (h) => (h > 0 && h < 10 ? 1 : 0);

export default function render({ model, el }) {
  const { picture, controls, start } = frame({
    model,
    el,
    title: "Running statistics are either late or noisy",
    invitation:
      "Press Play. Then change the momentum, drag the shift along the axis, and the new population up or down.",
    keys: [
      "batch_size",
      "momentum",
      "t",
      "shift_at",
      "mean_after",
      "var_after",
    ],
  });
  const image = svg(picture, "Running mean and variance after each batch");
  const x = scaleLinear().domain([0, LAST]);
  /** One statistic: its legend, its axis, and a window that cuts off what leaves it. */
  function panel(top, domain, name, legend) {
    const title = image
      .append("text")
      .attr("x", 2)
      .attr("y", top - 11);
    title.append("tspan").attr("class", "zm-panel-title").text(name);
    for (const [role, text] of legend)
      title
        .append("tspan")
        .attr("class", `zm-text-${role} zm-small`)
        .attr("dx", 10)
        .text(text);
    return {
      y: scaleLinear(domain, [top + PANEL_HEIGHT, top]),
      top,
      axis: image.append("g"),
      view: image.append("svg").attr("aria-hidden", "true"),
    };
  }
  const means = panel(MARGIN.top, [-2, 8], "Mean", [
    ["input", "― population"],
    ["input", "• batch"],
    ["statistic", "― running"],
  ]);
  const below = MARGIN.top + PANEL_HEIGHT + 38;
  const variances = panel(below, [0, 15], "Variance", [
    ["rival", "╌ 1/(N − 1), torch"],
    ["statistic", "― 1/N"],
  ]);
  const ground = variances.top + PANEL_HEIGHT;
  const stepAxis = image
    .append("g")
    .attr("transform", `translate(0,${ground})`);
  const shiftLine = image
    .append("path")
    .attr("class", "zm-closed")
    .attr(
      "d",
      [means, variances].map(({ top }) => `M0,${top}v${PANEL_HEIGHT}`).join(""),
    );
  const handles = image.append("g");
  const target = (trait, { y }, name, limits) =>
    handle(handles, {
      name,
      vertical: true,
      get: () => model.get(trait),
      set: (value) => write(model, { [trait]: value }),
      scale: () => y,
      limits: () => limits,
      step: () => 0.1,
      text: (value) => label(value, 1),
    });
  const meanAfter = target(
    "mean_after",
    means,
    "mean after the shift",
    [-1, 7],
  );
  const varAfter = target(
    "var_after",
    variances,
    "variance after the shift",
    [0, 12],
  );
  const shiftAt = handle(handles, {
    name: "shift of the population",
    shape: "square",
    get: () => model.get("shift_at"),
    set: (at) => write(model, { shift_at: Math.round(at) }),
    scale: () => x,
    limits: () => [1, LAST - 1],
    step: () => 1,
    text: (at) => `after ${steps(at)}`,
  });

  const sliders = [
    slider({
      name: "batch size N",
      min: 1, // a power of 2
      max: Math.log2(LARGEST),
      step: 1,
      text: () => String(model.get("batch_size")),
      get: () => Math.log2(model.get("batch_size")),
      set: (power) => write(model, { batch_size: 2 ** power }),
    }),
    slider({
      name: "momentum",
      min: SMALLEST_MOMENTUM,
      max: 0,
      step: 0.05,
      text: () => label(model.get("momentum")),
      get: () => Math.max(SMALLEST_MOMENTUM, Math.log10(model.get("momentum"))),
      set: (power) =>
        write(model, {
          momentum:
            power === SMALLEST_MOMENTUM ? 0 : +(10 ** power).toPrecision(2),
        }),
    }),
  ];
  const advance = (count) =>
    write(model, { t: Math.min(LAST, model.get("t") + count) });
  const stepButtons = [1, 10].map((count) =>
    button(count === 1 ? "Step" : `${count} steps`, () => advance(count)),
  );
  let playing = 0; // the next frame's request; 0 while paused
  const play = button("Play", () => (playing ? pause() : begin()));
  play.classList.add("zm-play");
  const restart = button("Back to 0", () => write(model, { t: 0 }));
  controls.append(
    ...sliders.map(({ node }) => node),
    ...stepButtons,
    play,
    restart,
  );
  function pause() {
    cancelAnimationFrame(playing);
    playing = 0;
    play.textContent = "Play";
  }
  function begin() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      advance(LAST);
      return;
    }
    let shown = model.get("t");
    let due = performance.now();
    const next = (now) => {
      // Whoever else moves t, by a button or from a kernel, takes over.
      if (model.get("t") !== shown || shown >= LAST) return pause();
      playing = requestAnimationFrame(next);
      if (now < due) return;
      due = now + 1000 / PER_SECOND;
      shown += 1;
      advance(1);
    };
    playing = requestAnimationFrame(next);
    play.textContent = "Pause";
  }

  const stream = normalBatches(LAST, LARGEST, (noise) => ({
    mean: mean(noise),
    biased: variance(noise, 0),
    unbiased: variance(noise, 1),
  }));

  /** What only the width changes. */
  function layOut(width) {
    x.range([MARGIN.left, width - MARGIN.right]);
    resize(image, width, ground + MARGIN.bottom);
    axis(stepAxis, x, {
      ticks: range(0, LAST + 1, width < 450 ? 40 : 20),
      format: (tick) => (tick === LAST ? `${tick} batches` : String(tick)),
    });
    stepAxis
      .select(".tick:last-of-type text")
      .attr("text-anchor", "end")
      .attr("dx", MARGIN.right - 2);
    for (const { y, top, axis: group, view } of [means, variances]) {
      axis(group.attr("transform", `translate(${MARGIN.left},0)`), y, {
        ticks: 4,
        left: true,
      });
      // In the window, coordinates are those of the whole picture.
      const [w, h] = [width - MARGIN.left, PANEL_HEIGHT + 4];
      view
        .attr("x", MARGIN.left)
        .attr("y", top - 4)
        .attr("width", w)
        .attr("height", h)
        .attr("viewBox", `${MARGIN.left} ${top - 4} ${w} ${h}`);
    }
  }

  /** Brackets over the steps that half of each way takes, where there is a way. */
  function drawHalves({ y, view }, ways, h, named) {
    const known = h > 0 && h < Infinity;
    const halves = ways
      .filter(({ from, to }) => known && Math.abs(y(to) - y(from)) > 16)
      .map(({ from, to, first, last }) => {
        const level = y((from + to) / 2);
        const [left, right] = [x(first), x(Math.min(last, first + h))];
        // One that is not over when the next begins stays open.
        const end = first + h <= last ? `M${right},${level - 5}v10` : "";
        const beside = right + 6 + NAME_WIDTH < x(last);
        return {
          path: `M${left},${level - 5}v10m0,-5H${right}${end}`,
          named: named && x(last) - left > NAME_WIDTH,
          // Where the curve is not: beyond the bracket it is on the other side.
          at: beside ? right + 6 : x(last) - 6,
          anchor: beside ? "start" : "end",
          y: level + (to > from === beside ? 14 : -5),
        };
      });
    view
      .selectAll("path.half")
      .data(halves)
      .join("path")
      .attr("class", "half zm-frame")
      .attr("d", ({ path }) => path);
    view
      .selectAll("text.half")
      .data(halves.filter((half) => half.named))
      .join("text")
      .attr("class", "half zm-text-muted zm-small zm-halo")
      .attr("text-anchor", ({ anchor }) => anchor)
      .attr("x", ({ at }) => at)
      .attr("y", (half) => half.y)
      .text(`half-life ${label(h, digits(h))}`);
  }

  /** Levels that jump at the shift, a dot for each batch, and running averages. */
  function drawPanel({ y, view }, levels, dots, curves) {
    const jump = ([before, after]) =>
      `M${x(0)},${y(before)}H${x(model.get("shift_at"))}V${y(after)}H${x(LAST)}`;
    const paths = [
      // A path of lines without length: their round ends are the dots.
      {
        className: "zm-dots zm-input",
        d: dots.map((value, k) => `M${x(k + 1)},${y(value)}h0`).join(""),
      },
      ...levels.map(({ className, ends }) => ({ className, d: jump(ends) })),
      ...curves.map(({ className, values }) => ({
        className: `zm-curve ${className}`,
        d: draw(values.map((value, k) => [x(k), y(value)])),
      })),
    ];
    view
      .selectAll("path.curve")
      .data(paths)
      .join("path")
      .attr("class", ({ className }) => `curve ${className}`)
      .attr("d", ({ d }) => d);
    view
      .selectAll("circle")
      .data(curves)
      .join("circle")
      .attr("class", ({ className }) => `zm-point ${className}`)
      .attr("r", 4)
      .attr("cx", ({ values }) => x(values.length - 1))
      .attr("cy", ({ values }) => y(values.at(-1)));
  }

  let laidOut = 0; // the width that the picture has been laid out for
  const stop = start((width) => {
    if (width !== laidOut) layOut((laidOut = width));
    const n = model.get("batch_size");
    const momentum = model.get("momentum");
    const t = model.get("t");
    const shift = model.get("shift_at");
    const after = {
      mean: model.get("mean_after"),
      variance: model.get("var_after"),
    };
    const batches = stream(model.get("seed"), n)
      .slice(0, t)
      .map((noise, k) => {
        const from = k < shift ? BEFORE : after;
        return {
          mean: from.mean + Math.sqrt(from.variance) * noise.mean,
          biased: from.variance * noise.biased,
          unbiased: from.variance * noise.unbiased,
        };
      });
    const each = (name) => batches.map((batch) => batch[name]);
    const runningMean = runningAverage(each("mean"), momentum, START.mean);
    const [biased, unbiased] = ["biased", "unbiased"].map((name) =>
      runningAverage(each(name), momentum, START.variance),
    );
    const share = estimatorMoments(n, 0).expectation;
    const h = halfLife(momentum);

    const population = (key) => ({
      className: "zm-target zm-input",
      ends: [BEFORE[key], after[key]],
    });
    drawPanel(means, [population("mean")], each("mean"), [
      { className: "zm-statistic", values: runningMean },
    ]);
    const settling = {
      className: "zm-step zm-statistic",
      ends: [share * BEFORE.variance, share * after.variance],
    };
    drawPanel(variances, [population("variance"), settling], each("biased"), [
      { className: "zm-rival zm-dashed", values: unbiased },
      { className: "zm-statistic", values: biased },
    ]);
    // The second way begins where the first is expected to have come by the shift.
    const done = 1 - (1 - momentum) ** shift;
    const ways = (key) => [
      { from: START[key], to: BEFORE[key], first: 0, last: shift },
      {
        from: START[key] + done * (BEFORE[key] - START[key]),
        to: after[key],
        first: shift,
        last: LAST,
      },
    ];
    drawHalves(means, ways("mean"), h, true);
    drawHalves(variances, ways("variance"), h, false);
    // Under the line that it explains, unless that lies on the axis.
    const { y, view } = variances;
    view
      .selectAll("text.share")
      .data(x(LAST) - x(shift) > NAME_WIDTH ? [share * after.variance] : [])
      .join("text")
      .attr("class", "share zm-text-statistic zm-small zm-halo")
      .attr("text-anchor", "end")
      .attr("x", x(LAST) - 16)
      .attr("y", (at) => (at > 1.5 ? y(at) + 14 : y(after.variance) - 6))
      .text(`${n - 1}/${n} of it`);
    shiftLine.attr("transform", `translate(${x(shift)},0)`);
    meanAfter.place(x(LAST));
    varAfter.place(x(LAST));
    shiftAt.place(ground);
    for (const control of sliders) control.update();
    for (const control of [...stepButtons, play]) control.disabled = t >= LAST;
    restart.disabled = t === 0;

    const now = t > shift ? after : BEFORE;
    return [
      t
        ? `After ${t < LAST ? "" : "all "}${steps(t)} of ${n}`
        : "Before the first batch",
      t > shift ? `, ${t - shift} since the shift` : "",
      ": running mean ",
      number("running_mean", runningMean[t], 2, "statistic"),
      " of ",
      number("mean", now.mean, 1, "input"),
      "; running variance ",
      number("running_var", unbiased[t], 2, "rival"),
      " as torch stores it (1/(N\u00a0−\u00a01)), ",
      number("running_var_biased", biased[t], 2, "statistic"),
      " with 1/N, of ",
      number("variance", now.variance, 1, "input"),
      ". 1/N settles at ",
      number("settles_at", share * now.variance, 2, "statistic"),
      ".",
      element("br"),
      `running ← ${label(1 - momentum)} · running + ${label(momentum)} · batch: half of any distance is gone after `,
      number("half_life", h, digits(h)),
      h < Infinity ? " steps." : " steps, that is never.",
    ];
  });
  return () => {
    pause();
    stop();
  };
}
