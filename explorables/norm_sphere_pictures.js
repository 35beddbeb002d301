// NormSphere's picture: two or three axes, the plane of zero mean, and a point's way.
import { range } from "d3-array";
import { line } from "d3-shape";
import { planeHandle } from "./lib/handle.js";
import { circle, heading, path, picture, seen, words } from "./lib/marks.js";
import { drawnOnce, memo } from "./lib/memo.js";
import { along, around, placer, ring } from "./lib/place.js";

const REACH = 3.2; // half the side of what is seen, in units of x
const ELEVATION = Math.PI / 8;
const AXIS = 2.6; // length of a coordinate axis
const TALLEST = 360; // pixels
const EDGE = 12; // pixels around what is seen

const finite = (v) => v.every(Number.isFinite);
const pathOf = line();

/** Screen coordinates (right, up) of a point of d features. */
function camera(d, azimuth) {
  if (d === 2) return ([a, b]) => [a, b];
  const turn = (azimuth * Math.PI) / 180;
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const [ce, se] = [Math.cos(ELEVATION), Math.sin(ELEVATION)];
  // The third feature points up; the block turns about it.
  return ([x, y, z]) => [c * x - s * y, z * ce + (s * x + c * y) * se];
}

/** The points of the plane of zero mean at distance r from the origin. */
function ringOf(d, r) {
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

/** The picture's size, its camera, the pixels of a unit of x, and a point's place. */
const placesOf = memo((width, d, azimuth) => {
  const height = Math.min(width, TALLEST);
  const see = camera(d, azimuth);
  const unit = (Math.min(width, height) / 2 - EDGE) / REACH;
  const at = (v) => {
    const [right, up] = see(v);
    return [width / 2 + right * unit, height / 2 - up * unit];
  };
  return { d, width, height, see, unit, at };
});

/** A point that would be outside of the picture is shown at its edge, in its direction. */
function inside({ at, width, height }, v) {
  const size = Math.max(REACH, ...v.map(Math.abs));
  const near = v.map((one) => (one / size) * REACH); // which cannot overflow
  const [x, y] = at(near);
  const far = Math.max(
    Math.abs(x - width / 2) / (width / 2 - EDGE),
    Math.abs(y - height / 2) / (height / 2 - EDGE),
  );
  return near.map((one) => one / Math.max(far, REACH / size));
}

/** The points at height 0 of a sphere of radius r. */
const equator = (r) =>
  range(0, 361, 5).map((degrees) => {
    const t = (degrees * Math.PI) / 180;
    return [r * Math.cos(t), r * Math.sin(t), 0];
  });

const opposite = (v) => v.map((value) => -value);
const lineOf = (points, className) => ({ points, className });
const circleOf = (centre, r, className) => ({ centre, r, className });

/** The plane of zero mean, and what of the sphere of radius √d lies in it. */
function inPlane(d) {
  const points = ringOf(d, Math.sqrt(d));
  if (d === 3)
    return [
      // Names may stand on it.
      { ...lineOf(ringOf(d, REACH), "zm-plane"), isFree: true },
      lineOf(points, "zm-curve zm-normalized"),
    ];
  const [one] = points;
  const [end] = ringOf(d, REACH);
  return [
    lineOf([opposite(end), end], "zm-frame"),
    ...[one, opposite(one)].map((v) =>
      circleOf(v, 10, "zm-target zm-normalized"),
    ),
  ];
}

/** The sphere of radius √d: its outline, and where d is 3 its equator. */
function ball(d, unit) {
  const [origin, size] = [range(d).map(() => 0), Math.sqrt(d)];
  const outline = circleOf(origin, size * unit, "zm-curve zm-normalized");
  if (d === 2) return [outline];
  outline.className += " zm-ball";
  return [outline, lineOf(equator(size), "zm-curve zm-normalized zm-ghost")];
}

/** Where the line of equal features ends. */
const onesOf = (d) => range(d).map(() => AXIS / 1.6);

/** What dragging the point does not change: lines in space, and circles on the screen. */
const groundOf = memo(({ d, unit }, isCentered) => {
  const origin = range(d).map(() => 0);
  const ones = onesOf(d);
  return [
    ...range(d).map((i) => lineOf([origin, origin.with(i, AXIS)], "zm-frame")),
    lineOf([opposite(ones), ones], "zm-frame zm-dashed"),
    ...(isCentered ? inPlane(d) : ball(d, unit)),
  ];
});

const drawGround = drawnOnce((places, isCentered) =>
  groundOf(places, isCentered).map(({ points, centre, r, className }) => {
    if (points)
      return path({ class: className, d: pathOf(points.map(places.at)) });
    const [cx, cy] = places.at(centre);
    return circle({ class: className, r, cx, cy });
  }),
);

/** Points of the ground, for names to keep off. */
const alongGround = memo((places, isCentered) =>
  groundOf(places, isCentered)
    .filter(({ isFree }) => !isFree)
    .flatMap(({ points, centre, r }) =>
      points ? along(points.map(places.at)) : ring(places.at(centre), r),
    ),
);

/** The way from x, with LayerNorm by x − μ, to x-hat. */
function drawWay({ at }, shown, centered, hat) {
  const step = (ends, role) =>
    path({ class: `zm-step zm-${role}`, d: pathOf(ends.map(at)) });
  const mark = (v, className, r) => {
    const [cx, cy] = at(v);
    return circle({ class: className, r, cx, cy });
  };
  return [
    centered && step([shown, centered], "statistic"),
    hat && step([centered ?? shown, hat], "normalized"),
    centered && mark(centered, "zm-dot zm-statistic", 5),
    hat && mark(hat, "zm-grip zm-normalized", 8),
  ];
}

/** The names of the way's points, of the axes and of (1, 1, 1), where there is room. */
function drawNames(places, isCentered, shown, centered, hat) {
  const { d, at, height, width } = places;
  const way = [shown, centered, hat].filter(Boolean).map(at);
  const place = placer({ width, height }, [
    ...alongGround(places, isCentered),
    ...along(way),
    ...way.flatMap((point) => [point, ...ring(point, 8)]),
  ]);
  const put = (v, content, options, draw) => {
    const found = v && place(content, around(at(v), content, options));
    return found && draw(found);
  };
  // x above its point, x − μ below, x̂ to the right: they may coincide.
  const named = (v, role, content, towards) =>
    put(v, content, { gap: 12, towards, bold: true }, ({ x, y }) =>
      heading(role, content, { x, y, halo: true }),
    );
  const muted = (v, content) =>
    put(v, content, { gap: 6, towards: -45 }, ({ x, y }) =>
      words("muted", x, y, content),
    );
  const ones = onesOf(d);
  return [
    named(shown, "input", "x", -45),
    named(centered, "statistic", "x − μ", 135),
    named(hat, "normalized", "x̂", 0),
    range(d).map((i) =>
      muted(
        range(d).map((k) => (k === i ? AXIS : 0)),
        `x${"₁₂₃"[i]}`,
      ),
    ),
    muted(ones, `(${ones.map(() => 1).join(", ")})`),
  ];
}

export function drawSphere(
  say,
  width,
  { d, azimuth },
  computed,
  { text, put },
) {
  const { point, isCentered, centered, hat } = computed;
  const places = placesOf(width, d, azimuth);
  const { height, see, unit, at } = places;
  const shown = inside(places, point);
  const from = at(shown);
  const way = [
    shown,
    isCentered && finite(centered) ? inside(places, centered) : null,
    finite(hat) ? hat : null,
  ];
  // The way in space that is seen as this way on the screen, and no deeper.
  const seenAs = range(d).map((i) => see(range(d).map((j) => +(i === j))));
  const move = ([x, y]) => {
    const [right, up] = [(x - from[0]) / unit, (from[1] - y) / unit];
    put(
      point.map((value, i) => {
        const moved = value + seenAs[i][0] * right + seenAs[i][1] * up;
        return +Math.max(-REACH, Math.min(REACH, moved)).toPrecision(12);
      }),
    );
  };
  return picture(
    {
      name: isCentered
        ? say`A point, the plane of zero mean, and its x-hat`
        : say`A point, the sphere, and its x-hat`,
      width,
      height,
    },
    seen(drawGround(places, isCentered)),
    seen(drawWay(places, ...way), drawNames(places, isCentered, ...way)),
    planeHandle({ name: "x", at: from, value: point[0], text, move }),
  );
}
