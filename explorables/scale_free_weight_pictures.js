// ScaleFreeWeight's picture: rays of equal loss, the weight on its circle, the step.
import { range } from "d3-array";
import { line } from "d3-shape";
import { planeHandle } from "./lib/handle.js";
import {
  circle,
  dot,
  g,
  heading,
  path,
  picture,
  rule,
  seen,
} from "./lib/marks.js";
import { drawnOnce, memo } from "./lib/memo.js";
import { label } from "./lib/numbers.js";
import { along, around, placer, ring } from "./lib/place.js";

const REACH = 3; // half the side of what is seen
const TALLEST = 360; // pixels
const EDGE = 12;
const RAYS = 36;
const INNER = 0.3; // where rays begin, in units of w

const pathOf = line();
const finite = (v) => v.every(Number.isFinite);

/** A point far outside is shown at the edge, in its direction. */
function inside(v) {
  const far = Math.hypot(...v);
  return far > REACH ? v.map((one) => (one / far) * REACH) : v;
}

const placesOf = memo((width) => {
  const height = Math.min(width, TALLEST);
  const unit = (height / 2 - EDGE) / REACH;
  return {
    height,
    unit,
    at: ([x, y]) => [width / 2 + x * unit, height / 2 - y * unit],
  };
});

/** A ray for each direction, the darker the higher its loss. */
const drawRays = drawnOnce((width, constants, lossAt) => {
  const { at } = placesOf(width);
  const directions = range(RAYS).map((i) => {
    const turn = (2 * Math.PI * (i + 0.5)) / RAYS;
    return [Math.cos(turn), Math.sin(turn)];
  });
  const losses = directions.map((one) => lossAt(one, constants).loss);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  return directions.map((one, i) => {
    const [x1, y1] = at(one.map((value) => INNER * value));
    const [x2, y2] = at(one.map((value) => REACH * value));
    const share = (losses[i] - low) / (high - low);
    return rule({
      class: "zm-ray",
      x1,
      y1,
      x2,
      y2,
      "stroke-opacity": (0.05 + 0.5 * share).toFixed(3),
    });
  });
});

/** The circle of all weights as long as w, and the one of balance. */
function drawCircles({ at, unit }, { size, equilibrium }) {
  const [cx, cy] = at([0, 0]);
  const circleOf = (className, r) =>
    r <= REACH && circle({ class: className, cx, cy, r: r * unit });
  return [
    circleOf("zm-frame zm-dashed", size),
    equilibrium !== null && circleOf("zm-target zm-statistic", equilibrium),
  ];
}

/** The names of the weight and of the circle of balance, off all that is drawn. */
function drawNames(say, width, places, w, computed) {
  const { size, equilibrium, shortened, next } = computed;
  const { at, unit, height } = places;
  const centre = at([0, 0]);
  const balanced = equilibrium !== null && equilibrium <= REACH;
  const ends = [w, next].filter(finite).map((v) => at(inside(v)));
  const place = placer({ width, height }, [
    ...ring(centre, size * unit),
    ...(balanced ? ring(centre, equilibrium * unit) : []),
    ...ends.flatMap((end) => along([centre, end])),
    ...(finite(next) ? along([shortened, next].map((v) => at(inside(v)))) : []),
    ...ends.flatMap((end) => ring(end, 8)),
  ]);
  const named = (role, content, spots) => {
    const found = place(content, spots);
    return found && heading(role, content, { ...found, halo: true });
  };
  // Around the circle of balance, from its lowest point on.
  const balance = say`balance`;
  const edge = (degrees) => {
    const t = (degrees * Math.PI) / 180;
    const at = [Math.cos(t), Math.sin(t)].map((v) => v * equilibrium * unit);
    const point = [centre[0] + at[0], centre[1] + at[1]];
    return [
      ...around(point, balance, { gap: 5, towards: degrees, bold: true }),
    ];
  };
  return [
    named("parameter", "w", around(ends[0], "w", { towards: -35, bold: true })),
    balanced &&
      named("statistic", balance, [80, 100, -80, -100, 0, 180].flatMap(edge)),
  ];
}

/** Decay along w, the gradient across: a right triangle, and its longest side. */
function drawStep({ at }, w, { shortened, next }) {
  if (!finite(next)) return [];
  const way = (from, to, className) =>
    path({ class: className, d: pathOf([from, to].map(inside).map(at)) });
  const origin = [0, 0];
  return [
    way(origin, w, "zm-curve zm-parameter"),
    way(w, shortened, "zm-step zm-statistic"),
    way(shortened, next, "zm-curve zm-gradient"),
    way(origin, next, "zm-frame zm-dashed"),
    dot("gradient", ...at(inside(next))),
  ];
}

export function drawWeight(
  say,
  width,
  { w, constants },
  computed,
  lossAt,
  set,
) {
  const places = placesOf(width);
  const { height, unit, at } = places;
  const shown = inside(w);
  const place = at(shown);
  const put = ([x, y]) => {
    const moved = [(x - width / 2) / unit, (height / 2 - y) / unit];
    set({
      w: moved.map(
        (value) => +Math.max(-REACH, Math.min(REACH, value)).toPrecision(12),
      ),
    });
  };
  return picture(
    {
      name: say`A weight in the plane, rays of equal loss, and its next step`,
      width,
      height,
    },
    g(
      { class: "zm-map", "aria-hidden": "true" },
      drawRays(width, constants, lossAt),
    ),
    seen(drawCircles(places, computed)),
    seen(drawStep(places, w, computed)),
    seen(drawNames(say, width, places, w, computed)),
    planeHandle({
      name: "w",
      role: "parameter",
      at: place,
      value: w[0],
      text: say`w1 ${label(w[0], 2)}, w2 ${label(w[1], 2)}, length ${label(computed.size, 2)}`,
      move: put,
    }),
  );
}
