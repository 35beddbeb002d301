// Draws explorables and static figures as PNGs, for front ends that run no script of
// theirs: a code host's preview, nbconvert, an editor. By wasm and with the fonts given,
// so that the same picture is the same file on every machine.
// Reads { fonts, family, messages, quick, states } as JSON from standard input, the fonts
// as paths, family being that of wide letters; a state is that of an explorable's widget,
// or { svg }, a figure; `quick` pictures may be other files on other machines. Writes for
// each its { png } in base64, or { error }.
import { readFileSync } from "node:fs";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import resvgWasm from "@resvg/resvg-wasm/index_bg.wasm";
import theme from "../../explorables/lib/theme.css";
import tokens from "../../explorables/tokens.json";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { explorableOf } from "../../explorables/index.js";
import { speaker } from "../../explorables/lib/say.js";
import { shownBy } from "../../explorables/lib/shown.js";
import { stillOf } from "../../explorables/lib/still.js";
import { found, textOf } from "../../explorables/lib/tree.js";
import { withBreaks } from "../languages/index.js";
import { encodePng } from "./png.js";

// In CSS pixels.
const COLUMN = 668;
const MARGIN = 16;
const GAP = 12;
const PLOT = 608;
const CELL = 34;
const SCALE = 2; // the PNG's pixels for one of these

const { fonts, family, messages, quick, states } = JSON.parse(
  readFileSync(0, "utf8"),
);
globalThis.zeroMeanUnitVarianceMessages = messages;

const colour = Object.fromEntries(
  Object.entries({ ...tokens.surfaces, ...tokens.roles }).map(
    ([name, { light }]) => [name, light],
  ),
);

/**
 * What resvg knows of the theme and of matplotlib's styles: it has no variables, no
 * shorthand `font`, and no media. The role's own colour is passed on as `color`.
 */
function plainStyle(svg) {
  return svg
    .replace(/--zm-own:/g, "color:")
    .replace(/var\(--zm-own(, *var\([^)]*\))?\)|currentcolor/g, "currentColor")
    .replaceAll("crispedges", "crispEdges")
    .replace(/var\(--zm-(\w+)\)/g, (_, name) => colour[name])
    .replace(
      /font:\s*(?:(\w+) )?([\d.]+)px[^;"]*/g,
      (_, weight, size) =>
        `font-size: ${size}px${weight ? `; font-weight: ${weight}` : ""}`,
    );
}

const style = plainStyle(
  // First, and so weaker than the theme. Outside a role its own colour is muted.
  `svg { color: var(--zm-muted); }
  text { color: var(--zm-ink); }
  text, tspan { fill: currentColor; }` +
    theme
      .replace(/@import [^;]*;/g, "")
      .replace(/@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, ""),
);

/**
 * An SVG whose wide letters are in their own font: resvg looks for one by itself, but
 * takes the first that has them, bold or not.
 */
const withFamily = (svg) =>
  svg.replace(/(?<=>)[^<]+(?=<)/g, (text) =>
    text.replace(
      /[\u2e80-\uffef]+/g,
      `<tspan font-family="${family}">$&</tspan>`,
    ),
  );

const wrap = (height, content) => `<svg xmlns="http://www.w3.org/2000/svg"
  xmlns:xlink="http://www.w3.org/1999/xlink" font-family="DejaVu Sans"
  width="${COLUMN + 2 * MARGIN}" height="${height}">${withFamily(content)}</svg>`;

const escape = (text) =>
  text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    // No ligatures: where a line has two fonts, resvg drops it for one of them.
    .replace(/f(?=[fil])/g, "f\u200c");

/**
 * Pieces { text, attributes } as words, each of one or more pieces, in as many lists as
 * breaks, null, leave.
 */
function paragraphsOf(pieces) {
  const paragraphs = [[[]]];
  for (const piece of pieces) {
    if (!piece) {
      paragraphs.push([[]]);
      continue;
    }
    const words = paragraphs.at(-1);
    piece.text.split(" ").forEach((spaced, i) => {
      if (i) words.push([]);
      withBreaks(spaced)
        .split("\u200b")
        .forEach((text, j) => {
          if (j) words.push([]);
          if (text) words.at(-1).push({ ...piece, text, close: j > 0 });
        });
    });
  }
  return paragraphs.map((words) => words.filter((word) => word.length));
}

const looks = (tag, role) =>
  ({
    data: `class="${role}" font-weight="600"`,
    code: `font-family="DejaVu Sans Mono"`,
  })[tag] ?? "";

/** The pieces of what stands in a paragraph. */
const piecesOf = (content) =>
  [content]
    .flat(Infinity)
    .filter((one) => one !== null && typeof one !== "boolean")
    .map((one) =>
      one.type === "br"
        ? null
        : {
            text: textOf(one),
            attributes: looks(one.type, one.props?.class ?? ""),
          },
    );

function line(words, { x, y, size, weight = 400, role = "" }) {
  const content = words
    .map((word) =>
      word
        .map(
          ({ text, attributes }) =>
            `<tspan ${attributes}>${escape(text)}</tspan>`,
        )
        .join(""),
    )
    .map((word, i) => (i && !words[i][0].close ? " " : "") + word)
    .join("");
  return `<text class="zm-text-${role}" x="${x}" y="${y}" font-size="${size}" font-weight="${weight}">${content}</text>`;
}

/** A picture that grows downwards: add what stands next, then take its svg(). */
function sheet(font) {
  let content = "";
  let bottom = MARGIN;

  function fits(words, place) {
    const svg = wrap(100, line(words, { ...place, y: 50 }));
    const measured = new Resvg(svg, { font });
    const box = measured.getBBox(); // of no letters there is none
    measured.free();
    return !box || box.x + box.width <= MARGIN + COLUMN;
  }

  /** How many of these words a line holds: at least one. */
  function held(words, place) {
    if (words.length < 2 || fits(words, place)) return words.length;
    let [fewest, most] = [1, words.length - 1];
    while (fewest < most) {
      const middle = Math.ceil((fewest + most) / 2);
      if (fits(words.slice(0, middle), place)) fewest = middle;
      else most = middle - 1;
    }
    return fewest;
  }

  return {
    paragraph(pieces, { inset = 0, before = 0, ...look }) {
      const place = { ...look, x: MARGIN + inset };
      const lines = [];
      for (const words of paragraphsOf(pieces))
        do lines.push(words.splice(0, held(words, place)));
        while (words.length);
      bottom += before;
      for (const words of lines) {
        bottom += 1.45 * look.size;
        content += line(words, { ...place, y: bottom - 0.4 * look.size });
      }
    },

    /** Pictures [width, height, content] beside each other, in rows as CSS has them. */
    pictures(those) {
      let left = 0;
      let top = bottom + GAP / 2;
      for (const [width, height, drawing] of those) {
        if (left && left + width > COLUMN + 1) {
          left = 0;
          top = bottom + GAP / 3;
        }
        const at = `translate(${MARGIN + left},${top})`;
        content += `<g transform="${at}">${drawing}</g>`;
        left += width + GAP;
        bottom = Math.max(bottom, top + height);
      }
    },

    svg: () =>
      wrap(
        Math.ceil(bottom + MARGIN),
        `<style>${style}</style>${plainStyle(content)}`,
      ),
  };
}

/** A slice of cells, which the page lays out in HTML, with its width and height. */
function slice(node) {
  const rows = found(node, "zm-row").map((row) => found(row, "zm-cell"));
  const name = textOf(found(node, "zm-slice-name"));
  const cells = rows.flatMap((row, i) =>
    row.map((cell, j) => {
      const shares = (what) =>
        cell.props.class.split(" ").includes(`zm-shares-${what}`);
      const inset = shares("gamma") ? 2.5 : 1.5; // of half a border
      const side = CELL - 2 * inset;
      return `<g transform="translate(${j * CELL},${24 + i * CELL})">
        <rect x="${inset}" y="${inset}" width="${side}" height="${side}" rx="3"
          fill="${colour.statistic}" fill-opacity="${shares("mean") ? 0.35 : 0}"
          stroke="${shares("gamma") ? colour.parameter : colour.rule}"
          stroke-width="${shares("gamma") ? 3 : 1}"/>
        <text x="${CELL / 2}" y="${CELL / 2 + 5}" text-anchor="middle"
          font-size="15" font-weight="600">${textOf(cell)}</text></g>`;
    }),
  );
  const drawing = `<text class="zm-text-muted" x="1" y="14" font-size="12">${escape(name)}</text>`;
  return [
    (COLUMN - 2 * GAP) / 3,
    24 + rows.length * CELL,
    drawing + cells.join(""),
  ];
}

/** A picture, with its width and height. */
function drawing(node) {
  const [, , width, height] = node.props.viewBox.split(" ").map(Number);
  const svg = h("svg", { ...node.props, style: null, width, height });
  return [width, height, renderToString(svg)];
}

/** What matplotlib drew, as wide as the theme lets it be, in 16 px a rem. */
function plot(node) {
  const svg = node.props.dangerouslySetInnerHTML.__html;
  const [, across, down] = /viewBox="\S+ \S+ (\S+) (\S+)"/.exec(svg);
  const [width, height] = [PLOT, (down / across) * PLOT];
  const sized = (opening) =>
    opening
      .replace(/ (width|height)="[^"]*"/g, "")
      .replace("<svg", `<svg width="${width}" height="${height}"`);
  return [width, height, svg.replace(/<svg[^>]*>/, sized)];
}

/** Something to choose, or to name a number for. */
const option = (page, content) =>
  page.paragraph(piecesOf(["○\u00a0 ", content]), {
    size: 14,
    inset: 20,
    before: 2,
  });

/** What is asked; the answers stay folded, as on the page. */
function questions(page, explorable, state) {
  const frame = explorable.still({ ...state, id: "picture" });
  for (const node of found(frame, "zm-question-text", "zm-choice-text"))
    if (node.type === "li") option(page, node.props.children);
    else
      page.paragraph(piecesOf(node.props.children), { size: 14, before: 10 });
}

function pictureOf(state, font) {
  const explorable = explorableOf(state.kind);
  const shown = shownBy(explorable, state, { id: "picture", width: COLUMN });
  const pictures = stillOf(shown.pictures, COLUMN);
  const page = sheet(font);
  page.paragraph(piecesOf(shown.title), { size: 18, weight: 600 });
  page.pictures([
    ...found(pictures, "zm-svg").map(drawing),
    ...found(pictures, "zm-drawn").map(plot),
    ...found(pictures, "zm-slice").map(slice),
  ]);
  // What a prediction can be.
  for (const node of found(shown.body, "zm-option", "zm-name"))
    option(page, node.props.children);
  if (explorable.still) questions(page, explorable, state);
  else page.paragraph(piecesOf(shown.readout), { size: 14, before: 10 });
  const say = speaker(state);
  const closing = explorable.still
    ? say`A still picture. It is answered on the book’s page, and where this cell is run.`
    : say`A still picture. It moves on the book’s page, and where this cell is run.`;
  page.paragraph(piecesOf(closing), { size: 12, before: 10, role: "muted" });
  return page.svg();
}

async function main() {
  await initWasm(resvgWasm);
  const font = {
    fontBuffers: fonts.map((path) => readFileSync(path)),
    defaultFontFamily: "DejaVu Sans",
  };
  // A chapter's end asks again what its beginning has asked.
  const drawn = new Map();
  const draw = (state) => {
    const svg = withFamily(state.svg ?? "") || pictureOf(state, font);
    if (!drawn.has(svg)) {
      const fitTo = { mode: "zoom", value: SCALE };
      const look = { font, background: colour.ground, fitTo };
      const picture = new Resvg(svg, look).render();
      drawn.set(svg, encodePng(picture, quick).toString("base64"));
    }
    return drawn.get(svg);
  };
  const answers = states.map((state) => {
    try {
      return { png: draw(state) };
    } catch (error) {
      return { error: error.message };
    }
  });
  process.stdout.write(JSON.stringify(answers));
}

main();
