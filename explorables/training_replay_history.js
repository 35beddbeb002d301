// TrainingReplay's picture of gamma and beta against the step.
import { range } from "d3-array";
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { circle, path, rect, rule, text, tspan } from "./lib/marks.js";
import { MARGIN, chart, scales } from "./training_replay_chart.js";

/**
 * The closed form, c + (start − c) factorᵗ, c being the centre. Where the factor is
 * negative, the steps go to and fro between two such curves.
 */
function drawClosedForm(steps, y, inWindow, { fit, centre, factor }) {
  const [, last] = steps.domain();
  const draw = line()
    .x(([t]) => steps(t))
    .y(([, value]) => y(value))
    .defined(([, value]) => inWindow(value));
  return (factor < 0 ? [1, -1] : [1]).flatMap((side) =>
    ["gamma", "beta"].map((key) => {
      const way = side * (fit[key] - centre[key]);
      const points = range(0, last + 0.01, 0.5).map((t) => [
        t,
        centre[key] + way * Math.abs(factor) ** t,
      ]);
      return path({ class: "zm-closed", d: draw(points) });
    }),
  );
}

export function drawHistory(say, { width, height }, domain, computed, steps) {
  const { taken } = computed;
  const [, y] = scales(domain, height);
  const x = scaleLinear([0, steps.last], [MARGIN.left, width - MARGIN.right]);
  const inWindow = (value) => Math.abs(y(value)) < 2 * height;
  const shown = taken.map((step, k) => ({ ...step, at: x(k) }));
  const now = x(steps.t);
  return chart(
    {
      name: say`Gamma and beta after each step`,
      title: say`γ and β after each step`,
      width,
      height,
    },
    x,
    y,
    [
      drawClosedForm(x, y, inWindow, computed),
      // The marks of a new step do not glide to it, nor does this line.
      rule({
        key: steps.t,
        class: "zm-link",
        x1: now,
        x2: now,
        y1: MARGIN.top,
        y2: height,
      }),
      shown.map(
        ({ at, gamma }) =>
          inWindow(gamma) &&
          rect({
            class: "zm-point zm-parameter",
            x: at - 3,
            y: y(gamma) - 3,
            width: 6,
            height: 6,
          }),
      ),
      shown.map(
        ({ at, beta }) =>
          inWindow(beta) &&
          circle({
            class: "zm-point zm-parameter",
            r: 3.5,
            cx: at,
            cy: y(beta),
          }),
      ),
    ],
    text(
      { class: "zm-text-parameter", x: MARGIN.left, y: height - 4 },
      "■ γ",
      tspan({ dx: 10 }, "● β"),
      tspan({ class: "zm-text-muted", dx: 10 }, say`┄ closed form`),
    ),
  );
}
