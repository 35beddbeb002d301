// What NormSphere draws: axes, plane and circle, and the way from x to x-hat.
import { range } from "d3-array";
import { line } from "d3-shape";
import { planeHandle } from "./lib/handle.js";
import { circle, g, heading, path, picture, seen, words } from "./lib/marks.js";
import { memo } from "./lib/memo.js";

const REACH = 3.2; // half the side of what is seen, in units of x
const FAR = 1.5 * REACH; // what lies farther is shown there, in its direction
const TALLEST = 360; // pixels
const ELEVATION = Math.PI / 8;
const AXIS = 2.6; // length of a coordinate axis

const outline = line();
const known = (v) => v.every(Number.isFinite);

/** Right and up on the screen, in units of x, of a point of d features. */
function camera(d, azimuth) {
  if (d === 2) return ([a, b]) => [a, b];
  const turn = (azimuth * Math.PI) / 180;
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const [ce, se] = [Math.cos(ELEVATION), Math.sin(ELEVATION)];
  // The third feature points up; the block turns about it.
  return ([x, y, z]) => [c * x - s * y, z * ce + (s * x + c * y) * se];
}

/** The picture's height, the pixels of one unit of x, and the place of a point. */
function places(d, azimuth, width) {
  const height = Math.min(width, TALLEST);
  const unit = (height / 2 - 12) / REACH;
  const see = camera(d, azimuth);
  const at = (v) => {
    const [right, up] = see(v);
    return [width / 2 + right * unit, height / 2 - up * unit];
  };
  return { height, unit, see, at };
}

/** The points of the plane of zero mean at distance r from the origin: three features. */
function ring(r) {
  const e1 = [1, -1, 0].map((v) => v / Math.SQRT2);
  const e2 = [1, 1, -2].map((v) => v / Math.sqrt(6));
  return range(0, 361, 5).map((degrees) => {
    const t = (degrees * Math.PI) / 180;
    return e1.map((v, i) => r * (v * Math.cos(t) + e2[i] * Math.sin(t)));
  });
}

/** The same for two features: what is a plane and a circle for three. */
const EDGE = [REACH, -REACH].map((v) => v / Math.SQRT2);
const TARGETS = [
  [1, -1],
  [-1, 1],
];

const placed = (className, r, [cx, cy]) =>
  circle({ class: className, r, cx, cy });

/** What no drag of the point changes. */
const drawGround = memo((d, azimuth, width) => {
  const { at } = places(d, azimuth, width);
  const through = (className, points) =>
    path({ class: className, d: outline(points.map(at)) });
  const named = (end, text) =>
    words("muted", at(end)[0] + 6, at(end)[1] - 4, text);
  const origin = range(d).map(() => 0);
  const axes = range(d).map((i) => origin.with(i, AXIS));
  const ones = origin.map(() => AXIS / 1.6);
  const opposite = (end) => end.map((v) => -v);
  return [
    axes.map((end) => through("zm-frame", [origin, end])),
    through("zm-frame zm-dashed", [opposite(ones), ones]),
    d === 3
      ? [
          through("zm-plane", ring(REACH)),
          through("zm-curve zm-normalized", ring(Math.sqrt(3))),
        ]
      : [
          through("zm-frame", [opposite(EDGE), EDGE]),
          TARGETS.map((v) => placed("zm-target zm-normalized", 10, at(v))),
        ],
    axes.map((end, i) => named(end, `x${i + 1}`)),
    named(ones, `(${ones.map(() => 1).join(", ")})`),
  ];
});

/** A point, or where it is shown if it lies far outside. */
function inside(v) {
  const far = Math.hypot(...v);
  return far > FAR ? v.map((one) => (one / far) * FAR) : v;
}

/** From x to the plane of zero mean, and on to x-hat, as far as there is one. */
function drawWay(at, shown, centered, hat) {
  const step = (role, ...ends) =>
    ends.every(known) &&
    path({ class: `zm-step zm-${role}`, d: outline(ends.map(at)) });
  const dot = (className, r, v) => known(v) && placed(className, r, at(v));
  // x̂ to the right of its point, x above, x − μ below: they may coincide.
  const name = (role, text, v, [right, down]) =>
    known(v) &&
    heading(role, text, { x: at(v)[0] + right, y: at(v)[1] + down });
  return [
    step("statistic", shown, centered),
    step("normalized", centered, hat),
    dot("zm-dot zm-statistic", 5, centered),
    dot("zm-grip zm-normalized", 8, hat),
    name("input", "x", shown, [8, -10]),
    name("statistic", "x − μ", centered, [-52, 18]),
    name("normalized", "x̂", hat, [11, 5]),
  ];
}

export function drawSphere(
  width,
  { d, azimuth },
  { x, centered, hat },
  { name, text, put },
) {
  const { height, unit, see, at } = places(d, azimuth, width);
  const shown = inside(x);
  const stands = at(shown);
  /** Move in space as it is seen on the screen, and no deeper. */
  function move([right, down]) {
    const [across, up] = [right - stands[0], stands[1] - down];
    const origin = x.map(() => 0);
    const moved = x.map((value, i) => {
      const [a, b] = see(origin.with(i, 1));
      return value + (a * across + b * up) / unit;
    });
    put(
      moved.map((v) => +Math.max(-REACH, Math.min(REACH, v)).toPrecision(12)),
    );
  }
  return picture(
    { name, width, height },
    seen(drawGround(d, azimuth, width)),
    seen(drawWay(at, shown, inside(centered), hat)),
    g({}, planeHandle({ name: "x", at: stands, value: x[0], text, move })),
  );
}
