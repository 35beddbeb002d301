// SharedAffineExplorer: images, what LayerNorm leaves of them, and what one gamma and
// beta for all, or a pair for each, make of that.
import { bisectLeft, range } from "d3-array";
import { scaleLinear } from "d3-scale";
import {
  fitDomain,
  frame,
  handle,
  resize,
  svg,
  write,
} from "./lib/old/chart.js";
import {
  button,
  choice,
  element,
  label,
  number,
  plain,
  slider,
  uid,
} from "./lib/old/controls.js";
import { layerNorm, mean, regression } from "./lib/formulas.js";

const SIDE = 8; // pixels of an image, across and down
const IMAGES = 6; // with a pair; one more is new
const [FOR_ALL, EACH] = ["one pair for all", "one pair each"];
const WIDTH = 768; // features of BERT-base and GPT-2
const LIMITS = [-1, 2]; // of gamma and beta
const USUAL = [-0.5, 1.5]; // values seen on a track
const TRACK = { top: 36, height: 128, bottom: 12 };
const GRAYS = scaleLinear([-1, 2.5], [0, 1]); // x̂ as a gray
const TITLE = 24; // pixels for a row's title
const BELOW = 18; // and for the numbers under y

const DATA_SETS = {
  1797: "scikit-learn's digits",
  60000: "MNIST",
  1281167: "ImageNet",
};
const LARGEST = 1281167;
// Evenly on a log scale; where that is less than one image a step, one by one.
const SIZES = [
  ...new Set([
    ...range(0, 1.001, 0.02).map((part) => Math.round(LARGEST ** part)),
    ...Object.keys(DATA_SETS).map(Number),
  ]),
].sort((a, b) => a - b);

/** A number of the readout in digits of its own: no 3.6e+3, and no 3.7e−16. */
function written(name, value, role, text) {
  const node = number(name, value, 0, role);
  node.textContent = text;
  return node;
}
const count = (name, value) => written(name, value, "parameter", plain(value));
const distance = (name, value) =>
  written(name, value, "normalized", value.toFixed(2));

export default function render({ model, el }) {
  const { picture, controls, start } = frame({
    model,
    el,
    title: "A pair for each image is exact, and no use for a new one",
    invitation:
      "Drag γ and β until every y looks like its x. Then give each image a pair of its own.",
    keys: ["mode", "gamma", "beta", "n"],
  });
  const strip = svg(
    picture,
    "Six images and a new one: as given, normalized, and with gamma and beta",
  );
  const panel = svg(picture, "The gamma and beta of each image");

  const each = () => model.get("mode") === EACH;
  const used = (trait, i) => model.get(trait)[each() ? i : 0];
  const put = (trait, i, value) =>
    write(model, {
      [trait]: model
        .get(trait)
        .map((old, j) => (each() && j !== i ? old : value)),
    });

  const rows = [
    { title: "x: as given (gray 0 to 1)", role: "input" },
    { title: "x̂: normalized (gray −1 to 2.5)", role: "normalized" },
    { title: "y = γ x̂ + β, and its miss of x", role: "normalized" },
  ].map(({ title, role }) => {
    const group = strip.append("g").attr("aria-hidden", "true");
    return {
      title: group
        .append("text")
        .attr("class", `zm-text-${role} zm-panel-title`)
        .text(title),
      images: range(IMAGES + 1).map(() => {
        const image = group.append("g");
        image
          .append("rect")
          .attr("class", `zm-frame zm-image zm-${role}`)
          .attr("width", SIDE)
          .attr("height", SIDE);
        const ink = image.append("g");
        const pixels = ink
          .selectAll("rect")
          .data(range(SIDE * SIDE))
          .join("rect")
          .attr("class", "zm-pixel")
          .attr("width", 1)
          .attr("height", 1)
          .attr("x", (k) => k % SIDE)
          .attr("y", (k) => Math.floor(k / SIDE));
        return { image, ink, pixels: pixels.nodes(), grays: [] };
      }),
    };
  });
  const notes = strip.append("g").attr("aria-hidden", "true");
  const heading = notes
    .append("text")
    .attr("class", "zm-panel-title")
    .attr("text-anchor", "end")
    .text("new image");
  const missing = notes
    .append("text")
    .attr("class", "zm-text-muted")
    .attr("text-anchor", "middle")
    .text("none");
  const misses = notes.append("g");

  const legend = panel
    .append("text")
    .attr("class", "zm-text-parameter")
    .attr("y", 15)
    .text("● β: the gray of x̂ = 0; ■ β + γ: that of x̂ = 1");
  const ramp = uid();
  const gradient = panel
    .append("linearGradient")
    .attr("id", ramp)
    .attr("gradientUnits", "userSpaceOnUse");
  for (const opacity of [0, 1])
    gradient
      .append("stop")
      .attr("class", "zm-ink")
      .attr("offset", opacity)
      .attr("stop-opacity", opacity);
  const tracks = panel.append("g").attr("aria-hidden", "true");
  const handles = panel.append("g");
  const track = scaleLinear(USUAL, [TRACK.top + TRACK.height, TRACK.top]);

  // On the track, a pair stands where an x-hat of 0 and of 1 land: beta, beta + gamma.
  const clip = (low, high) => {
    const [bottom, top] = track.domain();
    return [Math.max(bottom, low), Math.min(top, high)];
  };
  const common = {
    role: "parameter",
    vertical: true,
    scale: () => track,
    step: () => 0.01,
  };
  const pairs = range(IMAGES).map((i) => [
    handle(handles, {
      ...common,
      name: `beta ${i + 1}`,
      get: () => used("beta", i),
      set: (value) => put("beta", i, value),
      limits() {
        const gamma = used("gamma", i);
        const [low, high] = clip(...LIMITS);
        const [bottom, top] = track.domain();
        return [Math.max(low, bottom - gamma), Math.min(high, top - gamma)];
      },
      text: (value) => label(value, 2),
    }),
    handle(handles, {
      ...common,
      name: `gamma ${i + 1}`,
      shape: "square",
      get: () => used("beta", i) + used("gamma", i),
      set: (value) =>
        put("gamma", i, +(value - used("beta", i)).toPrecision(12)),
      limits: () => clip(...LIMITS.map((limit) => used("beta", i) + limit)),
      text: () => label(used("gamma", i), 2),
    }),
  ]);

  const modes = choice({
    name: "gamma and beta",
    values: [FOR_ALL, EACH],
    get: () => model.get("mode"),
    set(mode) {
      const all = (trait) => model.get(trait).map(() => model.get(trait)[0]);
      write(model, {
        mode,
        ...(mode === FOR_ALL && { gamma: all("gamma"), beta: all("beta") }),
      });
    },
  });
  const size = slider({
    name: "data set size n",
    min: 0,
    max: SIZES.length - 1,
    step: 1,
    text: () => plain(model.get("n")),
    get: () => bisectLeft(SIZES, model.get("n")),
    set: (i) => write(model, { n: SIZES[i] }),
  });
  const fit = button("Best fit", () => {
    const x = model.get("images");
    const fits = each()
      ? x.map((image, i) => regression(hats[i], image))
      : x.map(() => regression(hats.slice(0, IMAGES).flat(), x.flat()));
    write(model, {
      gamma: fits.map(({ slope }) => slope),
      beta: fits.map(({ intercept }) => intercept),
    });
  });
  controls.append(modes.node, size.node, fit);

  /** Of 64 pixels only those that change: an image for each step of a drag. */
  function paint({ pixels, grays }, values) {
    values.forEach((value, k) => {
      const gray = Math.round(255 * Math.min(1, Math.max(0, value)));
      if (gray === grays[k]) return;
      grays[k] = gray;
      pixels[k].setAttribute("fill-opacity", gray / 255);
    });
  }

  let given = []; // the images that stand in the first two rows
  let hats = [];
  function takeImages() {
    const x = [...model.get("images"), model.get("new_image")];
    if (x.every((image, i) => image === given[i])) return;
    given = x;
    hats = x.map((image) => layerNorm(image));
    x.forEach((image, i) => {
      paint(rows[0].images[i], image);
      paint(rows[1].images[i], hats[i].map(GRAYS));
    });
  }

  let laidOut = 0; // for this width
  let place = {};
  function layOut(width) {
    if (width === laidOut) return;
    laidOut = width;
    // Room at the left for the first handle's focus ring; the new image stands apart.
    const [inset, apart] = width < 450 ? [4, 8] : [1, 28];
    const pitch = Math.min(96, (width - inset - apart) / (IMAGES + 1));
    // Whole pixels: no seams between them.
    const cell = SIDE * Math.floor((pitch - 1) / SIDE);
    const left = (i) =>
      Math.round(inset + i * pitch + (i === IMAGES ? apart : 0));
    place = { pitch, cell, left, right: left(IMAGES) + cell };
    rows.forEach(({ title, images }, row) => {
      const top = row * (TITLE + cell + 4);
      title.attr("x", inset).attr("y", top + 16);
      images.forEach(({ image }, i) =>
        image.attr(
          "transform",
          `translate(${left(i)},${top + TITLE}) scale(${cell / SIDE})`,
        ),
      );
    });
    const height = 3 * (TITLE + cell + 4) + BELOW;
    resize(strip, width, height);
    resize(panel, width, TRACK.top + TRACK.height + TRACK.bottom);
    heading.attr("x", place.right).attr("y", 16);
    legend.attr("x", inset);
    place.ground = height - 6; // of the numbers under y
    missing
      .attr("x", left(IMAGES) + cell / 2)
      .attr("y", height - BELOW - cell / 2);
  }

  function drawTracks() {
    const { left, right, cell, pitch } = place;
    const own = each();
    const shown = range(IMAGES + 1).map((i) => ({
      beta: used("beta", Math.min(i, IMAGES - 1)),
      gamma: used("gamma", Math.min(i, IMAGES - 1)),
      left: left(i),
    }));
    fitDomain(
      track,
      shown.flatMap(({ beta, gamma }) => [beta, beta + gamma]),
      USUAL,
    );
    gradient
      .attr("y1", track(0))
      .attr("y2", track(1))
      .attr("x1", 0)
      .attr("x2", 0);
    tracks
      .selectAll(".zm-ramp")
      .data(own ? shown.slice(0, IMAGES) : shown)
      .join("rect")
      .attr("class", "zm-ramp")
      .attr("fill", `url(#${ramp})`)
      .attr("x", (one) => one.left + cell / 2 - 3)
      .attr("width", 6)
      .attr("y", TRACK.top)
      .attr("height", TRACK.height);
    // One pair for all: one line for each of the two, through all columns.
    const levels = (own ? shown.slice(0, IMAGES) : shown.slice(0, 1)).flatMap(
      (one) =>
        [one.beta, one.beta + one.gamma].map((value, i) => ({
          at: track(value),
          from: one.left,
          to: own ? one.left + cell : right,
          className: `zm-curve zm-parameter ${i ? "zm-dashed" : ""}`,
        })),
    );
    tracks
      .selectAll("line")
      .data(levels)
      .join("line")
      .attr("class", ({ className }) => className)
      .attr("x1", ({ from }) => from)
      .attr("x2", ({ to }) => to)
      .attr("y1", ({ at }) => at)
      .attr("y2", ({ at }) => at);
    const aside = Math.min(pitch / 4, 16);
    pairs.forEach((pair, i) =>
      pair.forEach((one, k) =>
        one.place(left(i) + cell / 2 + (k ? aside : -aside)),
      ),
    );
    const centre = left(IMAGES) + cell / 2;
    tracks
      .selectAll("circle")
      .data(own ? [] : [shown[0].beta])
      .join("circle")
      .attr("class", "zm-point zm-parameter")
      .attr("r", 5)
      .attr("cx", centre - aside)
      .attr("cy", (value) => track(value));
    tracks
      .selectAll(".zm-square")
      .data(own ? [] : [shown[0].beta + shown[0].gamma])
      .join("rect")
      .attr("class", "zm-square zm-point zm-parameter")
      .attr("x", centre + aside - 5)
      .attr("y", (value) => track(value) - 5)
      .attr("width", 10)
      .attr("height", 10);
    tracks
      .selectAll("text")
      .data(own ? ["no γ", "no β"] : [])
      .join("text")
      .attr("class", "zm-text-muted")
      .attr("text-anchor", "middle")
      .attr("x", centre)
      .attr("y", (_, i) => TRACK.top + TRACK.height / 2 + 18 * i)
      .text((text) => text);
  }

  return start((width) => {
    const own = each();
    const n = model.get("n");
    takeImages();
    layOut(width);
    drawTracks();
    const outputs = hats
      .slice(0, own ? IMAGES : IMAGES + 1)
      .map((hat, i) =>
        hat.map(
          (value) =>
            used("gamma", i % IMAGES) * value + used("beta", i % IMAGES),
        ),
      );
    const squares = outputs.map((y, i) =>
      mean(y.map((value, k) => (value - given[i][k]) ** 2)),
    );
    outputs.forEach((y, i) => paint(rows[2].images[i], y));
    const last = rows[2].images[IMAGES];
    last.ink.attr("visibility", own ? "hidden" : "visible");
    last.image.classed("zm-dashed", own);
    missing.attr("visibility", own ? "visible" : "hidden");
    misses
      .selectAll("text")
      .data(squares)
      .join("text")
      .attr("class", "zm-small")
      .attr("text-anchor", "middle")
      .attr("x", (_, i) => place.left(i) + place.cell / 2)
      .attr("y", place.ground)
      .text((square) => Math.sqrt(square).toFixed(2));
    modes.update();
    size.update();

    const which = DATA_SETS[n] ? ` (${DATA_SETS[n]})` : "";
    const images = `${plain(n)} ${n === 1 ? "image" : "images"}${which}`;
    const pairsOf = own ? n : 1;
    const parameters = count("parameters", 2 * pairsOf);
    const wide = [
      `; with ${WIDTH} features, `,
      count("parameters_768", 2 * pairsOf * WIDTH),
      ".",
      element("br"),
    ];
    const rms = (those) => Math.sqrt(mean(those));
    const missed = [
      "y misses x by ",
      distance("rms", rms(squares.slice(0, IMAGES))),
      " (root mean square of the six)",
    ];
    if (own)
      return [
        `One pair each: 2\u00a0×\u00a0${plain(n)} = `,
        parameters,
        ` parameters for ${images}`,
        ...wide,
        ...missed,
        "; the new image has no pair: there is nothing to compute.",
      ];
    return [
      "One pair for all: ",
      parameters,
      ` parameters for ${images}, and for any other number`,
      ...wide,
      ...missed,
      " and, with the same pair, the new image by ",
      distance("rms_new", rms(squares.slice(IMAGES))),
      ".",
    ];
  });
}
