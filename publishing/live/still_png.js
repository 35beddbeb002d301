// Draws explorables and static figures as PNGs, for front ends that run no script of
// theirs: a code host's preview, nbconvert, an editor. By wasm and with the fonts given,
// so that the same picture is the same file on every machine.
// Reads { width, fonts, family, messages, quick, states } as JSON from standard input: a
// picture's width in CSS pixels, the fonts as paths, family being that of wide letters;
// a state is that of an explorable's widget, or { svg }, a figure; `quick` pictures may
// be other files on other machines. Writes for each its { png } in base64, or { error }.
import { readFileSync } from "node:fs";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import resvgWasm from "@resvg/resvg-wasm/index_bg.wasm";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { explorableOf } from "../../explorables/index.js";
import { speaker } from "../../explorables/lib/say.js";
import { shownBy } from "../../explorables/lib/shown.js";
import { stillOf } from "../../explorables/lib/still.js";
import { found, textOf } from "../../explorables/lib/tree.js";
import { encodePng } from "./png.js";
import { escape, sheet, withFamily } from "./png_sheet.js";
import { colour, lengths } from "./png_theme.js";

const [PLOT] = lengths(".zm-plot svg", "max-width");
const CELL =
  lengths(".zm-cell", "width")[0] + 2 * lengths(".zm-cell", "margin")[0];
const SCALE = 2; // the PNG's pixels for one of CSS's

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

/** A slice of cells, which the page lays out in HTML, with its width and height. */
function slice(node, { column, gap }) {
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
    (column - 2 * gap) / 3,
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

function pictureOf(state, look) {
  const explorable = explorableOf(state.kind);
  const page = sheet(look);
  const width = page.column;
  const shown = shownBy(explorable, state, { id: "picture", width });
  const pictures = stillOf(shown.pictures, width);
  page.paragraph(piecesOf(shown.title), { size: 18, weight: 600 });
  page.pictures([
    ...found(pictures, "zm-svg").map(drawing),
    ...found(pictures, "zm-drawn").map(plot),
    ...found(pictures, "zm-slice").map((node) => slice(node, page)),
  ]);
  // What a prediction can be.
  for (const node of found(shown.asked, "zm-option", "zm-name"))
    option(page, node.props.children);
  if (explorable.still) questions(page, explorable, state);
  else if (shown.readout)
    page.paragraph(piecesOf(shown.readout), { size: 14, before: 10 });
  const say = speaker(state);
  const isQuestion = explorable.still || shown.asked;
  const closing = isQuestion
    ? say`A still picture. It is answered on the book’s page, and where this cell is run.`
    : say`A still picture. It moves on the book’s page, and where this cell is run.`;
  page.paragraph(piecesOf(closing), { size: 12, before: 10, role: "muted" });
  return page.svg();
}

async function main() {
  const { fonts, messages, quick, states, ...given } = JSON.parse(
    readFileSync(0, "utf8"),
  );
  globalThis.zeroMeanUnitVarianceMessages = messages;
  await initWasm(resvgWasm);
  const font = {
    fontBuffers: fonts.map((path) => readFileSync(path)),
    defaultFontFamily: "DejaVu Sans",
  };
  const look = { font, ...given };
  const options = {
    font,
    background: colour.ground,
    fitTo: { mode: "zoom", value: SCALE },
  };
  // A chapter's end asks again what its beginning has asked.
  const drawn = new Map();
  const draw = (state) => {
    const svg =
      withFamily(state.svg ?? "", given.family) || pictureOf(state, look);
    if (!drawn.has(svg)) {
      const picture = new Resvg(svg, options).render();
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
