// TrainingReplay's picture of the loss over gamma and beta, with the steps taken.
import { range } from "d3-array";
import { line } from "d3-shape";
import { planeHandle } from "./lib/handle.js";
import { circle, g, path, seen, text, wide } from "./lib/marks.js";
import { drawnOnce } from "./lib/memo.js";
import { label } from "./lib/numbers.js";
import { MARGIN, chart, scales } from "./training_replay_chart.js";

const BANDS = 6; // of the loss, from one end of an axis to the other
const MOST_BANDS = 60; // where the start is far away
const FAR = 10; // domains away: what has left the picture for good
const HALF = 9; // pixels, of the height of a label
const DIGITS = 6; // of a dragged number, on an axis from -1 to 1

/** beta where gamma is `at` and the output misses its target by `error`: a line. */
const betaAt = ({ xhat, target }, at, error) => target + error - xhat * at;

/** The errors between bands, as multiples k of their distance `each`. */
function bandsOf({ xhat, target }, [low, high]) {
  const each = (high - low) / BANDS;
  const corners = [low, high].flatMap((at) =>
    [low, high].map((beta) => at * xhat + beta - target),
  );
  const first = Math.floor(Math.min(...corners) / each);
  const last = Math.ceil(Math.max(...corners) / each);
  return { each, levels: last - first > MOST_BANDS ? [] : range(first, last) };
}

/** The loss: darker where it is larger, and the valley, where it is 0. */
const drawLoss = drawnOnce((xhat, target, low, high, height) => {
  const fit = { xhat, target };
  const [x, y] = scales([low, high], height);
  const { each, levels } = bandsOf(fit, [low, high]);
  const between = (a, b) =>
    `M${[
      [low, betaAt(fit, low, a)],
      [high, betaAt(fit, high, a)],
      [high, betaAt(fit, high, b)],
      [low, betaAt(fit, low, b)],
    ]
      .map(([gamma, beta]) => [x(gamma), y(beta)])
      .join("L")}Z`;
  return [
    levels.map((k) =>
      path({
        class: "zm-altitude",
        "fill-opacity": 0.045 * Math.min(7, k < 0 ? -k - 1 : k),
        d: between(k * each, (k + 1) * each),
      }),
    ),
    path({ class: "zm-truth", d: between(0, 0) }),
  ];
});

/** Losses, written across the slope where the path is not. */
function drawAltitudes(say, [x, y], [low, high], { fit, centre }) {
  const { each, levels } = bandsOf(fit, [low, high]);
  const aside = centre.gamma > (low + high) / 2 ? 0.24 : 0.76;
  const on = low + aside * (high - low);
  const norm = fit.xhat ** 2 + 1;
  return levels
    .filter((k) => Math.abs(k) <= 4)
    .map((k) => {
      const error = k * each;
      return {
        gamma: on + (error * fit.xhat) / norm,
        beta: betaAt(fit, on, 0) + error / norm,
        loss: label(+(error ** 2 / 2).toPrecision(3)),
        k,
      };
    })
    .filter(
      ({ gamma, beta }) =>
        x(gamma) > MARGIN.left + 24 &&
        x(gamma) < x(high) - 24 &&
        y(beta) < y(low) - HALF &&
        y(beta) > y(high) + HALF,
    )
    .map(({ gamma, beta, loss, k }) =>
      text(
        {
          class: "zm-text-muted zm-small zm-halo",
          "text-anchor": "middle",
          x: x(gamma),
          y: y(beta) + 4,
        },
        k ? loss : say`loss 0`,
      ),
    );
}

/** The steps, the straight way to the end, and a dot for each. */
function drawPath([x, y], [low, high], { fit, taken, centre, end }) {
  // What has left the window for good need not be drawn.
  const gone = taken.findIndex(
    ({ gamma }) => Math.abs(gamma - centre.gamma) > FAR * (high - low),
  );
  const shown = gone < 0 ? taken : taken.slice(0, gone + 1);
  const draw = line()
    .x(({ gamma }) => x(gamma))
    .y(({ beta }) => y(beta));
  const mark = ({ gamma, beta }, className, r, key) =>
    circle({ class: className, r, cx: x(gamma), cy: y(beta), key });
  return [
    end && path({ class: "zm-closed", d: draw([fit, end]) }),
    path({ class: "zm-curve zm-gradient", d: draw(shown) }),
    end && mark(end, "zm-target zm-input", 6),
    // A path with another number of points does not glide to its place, nor do its dots.
    shown
      .slice(1)
      .map((step, k) =>
        mark(
          step,
          "zm-point zm-parameter",
          k === taken.length - 2 ? 6 : 2.5,
          `${shown.length} ${k}`,
        ),
      ),
  ];
}

/**
 * "start" and "end", each on the side where the path is not, if there is room; where
 * one would cover the other, "start" alone.
 */
function drawNames(say, [x, y], { fit, end }) {
  const startsRight = !end || fit.gamma >= end.gamma;
  const [leftmost, rightmost] = x.range();
  const beside = (point, toTheRight, content) => {
    const at = x(point.gamma);
    const room = 14 + wide(content);
    const right =
      at + room <= rightmost && (at - room < leftmost || toTheRight);
    const left = at + (right ? 14 : -room);
    // Beside a point at the lower end, a name stands above the axis.
    const lowest = y.range()[0] - 6;
    return {
      ...{ content, right, at, left },
      y: Math.min(y(point.beta) + 4, lowest),
    };
  };
  const first = beside(fit, startsRight, say`start`);
  const last = end && beside(end, !startsRight, say`end`);
  const meet =
    last &&
    Math.abs(first.y - last.y) < 14 &&
    first.left < last.left + wide(last.content) &&
    last.left < first.left + wide(first.content);
  return seen(
    [first, !meet && last].map(
      (one) =>
        one &&
        text(
          {
            class: "zm-small zm-halo",
            "text-anchor": one.right ? "start" : "end",
            x: one.at + (one.right ? 14 : -14),
            y: one.y,
          },
          one.content,
        ),
    ),
  );
}

export function drawPlane(say, size, domain, computed, { title, put }) {
  const { gamma, beta, xhat, target } = computed.fit;
  const [low, high] = domain;
  const both = scales(domain, size.height);
  const [x, y] = both;
  const digits = Math.max(0, DIGITS - Math.floor(Math.log10(high - low)));
  const tidy = (value) =>
    +Math.min(high, Math.max(low, value)).toFixed(digits) + 0; // never -0
  return chart(
    { ...size, name: say`The loss over gamma and beta, and the steps`, title },
    x,
    y,
    [
      g({ class: "zm-map" }, drawLoss(xhat, target, low, high, size.height)),
      drawAltitudes(say, both, domain, computed),
      drawPath(both, domain, computed),
    ],
    drawNames(say, both, computed),
    planeHandle({
      name: say`start of gamma and beta`,
      role: "parameter",
      at: [x(gamma), y(beta)],
      value: gamma,
      text: say`gamma ${label(gamma, 2)}, beta ${label(beta, 2)}`,
      move: ([right, down]) =>
        put({ gamma: tidy(x.invert(right)), beta: tidy(y.invert(down)) }),
    }),
  );
}
