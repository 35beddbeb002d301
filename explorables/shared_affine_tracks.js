// SharedAffineExplorer's lower picture: the pair of each image on a track of grays.
import { scaleLinear } from "d3-scale";
import { handle } from "./lib/handle.js";
import {
  circle,
  labels,
  level,
  linearGradient,
  picture,
  rect,
  seen,
  stop,
  words,
} from "./lib/marks.js";
import { label } from "./lib/numbers.js";
import { fitting } from "./lib/place.js";
import { placesOf } from "./shared_affine_images.js";

const TRACK = { top: 36, height: 128, bottom: 12 };

/** The grays from black at 0 to white at 1, where they stand on the track. */
const drawRamp = (id, y) =>
  linearGradient(
    {
      id,
      gradientUnits: "userSpaceOnUse",
      y1: y(0),
      y2: y(1),
      x1: 0,
      x2: 0,
    },
    stop({ class: "zm-black", offset: 0 }),
    stop({ class: "zm-white", offset: 1 }),
  );

/** A pair stands where an x̂ of 0 and one of 1 land: at β, and at β + γ. */
const endsOf = ({ beta, gamma }) => [beta, beta + gamma];

/** Each image's ramp of grays, and its pair as two levels. */
function drawLevels(ramp, y, { left, cell, last }, { each, pairs }) {
  const known = pairs.filter(Boolean);
  // One pair for all: one line for each of the two, through all columns.
  const lines = each ? known : known.slice(0, 1);
  return [
    known.map((_, i) =>
      rect({
        class: "zm-ramp",
        fill: `url(#${ramp})`,
        x: left(i) + cell / 2 - 3,
        width: 6,
        y: TRACK.top,
        height: TRACK.height,
      }),
    ),
    lines.map((pair, i) =>
      endsOf(pair).map((value, k) =>
        level(
          `zm-curve zm-parameter ${k ? "zm-dashed" : ""}`,
          y(value),
          left(i),
          left(each ? i : last) + cell,
        ),
      ),
    ),
  ];
}

/** What the new image has: the pair of all, which its column does not move, or none. */
function drawNew(say, y, { left, cell, last }, aside, pair) {
  const centre = left(last) + cell / 2;
  if (!pair)
    return labels(
      "muted",
      [say`no γ`, say`no β`],
      centre,
      (i) => TRACK.top + TRACK.height / 2 + 18 * i,
    );
  const [low, high] = endsOf(pair);
  return [
    circle({
      class: "zm-point zm-parameter",
      r: 5,
      cx: centre - aside,
      cy: y(low),
    }),
    rect({
      class: "zm-square zm-point zm-parameter",
      x: centre + aside - 5,
      y: y(high) - 5,
      width: 10,
      height: 10,
    }),
  ];
}

/** The two handles of an image's pair. */
function drawPair(say, y, x, aside, { pair, limits, i }, put) {
  const { gamma, beta } = pair;
  const [bottom, top] = y.domain();
  const clip = (low, high) => [Math.max(bottom, low), Math.min(top, high)];
  const common = { role: "parameter", scale: y, step: 0.01 };
  const [low, high] = clip(limits.beta.min, limits.beta.max);
  return [
    handle({
      ...common,
      name: say`beta ${i + 1}`,
      x: x - aside,
      value: beta,
      set: (value) => put("beta", i, value),
      limits: [Math.max(low, bottom - gamma), Math.min(high, top - gamma)],
      text: label(beta, 2),
    }),
    handle({
      ...common,
      name: say`gamma ${i + 1}`,
      shape: "square",
      x: x + aside,
      value: beta + gamma,
      set: (value) => put("gamma", i, +(value - beta).toPrecision(12)),
      limits: clip(beta + limits.gamma.min, beta + limits.gamma.max),
      text: label(gamma, 2),
    }),
  ];
}

export function drawTracks(say, width, state, computed, put) {
  const { id, limits, local, images } = state;
  const places = placesOf(width, computed);
  const { left, cell, pitch, inset, last } = places;
  const aside = Math.min(pitch / 4, 16);
  const ground = TRACK.top + TRACK.height;
  const y = scaleLinear(local.track, [ground, TRACK.top]);
  const ramp = `${id}-ramp`;
  return picture(
    {
      name: say`The gamma and beta of each image`,
      width,
      height: ground + TRACK.bottom,
    },
    words(
      "parameter",
      inset,
      15,
      fitting(width - inset, [
        say`● β: the gray of x̂ = 0; ■ β + γ: that of x̂ = 1`,
        "● β   ■ β + γ",
      ]),
    ),
    drawRamp(ramp, y),
    seen(
      drawLevels(ramp, y, places, computed),
      drawNew(say, y, places, aside, computed.pairs[last]),
    ),
    images.map((_, i) =>
      drawPair(
        say,
        y,
        left(i) + cell / 2,
        aside,
        { pair: computed.pairs[i], limits, i },
        put,
      ),
    ),
  );
}
