// NormSphere: a point, its projection on the plane of zero mean, and where on the
// sphere of radius √d (there: a circle, or two points) normalization puts it.
import { range } from "d3-array";
import { line } from "d3-shape";
import { frame, planeHandle, resize, svg, write } from "./lib/old/chart.js";
import { button, label, number, slider } from "./lib/old/controls.js";
import { layerNorm, mean, sumOfSquares, variance } from "./lib/formulas.js";

const REACH = 3.2; // half the side of what is seen, in units of x
const ELEVATION = Math.PI / 8;
const AXIS = 2.6; // length of a coordinate axis
const SMALLEST = -6; // sigma as a power of ten
const LARGEST = 0.3;

const length = (v) => Math.hypot(...v);
const short = (value) => label(+value.toPrecision(3));
const path = line();

/** Screen coordinates (right, up) of a point of d features. */
function camera(d, azimuth) {
  if (d === 2) return ([a, b]) => [a, b];
  const turn = (azimuth * Math.PI) / 180;
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const [ce, se] = [Math.cos(ELEVATION), Math.sin(ELEVATION)];
  // The third feature points up; the block turns about it.
  return ([x, y, z]) => [c * x - s * y, z * ce + (s * x + c * y) * se];
}

export default function render({ model, el }) {
  const { picture, controls, start } = frame({
    model,
    el,
    title: "Every input lands on the circle of radius √d",
    invitation:
      "Drag x. First its mean is taken away, then its size. Then make x smaller and smaller, until ε shows.",
    keys: ["x", "d", "eps", "azimuth"],
  });
  const image = svg(picture, "A point, the plane of zero mean, and its x-hat");
  const ground = image.append("g").attr("aria-hidden", "true");
  const marks = image.append("g").attr("aria-hidden", "true");
  const handles = image.append("g");

  const point = () => model.get("x").slice(0, model.get("d"));
  const put = (values) =>
    write(model, {
      x: model.get("x").map((old, i) => values[i] ?? old),
    });
  let unit = 1; // pixels for one unit of x
  const dot = planeHandle(handles, {
    name: "x",
    move(dx, dy) {
      const [right, up] = [dx / unit, -dy / unit];
      const d = model.get("d");
      const see = camera(d, model.get("azimuth"));
      // The way in space that is seen as this way on the screen, and no deeper.
      const basis = range(d).map((i) => range(d).map((j) => +(i === j)));
      const seen = basis.map(see);
      put(
        point().map((value, i) => {
          const moved = value + seen[i][0] * right + seen[i][1] * up;
          return +Math.max(-REACH, Math.min(REACH, moved)).toPrecision(12);
        }),
      );
    },
  });

  const size = slider({
    name: "σ of x",
    min: SMALLEST,
    max: LARGEST,
    step: 0.1,
    text: () => short(Math.sqrt(variance(point(), 0))),
    get: () => Math.log10(Math.sqrt(variance(point(), 0)) || 1e-12),
    set(power) {
      const x = point();
      const sigma = Math.sqrt(variance(x, 0));
      // All values equal: no factor gives them a spread, so move the first one.
      if (sigma > 0) put(x.map((v) => (v * 10 ** power) / sigma));
      else put(x.map((v, i) => v + (i ? 0 : 10 ** power)));
    },
  });
  const epsilon = slider({
    name: "ε",
    min: -12,
    max: 1,
    step: 0.5,
    text: () => label(model.get("eps")),
    get: () => Math.max(-12, Math.log10(model.get("eps"))),
    set: (power) => write(model, { eps: +(10 ** power).toPrecision(3) }),
  });
  const view = slider({
    name: "view",
    min: -180,
    max: 180,
    step: 5,
    text: (degrees) => `${label(degrees)}°`,
    get: () => model.get("azimuth"),
    set: (azimuth) => write(model, { azimuth }),
  });
  const features = button("", () => write(model, { d: 5 - model.get("d") }));
  const sliders = [size, epsilon, view];
  controls.append(...sliders.map(({ node }) => node), features);

  /** The points of the plane of zero mean at distance r from the origin. */
  function ring(d, r) {
    if (d === 2) return [[r, -r].map((v) => v / Math.SQRT2)];
    const [e1, e2] = [
      [1, -1, 0].map((v) => v / Math.SQRT2),
      [1, 1, -2].map((v) => v / Math.sqrt(6)),
    ];
    return range(0, 361, 5).map((degrees) => {
      const t = (degrees * Math.PI) / 180;
      return e1.map((v, i) => r * (v * Math.cos(t) + e2[i] * Math.sin(t)));
    });
  }

  function draw(width, x, hat) {
    const d = x.length;
    const height = Math.min(width, 360);
    const see = camera(d, model.get("azimuth"));
    unit = (Math.min(width, height) / 2 - 12) / REACH;
    const at = (v) => {
      const [right, up] = see(v);
      return [width / 2 + right * unit, height / 2 - up * unit];
    };
    resize(image, width, height);

    const origin = range(d).map(() => 0);
    const axes = range(d).map((i) =>
      origin.map((_, j) => (i === j ? AXIS : 0)),
    );
    const ones = origin.map(() => AXIS / 1.6);
    const lines = [
      ...axes.map((end) => ({ ends: [origin, end], className: "zm-frame" })),
      {
        ends: [ones.map((v) => -v), ones],
        className: "zm-frame zm-dashed",
      },
    ];
    ground
      .selectAll("path.line")
      .data(lines)
      .join("path")
      .attr("class", ({ className }) => `line ${className}`)
      .attr("d", ({ ends }) => path(ends.map(at)));
    ground
      .selectAll("path.ring")
      .data(d === 3 ? [ring(3, REACH), ring(3, Math.sqrt(3))] : [])
      .join("path")
      .attr(
        "class",
        (_, i) => `ring ${i ? "zm-curve zm-normalized" : "zm-plane"}`,
      )
      .attr("d", (points) => path(points.map(at)));
    ground
      .selectAll("path.plane2")
      .data(d === 2 ? [ring(2, REACH)[0]] : [])
      .join("path")
      .attr("class", "plane2 zm-frame")
      .attr("d", (end) => path([end.map((v) => -v), end].map(at)));
    ground
      .selectAll("circle")
      .data(
        d === 2
          ? [
              [1, -1],
              [-1, 1],
            ]
          : [],
      )
      .join("circle")
      .attr("class", "zm-target zm-normalized")
      .attr("r", 10)
      .attr("cx", (v) => at(v)[0])
      .attr("cy", (v) => at(v)[1]);
    ground
      .selectAll("text")
      .data([
        ...axes.map((end, i) => ({ end, text: `x${i + 1}`, role: "muted" })),
        { end: ones, text: `(${ones.map(() => 1).join(", ")})`, role: "muted" },
      ])
      .join("text")
      .attr("class", ({ role }) => `zm-text-${role}`)
      .attr("x", ({ end }) => at(end)[0] + 6)
      .attr("y", ({ end }) => at(end)[1] - 4)
      .text(({ text }) => text);

    // A point far outside is shown at the edge, in its direction.
    const inside = (v) => {
      const far = length(v);
      return far > 1.5 * REACH ? v.map((one) => (one / far) * 1.5 * REACH) : v;
    };
    const m = mean(x);
    const shown = inside(x);
    const centered = inside(x.map((v) => v - m));
    const known = hat.every(Number.isFinite);
    const steps = [
      { ends: [shown, centered], className: "zm-step zm-statistic" },
      {
        ends: [centered, known ? hat : centered],
        className: "zm-step zm-normalized",
      },
    ];
    marks
      .selectAll("path")
      .data(steps)
      .join("path")
      .attr("class", ({ className }) => className)
      .attr("d", ({ ends }) => path(ends.map(at)));
    marks
      .selectAll("circle")
      .data(
        [
          { v: centered, className: "zm-dot zm-statistic", r: 5 },
          { v: hat, className: "zm-grip zm-normalized", r: 8 },
        ].filter(({ v }) => v.every(Number.isFinite)),
      )
      .join("circle")
      .attr("class", ({ className }) => className)
      .attr("r", ({ r }) => r)
      .attr("cx", ({ v }) => at(v)[0])
      .attr("cy", ({ v }) => at(v)[1]);
    marks
      .selectAll("text")
      .data([
        { v: shown, text: "x", role: "input" },
        { v: centered, text: "x − μ", role: "statistic" },
        ...(known ? [{ v: hat, text: "x̂", role: "normalized" }] : []),
      ])
      .join("text")
      .attr("class", ({ role }) => `zm-text-${role} zm-panel-title`)
      // x̂ to the right of its point, x above, x − μ below: they may coincide.
      .attr("x", ({ v }, i) => at(v)[0] + [8, -52, 11][i])
      .attr("y", ({ v }, i) => at(v)[1] + [-10, 18, 5][i])
      .text(({ text }) => text);
    dot.place(
      at(shown),
      x[0],
      x.map((v, i) => `x${i + 1} ${short(v)}`).join(", "),
    );
  }

  return start((width) => {
    const x = point();
    const d = x.length;
    const hat = layerNorm(x, { eps: model.get("eps") });
    draw(width, x, hat);
    for (const one of sliders) one.update();
    view.node.style.visibility = d === 3 ? "visible" : "hidden";
    features.textContent = d === 3 ? "2 features" : "3 features";
    return [
      `x = (${x.map(short).join(", ")}) has σ `,
      number("sigma", Math.sqrt(variance(x, 0)), 4, "statistic"),
      "; x̂ = (",
      ...hat.flatMap((v, i) => [
        i ? ", " : "",
        number(`x_hat_${i + 1}`, v, 3, "normalized"),
      ]),
      ") has length ",
      number("length", Math.sqrt(sumOfSquares(hat) + d * mean(hat) ** 2), 4),
      ` of √${d} = ${label(Math.sqrt(d), 4)}.`,
    ];
  });
}
