// SharedAffineExplorer's upper picture: three rows of images.
import { scaleLinear } from "d3-scale";
import {
  g,
  heading,
  path,
  picture,
  rect,
  seen,
  text,
  wide,
  words,
} from "./lib/marks.js";
import { drawnOnce, memo } from "./lib/memo.js";
import { fitting } from "./lib/place.js";

const TITLE = 24; // pixels for a row's title
const BELOW = 18; // and for the numbers under y
const GAP = 4; // under a row
const NARROW = 450;
const WIDEST = 96; // of an image with its gap
const HATS = scaleLinear([-1, 2.5], [0, 1]); // x̂ as a brightness

/** Where the images stand, whose sides have `side` pixels: whole ones, without seams. */
function layOut(width, count, side) {
  // Room at the left for the first handle's focus ring; the new image stands apart.
  const [inset, apart] = width < NARROW ? [4, 8] : [1, 28];
  const pitch = Math.min(WIDEST, (width - inset - apart) / count);
  const unit = Math.floor((pitch - 1) / side);
  const last = count - 1;
  const left = (i) => Math.round(inset + i * pitch + (i === last ? apart : 0));
  return { inset, pitch, unit, cell: side * unit, left, last };
}

export const placesOf = (width, { all }) =>
  layOut(width, all.length, Math.sqrt(all[0].x.length));

/** Runs of pixels of one value, as a path: three from (2, 5) are M2,5h3v1h-3z. */
function runsOf(x, side) {
  const runs = new Map();
  for (let k = 0; k < x.length;) {
    const value = x[k];
    const [across, down] = [k % side, Math.floor(k / side)];
    let long = 1;
    while (across + long < side && x[k + long] === value) long++;
    const run = `M${across},${down}h${long}v1h-${long}z`;
    runs.set(value, (runs.get(value) ?? "") + run);
    k += long;
  }
  return runs;
}

/** For each image its values, those normalized, and which pixels have them. */
const gray = memo((all) =>
  all.map(({ x, xhat }) =>
    [...runsOf(x, Math.sqrt(x.length))].map(([value, d]) => ({
      x: value,
      xhat: xhat[x.indexOf(value)],
      d,
    })),
  ),
);

/** An image: black, and over it each value's pixels as bright as of(value) says. */
function drawImage(role, values, of, left, top, { cell, unit }) {
  const brightness = (value) => Math.min(1, Math.max(0, of(value)));
  return g(
    { transform: `translate(${left},${top})` },
    rect({
      class: `zm-frame zm-image zm-${role}`,
      width: cell,
      height: cell,
    }),
    g(
      { transform: `scale(${unit})` },
      ...values.map((value) =>
        path({
          class: "zm-pixel",
          "fill-opacity": Math.round(255 * brightness(value)) / 255,
          d: value.d,
        }),
      ),
    ),
  );
}

/** A row of images under its title. */
const drawRow = (row, { title, role, images }, places) => [
  heading(role, title, { x: places.inset, y: row * rowHeight(places) + 16 }),
  images.map(
    ({ values, of }, i) =>
      of &&
      drawImage(
        role,
        values,
        of,
        places.left(i),
        row * rowHeight(places) + TITLE,
        places,
      ),
  ),
];
const rowHeight = ({ cell }) => TITLE + cell + GAP;

/** The images as given, and normalized, which no drag changes. */
const drawGiven = drawnOnce((all, width, titleX, titleHat) => {
  const places = placesOf(width, { all });
  const row = (of) => gray(all).map((values) => ({ values, of }));
  return seen(
    drawRow(
      0,
      { title: titleX, role: "input", images: row(({ x }) => x) },
      places,
    ),
    drawRow(
      1,
      {
        title: titleHat,
        role: "normalized",
        images: row(({ xhat }) => HATS(xhat)),
      },
      places,
    ),
  );
});

/** In place of an image whose pair there is none. */
const drawMissing = (say, { left, cell, last }, top) => [
  rect({
    class: "zm-frame zm-normalized zm-dashed",
    x: left(last),
    y: top,
    width: cell,
    height: cell,
  }),
  words("muted", left(last) + cell / 2, top + cell / 2, say`none`, {
    "text-anchor": "middle",
  }),
];

export function drawImages(say, width, computed) {
  const { all, pairs, errors, each } = computed;
  const places = placesOf(width, computed);
  const { inset, left, cell, last } = places;
  const height = 3 * rowHeight(places) + BELOW;
  const isNew = say`new image`;
  const inFull = say`x: as given (black 0, white 1)`;
  const bold = 1.2;
  const fits = bold * (wide(inFull) + wide(isNew)) < left(last) + cell;
  const outputs = gray(all).map((values, i) => {
    const pair = pairs[i];
    return {
      values,
      of: pair && (({ xhat }) => pair.gamma * xhat + pair.beta),
    };
  });
  return picture(
    {
      name: say`Six images and a new one: as given, normalized, and with gamma and beta`,
      width,
      height,
    },
    drawGiven(
      all,
      width,
      fits ? inFull : say`x: as given`,
      fitting(
        width - inset,
        [say`x̂: normalized (black −1, white 2.5)`, say`x̂: normalized`],
        { bold: true },
      ),
    ),
    seen(
      drawRow(
        2,
        {
          title: fitting(
            width - inset,
            [
              say`y = γ x̂ + β (black 0, white 1); error`,
              say`y = γ x̂ + β; error`,
            ],
            { bold: true },
          ),
          role: "normalized",
          images: outputs,
        },
        places,
      ),
      each && drawMissing(say, places, 2 * rowHeight(places) + TITLE),
      text(
        {
          class: "zm-panel-title",
          "text-anchor": "end",
          x: left(last) + cell,
          y: 16,
        },
        isNew,
      ),
      errors.map((error, i) =>
        text(
          {
            class: "zm-small",
            "text-anchor": "middle",
            x: left(i) + cell / 2,
            y: height - 6,
          },
          error.toFixed(2),
        ),
      ),
    ),
  );
}
