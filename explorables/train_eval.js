// TrainEvalExplorer: a batch on a number line, and below it the outputs of BatchNorm
// in training and in eval, each under where it was before a sample was moved.
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
import { button, choice, element, label, number } from "./lib/old/controls.js";
import {
  layerNorm,
  mean,
  normalizeBy,
  runningAverage,
  variance,
} from "./lib/formulas.js";

const SIZES = [1, 2, 8];
const MORE = [-1.9, -1.0, -0.2, 0.7, 1.5, 2.2, 3.0, 3.7]; // train_eval.py's default
const MOMENTUM = 0.1;
const NEGLIGIBLE = 1e-9; // of the largest output: as in train_eval.py
const USUAL = [-4, 4];
const MARGIN = 18;
// Heights, from the picture's top; those of a row of outputs, from the row's top.
const BATCH = { above: 34, dots: 62, axis: 84, below: 120 };
const ROW = { title: 14, before: 30, now: 52, axis: 64 };
const HEIGHT = 322;
const LEAST_WAY = 0.5; // in pixels, of an output that is drawn as moved
const RAISED =
  'torch raises ValueError("Expected more than 1 value per channel when training, got input size torch.Size([1, 1])")';
const DOT = "M-5,0a5,5 0 1 0 10,0a5,5 0 1 0 -10,0Z";
const SQUARE = "M-4.5,-4.5h9v9h-9Z";

const finite = Number.isFinite;
const sizeText = (size) => `N = ${size}`;

/** The axis at this height. */
function drawAxis(group, scale, width, top) {
  const [low, high] = scale.domain();
  group.attr("transform", `translate(0,${top})`);
  // As many ticks as their texts leave room for.
  axis(group, scale, { ticks: width >= 450 ? 8 : high - low > 1e4 ? 2 : 4 });
}

/** How many moved by more than rounding can: a share of the largest output. */
function countMoved(now, then) {
  const size = Math.max(...[...now, ...then].map(Math.abs));
  return now.filter((value, i) => Math.abs(value - then[i]) > NEGLIGIBLE * size)
    .length;
}

export default function render({ model, el }) {
  const { picture, controls, start } = frame({
    model,
    el,
    title: "In training, one sample moves all",
    invitation:
      "Drag a dot; hollow marks are where outputs were. Then try a batch of 2, and training steps.",
    keys: ["x", "start", "sample", "running_mean", "running_var"],
  });
  const image = svg(
    picture,
    "A batch on a number line, its outputs in training, and its outputs in eval",
  );
  const heading = (parent, role, y) =>
    parent
      .append("text")
      .attr("class", `zm-text-${role} zm-panel-title`)
      .attr("x", 2)
      .attr("y", y);
  const title = heading(image, "input", ROW.title);
  const bands = image.append("g").attr("aria-hidden", "true");
  const x = scaleLinear().domain(USUAL);
  const xAxis = image.append("g");
  const row = (top, role, shape, text) => {
    const group = image.append("g").attr("transform", `translate(0,${top})`);
    heading(group, role, ROW.title).text(text);
    return {
      top,
      role,
      shape,
      group,
      axis: group.append("g"),
      marks: group.append("g").attr("aria-hidden", "true"),
      scale: scaleLinear().domain(USUAL),
    };
  };
  const training = row(136, "normalized", DOT, "training: batch mean and σ");
  const inEval = row(234, "rival", SQUARE, "eval: running mean and σ");
  const refusal = training.group
    .append("text")
    .attr("x", 2)
    .attr("y", (ROW.before + ROW.axis) / 2)
    .text("ValueError: one sample is not enough");
  const rings = image.append("g").attr("aria-hidden", "true");

  const sampleIndex = () =>
    Math.min(model.get("sample"), model.get("x").length - 1);
  const startBatch = () =>
    model.get("start").length === model.get("x").length
      ? model.get("start")
      : model.get("x");
  const dots = handles(image.append("g"), (i) => ({
    name: `x${i + 1}`,
    get: () => model.get("x")[i],
    set(value) {
      const batch = model.get("x");
      write(model, {
        x: batch.map((old, j) => (j === i ? value : old)),
        // What was before stays so while it is the same sample that moves.
        start: i === sampleIndex() ? startBatch() : batch,
        sample: i,
      });
    },
    scale: () => x,
    limits: () => x.domain(),
    step: () => (x.domain()[1] - x.domain()[0]) / 160,
    text: (value) => label(value, 2),
  }));

  const size = choice({
    name: "batch size",
    values: SIZES.map(sizeText),
    get: () => sizeText(model.get("x").length),
    set(text) {
      const count = SIZES.find((one) => sizeText(one) === text);
      // The samples that are there stay: only the size changes.
      const old = model.get("x");
      const batch = [...old, ...MORE.slice(old.length)].slice(0, count);
      write(model, { x: batch, start: batch, sample: 0 });
    },
  });
  const toward = (trait, value) =>
    runningAverage([value], MOMENTUM, model.get(trait))[1];
  const step = button("One training step", () =>
    write(model, {
      running_mean: toward("running_mean", mean(model.get("x"))),
      // BatchNorm stores another variance than it uses.
      running_var: toward("running_var", variance(model.get("x"), 1)),
    }),
  );
  controls.append(size.node, step);

  /** The batch, and over it the mean and σ that each mode normalizes with. */
  function drawBatch(width, spans) {
    const batch = model.get("x");
    fitDomain(x, [...batch, ...startBatch()], USUAL);
    x.range([MARGIN, width - MARGIN]);
    const [low, high] = x.domain();
    const inside = (value) => x(Math.min(high, Math.max(low, value)));
    title.text(`x: a batch of ${batch.length}`);
    for (const dot of dots(batch.length)) dot.place(BATCH.dots);
    drawAxis(xAxis, x, width, BATCH.axis);
    const known = spans.filter((one) => finite(one.mean) && finite(one.sigma));
    bands
      .selectAll("rect")
      .data(known)
      .join("rect")
      .attr("class", (one) => one.band)
      .attr("x", (one) => inside(one.mean - one.sigma))
      .attr(
        "width",
        (one) => inside(one.mean + one.sigma) - inside(one.mean - one.sigma),
      )
      .attr("y", (one) => BATCH.dots - one.reach)
      .attr("height", (one) => 2 * one.reach);
    bands
      .selectAll("line")
      .data(known.filter((one) => one.mean >= low && one.mean <= high))
      .join("line")
      .attr("class", (one) => one.line)
      .attr("x1", (one) => x(one.mean))
      .attr("x2", (one) => x(one.mean))
      .attr("y1", (one) => BATCH.dots - one.reach)
      .attr("y2", (one) => BATCH.dots + one.reach);
    const room = 110; // for half of a text
    bands
      .selectAll("text")
      .data(spans)
      .join("text")
      .attr("class", (one) => `zm-text-${one.role}`)
      .attr("text-anchor", "middle")
      .attr("x", (one) =>
        Math.min(width - room, Math.max(room, inside(one.mean) || 0)),
      )
      .attr("y", (one) => one.note)
      .text(
        (one) =>
          `${one.name} mean ${label(one.mean, 2)}, σ ${label(one.sigma, 2)}`,
      );
  }

  /** One row of outputs, and above it where they were. */
  function drawRow({ role, shape, axis: ground, marks, scale }, width, both) {
    fitDomain(scale, both.flat().filter(finite), USUAL);
    scale.range([MARGIN, width - MARGIN]);
    drawAxis(ground, scale, width, ROW.axis);
    const [now, then] = both;
    const ways = now
      .map((value, i) => [scale(then[i]), scale(value)])
      .filter((ends) => ends.every(finite));
    marks
      .selectAll("line")
      .data(ways.filter(([from, to]) => Math.abs(to - from) > LEAST_WAY))
      .join("line")
      .attr("class", `zm-curve zm-${role}`)
      .attr("x1", ([from]) => from)
      .attr("x2", ([, to]) => to)
      .attr("y1", ROW.before)
      .attr("y2", ROW.now);
    marks
      .selectAll("path")
      .data(
        ways.flatMap(([from, to]) => [
          { at: from, y: ROW.before, className: `zm-frame zm-${role}` },
          { at: to, y: ROW.now, className: `zm-point zm-${role}` },
        ]),
      )
      .join("path")
      .attr("class", ({ className }) => className)
      .attr("d", shape)
      .attr("transform", ({ at, y }) => `translate(${at},${y})`);
  }

  return start((width) => {
    const batch = model.get("x");
    const both = [batch, startBatch()];
    const N = batch.length;
    const i = sampleIndex();
    const m = mean(batch);
    const [biased, unbiased] = [0, 1].map((correction) =>
      variance(batch, correction),
    );
    const running = {
      mean: model.get("running_mean"),
      variance: model.get("running_var"),
    };
    // BatchNorm of one feature is LayerNorm along the batch.
    const trained = N > 1 ? both.map((one) => layerNorm(one)) : [[], []];
    const evaluated = both.map((one) =>
      normalizeBy(one, running.mean, running.variance),
    );

    resize(image, width, HEIGHT);
    const spans = [
      {
        name: "running",
        mean: running.mean,
        sigma: Math.sqrt(running.variance),
        role: "rival",
        band: "zm-frame zm-dashed zm-rival",
        line: "zm-expectation zm-rival",
        reach: 16,
        note: BATCH.below,
      },
    ];
    if (N > 1)
      spans.unshift({
        name: "batch",
        mean: m,
        sigma: Math.sqrt(biased),
        role: "statistic",
        band: "zm-band zm-statistic",
        line: "zm-mean",
        reach: 20,
        note: BATCH.above,
      });
    drawBatch(width, spans);
    drawRow(training, width, trained);
    drawRow(inEval, width, evaluated);
    refusal.attr("visibility", N > 1 ? "hidden" : "visible");
    rings
      .selectAll("circle")
      .data(
        [
          [x(batch[i]), BATCH.dots],
          [training.scale(trained[0][i]), training.top + ROW.now],
          [inEval.scale(evaluated[0][i]), inEval.top + ROW.now],
        ].filter(([at]) => finite(at)),
      )
      .join("circle")
      .attr("class", "zm-target zm-input")
      .attr("r", 11)
      .attr("cx", ([at]) => at)
      .attr("cy", ([, y]) => y);
    size.update();
    // One sample has no variance to store; nor has what leaves float64's range.
    step.disabled = !finite(unbiased);

    const moved = (name, [now, then]) => [
      number(name, countMoved(now, then), 0),
      ` of ${N}`,
    ];
    const outputInTraining = (name, index) =>
      number(name, trained[0][index], 2, "normalized");
    const outputInEval = number("output_in_eval", evaluated[0][i], 2, "rival");
    const story =
      N > 2
        ? [
            ...moved("moved_in_training", trained),
            " outputs moved, in eval ",
            ...moved("moved_in_eval", evaluated),
            ". Its own output: ",
            outputInTraining("output_in_training", i),
            " in training, ",
            outputInEval,
            " in eval.",
          ]
        : [
            ...(N > 1
              ? [
                  "its output is ",
                  outputInTraining("output_in_training", i),
                  " and the other ",
                  outputInTraining("other_in_training", 1 - i),
                  ", ±1 but for ε wherever the two lie",
                ]
              : [RAISED]),
            "; in eval ",
            ...moved("moved_in_eval", evaluated),
            " moved, its own output is ",
            outputInEval,
            ".",
          ];
    return [
      `You moved sample ${i + 1} by `,
      number("moved_by", batch[i] - both[1][i], 2, "input"),
      ": in training ",
      ...story,
      element("br"),
      ...(N > 1
        ? [
            "Batch mean ",
            number("mean", m, 2, "statistic"),
            ", variance ",
            number("variance", biased, 2, "statistic"),
            " with N (",
            number("variance_to_store", unbiased, 2, "rival"),
            " with N − 1, for the running one); running mean ",
          ]
        : ["Running mean "]),
      number("running_mean", running.mean, 2, "rival"),
      ", running variance ",
      number("running_var", running.variance, 2, "rival"),
      ".",
    ];
  });
}
