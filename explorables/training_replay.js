// TrainingReplay: SGD on one feature of LayerNorm(2), as a path over the loss and
// as gamma and beta against the step, with the closed form beside the steps.
import { range } from "d3-array";
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import {
  axis,
  fitDomain,
  frame,
  planeHandle,
  resize,
  svg,
  write,
} from "./lib/old/chart.js";
import { button, element, label, number, slider } from "./lib/old/controls.js";
import { layerNorm, mean, sgdOnLine } from "./lib/formulas.js";

const X = [
  [1, 2],
  [2, 3],
];
const XHAT = layerNorm(X[0]); // and of X[1]: only the mean differs
const LAST = 40;
const USUAL = [-1.5, 1.5]; // of gamma and beta
const MARGIN = { left: 54, right: 12, top: 24, bottom: 36 };
const MOST_HEIGHT = 320;

/** gamma and beta of one feature after 0, 1, ..., t steps. */
function train({ xhat, target, gamma, beta, lr }, t) {
  const steps = [{ gamma, beta }];
  for (let k = 0; k < t; k++) {
    // Two rows of two outputs: the mean of four squares, over two equal rows.
    const error = gamma * xhat + beta - target;
    gamma -= lr * error * xhat;
    beta -= lr * error;
    steps.push({ gamma, beta });
  }
  return steps;
}

export default function render({ model, el }) {
  const { picture, controls, start } = frame({
    model,
    el,
    title: "γ and β share the work",
    invitation:
      "Press Step and watch both move. Then drag the start, or raise the learning rate.",
    keys: ["lr", "target", "gamma0", "beta0", "feature", "t"],
  });
  picture.classList.add("zm-panels");
  const surface = svg(picture, "The loss over gamma and beta, and the steps");
  const time = svg(picture, "Gamma and beta after each step");
  /** Title, axes, and a window that cuts off what leaves it. */
  const chart = (image) => ({
    image,
    title: image.append("text").attr("class", "zm-panel-title"),
    axes: [image.append("g"), image.append("g")],
    view: image.append("svg").attr("aria-hidden", "true"),
  });
  const plane = chart(surface);
  const history = chart(time);
  const legend = time
    .append("text")
    .attr("class", "zm-text-parameter")
    .text("■ γ   ● β   ┄ closed form");
  const bands = plane.view.append("g");
  const valley = plane.view.append("g");
  const path = plane.view.append("g");
  const x = scaleLinear();
  const y = scaleLinear().domain(USUAL);
  const steps = scaleLinear().domain([0, LAST]);

  const one = (trait) => model.get(trait)[model.get("feature")];
  const put = (trait, value) =>
    model
      .get(trait)
      .map((old, i) => (i === model.get("feature") ? value : old));
  const names = surface.append("g").attr("aria-hidden", "true");
  const dot = planeHandle(surface.append("g"), {
    name: "start of gamma and beta",
    role: "parameter",
    move(dx, dy) {
      const [low, high] = y.domain();
      const unit = (high - low) / (x.range()[1] - x.range()[0]);
      const moved = (value, way) => {
        const inside = Math.min(high, Math.max(low, value + way * unit));
        return +inside.toPrecision(12);
      };
      write(model, {
        gamma0: put("gamma0", moved(one("gamma0"), dx)),
        beta0: put("beta0", moved(one("beta0"), -dy)),
      });
    },
  });

  const sliders = [
    slider({
      name: "learning rate",
      min: 0.01,
      max: 2,
      step: 0.01,
      text: (lr) => label(lr, 2),
      get: () => model.get("lr"),
      set: (lr) => write(model, { lr }),
    }),
    slider({
      name: "target",
      min: -1.5,
      max: 1.5,
      step: 0.1,
      text: () => label(one("target")),
      get: () => one("target"),
      set: (value) => write(model, { target: put("target", value) }),
    }),
    slider({
      name: "step",
      min: 0,
      max: LAST,
      step: 1,
      text: String,
      get: () => model.get("t"),
      set: (t) => write(model, { t }),
    }),
  ];
  controls.append(...sliders.map(({ node }) => node));
  const stepButtons = [1, 10].map((count) =>
    button(count === 1 ? "Step" : `${count} steps`, () =>
      write(model, { t: Math.min(LAST, model.get("t") + count) }),
    ),
  );
  const other = button("", () =>
    write(model, { feature: 1 - model.get("feature") }),
  );
  controls.append(...stepButtons, other);

  function drawFrame(
    { image, title, axes, view },
    across,
    width,
    height,
    text,
  ) {
    const bottom = height - MARGIN.bottom;
    resize(image, width, height);
    title.attr("x", 2).attr("y", 15).text(text);
    // Numbers of any size: fewer and shorter where they are long.
    const large = y.domain()[1] >= 1e4;
    const ticks = {
      ticks: large ? 3 : 5,
      format: (value) => label(value, large && value ? 0 : undefined),
    };
    axis(
      axes[0].attr("transform", `translate(0,${bottom})`),
      across,
      across === x ? ticks : { ticks: 5 },
    );
    axis(axes[1].attr("transform", `translate(${MARGIN.left},0)`), y, {
      ...ticks,
      left: true,
    });
    // In the window, coordinates are those of the whole picture.
    const left = MARGIN.left - 4;
    const [w, h] = [across.range()[1] - left, bottom - MARGIN.top];
    view
      .attr("x", left)
      .attr("y", MARGIN.top)
      .attr("width", w)
      .attr("height", h)
      .attr("viewBox", `${left} ${MARGIN.top} ${w} ${h}`);
  }

  function drawPlane(width, height, fit, taken, centre, end) {
    const { xhat, target, gamma, beta } = fit;
    drawFrame(
      plane,
      x,
      width,
      height,
      `Feature ${model.get("feature") + 1}: its loss over γ → and β ↑`,
    );
    const [low, high] = y.domain();
    // Where the output misses the target by `error`: a straight line.
    const betaAt = (at, error) => target + error - xhat * at;
    const between = (a, b) =>
      `M${[
        [low, betaAt(low, a)],
        [high, betaAt(high, a)],
        [high, betaAt(high, b)],
        [low, betaAt(low, b)],
      ]
        .map(([at, b]) => [x(at), y(b)])
        .join("L")}Z`;
    const width0 = (high - low) / 6;
    const corners = [low, high].flatMap((at) =>
      [low, high].map((b) => at * xhat + b - target),
    );
    const first = Math.floor(Math.min(...corners) / width0);
    const last = Math.ceil(Math.max(...corners) / width0);
    const levels = last - first > 60 ? [] : range(first, last);
    bands
      .selectAll("path")
      .data(levels)
      .join("path")
      .attr("class", "zm-altitude")
      .attr("fill-opacity", (k) => 0.045 * Math.min(7, k < 0 ? -k - 1 : k))
      .attr("d", (k) => between(k * width0, (k + 1) * width0));
    valley
      .selectAll("path")
      .data([between(0, 0)])
      .join("path")
      .attr("class", "zm-truth")
      .attr("d", (d) => d);

    // The losses, written across the slope where the path is not.
    const aside = centre.gamma > (low + high) / 2 ? 0.24 : 0.76;
    const on = low + aside * (high - low);
    const foot = [on, betaAt(on, 0)];
    const norm = xhat ** 2 + 1;
    const marked = levels
      .filter((k) => Math.abs(k) <= 4)
      .map((k) => {
        const error = k * width0;
        return {
          at: foot[0] + (error * xhat) / norm,
          b: foot[1] + error / norm,
          text: k ? label(+(error ** 2 / 2).toPrecision(3)) : "loss 0",
        };
      })
      .filter(
        ({ at, b }) =>
          x(at) > MARGIN.left + 24 &&
          x(at) < x(high) - 24 &&
          b > low &&
          b < high,
      );
    path
      .selectAll("text")
      .data(marked)
      .join("text")
      .attr("class", "zm-text-muted zm-small zm-halo")
      .attr("text-anchor", "middle")
      .attr("x", ({ at }) => x(at))
      .attr("y", ({ b }) => y(b) + 4)
      .text(({ text }) => text);
    // Each on the side where the path is not, if there is room.
    const startsRight = !end || gamma >= end.gamma;
    const room = { left: MARGIN.left + 44, right: x(high) - 34 };
    const beside = (point, right, text) => {
      const at = x(point.gamma);
      const side = at > room.right ? -1 : at < room.left || right ? 1 : -1;
      return { x: at + 14 * side, y: y(point.beta) + 4, side, text };
    };
    names
      .selectAll("text")
      .data([
        beside(fit, startsRight, "start"),
        ...(end ? [beside(end, !startsRight, "end")] : []),
      ])
      .join("text")
      .attr("class", "zm-small")
      .attr("text-anchor", ({ side }) => (side > 0 ? "start" : "end"))
      .attr("x", (name) => name.x)
      .attr("y", (name) => name.y)
      .text(({ text }) => text);

    // What has left the window for good need not be drawn.
    const gone = taken.findIndex(
      (step) => Math.abs(step.gamma - centre.gamma) > 10 * (high - low),
    );
    const seen = gone < 0 ? taken : taken.slice(0, gone + 1);
    const ways = [
      ...(end ? [{ className: "zm-closed", points: [fit, end] }] : []),
      { className: "zm-curve zm-gradient", points: seen },
    ];
    const draw = line()
      .x((point) => x(point.gamma))
      .y((point) => y(point.beta));
    path
      .selectAll("path")
      .data(ways)
      .join("path")
      .attr("class", ({ className }) => className)
      .attr("d", ({ points }) => draw(points));
    const dots = [
      ...(end ? [{ ...end, className: "zm-target zm-input", r: 6 }] : []),
      ...seen.slice(1).map((step, k) => ({
        ...step,
        className: "zm-point zm-parameter",
        r: k === taken.length - 2 ? 6 : 2.5,
      })),
    ];
    path
      .selectAll("circle")
      .data(dots)
      .join("circle")
      .attr("class", ({ className }) => className)
      .attr("r", ({ r }) => r)
      .attr("cx", (point) => x(point.gamma))
      .attr("cy", (point) => y(point.beta));
    dot.place(
      [x(gamma), y(beta)],
      gamma,
      `gamma ${label(gamma, 2)}, beta ${label(beta, 2)}`,
    );
  }

  function drawHistory(width, height, fit, taken, centre, factor) {
    drawFrame(history, steps, width, height, "γ and β after each step");
    const { view } = history;
    const draw = line();
    // The closed form is c + (start - c) factor^t, c being the centre. Where the factor
    // is negative, the steps go to and fro between two such curves.
    const curves = (factor < 0 ? [1, -1] : [1]).flatMap((side) =>
      ["gamma", "beta"].map((key) =>
        range(0, LAST + 0.01, 0.5).map((k) => [
          steps(k),
          y(
            centre[key] +
              side * (fit[key] - centre[key]) * Math.abs(factor) ** k,
          ),
        ]),
      ),
    );
    const inWindow = ([, at]) => Math.abs(at) < 2 * height;
    view
      .selectAll("path")
      .data(curves)
      .join("path")
      .attr("class", "zm-closed")
      .attr("d", draw.defined(inWindow));
    view
      .selectAll("line")
      .data([steps(model.get("t"))])
      .join("line")
      .attr("class", "zm-link")
      .attr("x1", (at) => at)
      .attr("x2", (at) => at)
      .attr("y1", MARGIN.top)
      .attr("y2", height);
    const inView = (value) => inWindow([0, y(value)]);
    view
      .selectAll("rect")
      .data(taken.map((step, k) => ({ k, value: step.gamma })))
      .join("rect")
      .attr("class", "zm-point zm-parameter")
      .attr("x", ({ k }) => steps(k) - 3)
      .attr("y", ({ value }) => (inView(value) ? y(value) - 3 : -99))
      .attr("width", 6)
      .attr("height", 6);
    view
      .selectAll("circle")
      .data(taken.map((step, k) => ({ k, value: step.beta })))
      .join("circle")
      .attr("class", "zm-point zm-parameter")
      .attr("r", 3.5)
      .attr("cx", ({ k }) => steps(k))
      .attr("cy", ({ value }) => (inView(value) ? y(value) : -99));
    legend.attr("x", MARGIN.left).attr("y", height - 4);
  }

  return start((width) => {
    const feature = model.get("feature");
    const t = model.get("t");
    const lr = model.get("lr");
    const fits = XHAT.map((xhat, i) => ({
      xhat,
      lr,
      target: model.get("target")[i],
      gamma: model.get("gamma0")[i],
      beta: model.get("beta0")[i],
    }));
    const fit = fits[feature];
    const taken = train(fit, t);
    const now = taken[t];
    const errors = fits.map((each) => {
      const { gamma, beta } = train(each, t)[t];
      return gamma * each.xhat + beta - each.target;
    });
    const factor = 1 - lr * (fit.xhat ** 2 + 1);
    // The valley's nearest point to the start, which a learning rate of
    // 1 / curvature reaches in one step.
    const centre = sgdOnLine({ ...fit, lr: lr / (1 - factor) }, 1);
    const end = Math.abs(factor) < 1 ? sgdOnLine(fit, Infinity) : null;

    const twice = width >= 640;
    const each = twice ? (width - 12) / 2 : width;
    const height = Math.min(each, MOST_HEIGHT);
    const side = height - MARGIN.top - MARGIN.bottom;
    fitDomain(y, [fit.gamma, fit.beta, centre.gamma, centre.beta], USUAL);
    y.range([height - MARGIN.bottom, MARGIN.top]);
    x.domain(y.domain()).range([MARGIN.left, MARGIN.left + side]);
    steps.range([MARGIN.left, each - MARGIN.right]);
    drawPlane(each, height, fit, taken, centre, end);
    drawHistory(each, height, fit, taken, centre, factor);
    for (const control of sliders) control.update();
    for (const control of stepButtons) control.disabled = t >= LAST;
    other.textContent = `Feature ${2 - feature}`;

    const swings = factor < 0 ? "Each step overshoots the valley and " : "";
    return [
      `${t === 1 ? "1 step" : `${t} steps`}, feature ${feature + 1} (x̂ = ${label(fit.xhat, 0)}): γ = `,
      number("gamma", now.gamma, 4, "parameter"),
      ", β = ",
      number("beta", now.beta, 4, "parameter"),
      "; output ",
      number("output", now.gamma * fit.xhat + now.beta, 4, "normalized"),
      ` for a target of ${label(fit.target)}; loss of both features `,
      number("loss", mean(errors.map((error) => error ** 2)), 4),
      ".",
      element("br"),
      swings ? `${swings}multiplies` : "Each step multiplies",
      " the error by ",
      number("factor", factor, 4),
      ...(end
        ? [
            ": it ends at γ ",
            number("gamma_end", end.gamma, 4, "parameter"),
            ", β ",
            number("beta_end", end.beta, 4, "parameter"),
            ", the valley's nearest point to the start.",
          ]
        : [": the error grows without end. The run diverges."]),
      t >= LAST ? " That is the last step shown; Reset begins anew." : "",
    ];
  });
}
