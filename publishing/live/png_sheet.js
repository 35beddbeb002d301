// A sheet of text and pictures as an SVG for resvg, which breaks no lines.
import { Resvg } from "@resvg/resvg-wasm";
import { WIDE, withBreaks } from "../languages/index.js";
import { lengths, plainStyle, style } from "./png_theme.js";

const MARGIN = 16; // CSS pixels
const [ROW_GAP, GAP] = lengths(".zm-panels", "gap");

/**
 * An SVG whose wide letters are in their own font: resvg looks for one by itself, but
 * takes the first that has them, bold or not.
 */
export const withFamily = (svg, family) =>
  svg.replace(/(?<=>)[^<]+(?=<)/g, (text) =>
    text.replace(
      new RegExp(`${WIDE.source}+`, "g"),
      `<tspan font-family="${family}">$&</tspan>`,
    ),
  );

export const escape = (text) =>
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

/**
 * A picture of this width that grows downwards: add what stands next, then take its
 * svg(). `column` is the room between its margins, `gap` that between two pictures.
 */
export function sheet({ width, font, family }) {
  const column = width - 2 * MARGIN;
  let content = "";
  let bottom = MARGIN;

  const wrap = (height, inside) => `<svg xmlns="http://www.w3.org/2000/svg"
  xmlns:xlink="http://www.w3.org/1999/xlink" font-family="DejaVu Sans"
  width="${width}" height="${height}">${withFamily(inside, family)}</svg>`;

  function fits(words, place) {
    const svg = wrap(100, line(words, { ...place, y: 50 }));
    const measured = new Resvg(svg, { font });
    const box = measured.getBBox(); // of no letters there is none
    measured.free();
    return !box || box.x + box.width <= MARGIN + column;
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
    column,
    gap: GAP,
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
      for (const [across, down, drawing] of those) {
        if (left && left + across > column + 1) {
          left = 0;
          top = bottom + ROW_GAP;
        }
        const at = `translate(${MARGIN + left},${top})`;
        content += `<g transform="${at}">${drawing}</g>`;
        left += across + GAP;
        bottom = Math.max(bottom, top + down);
      }
    },

    svg: () =>
      wrap(
        Math.ceil(bottom + MARGIN),
        `<style>${style}</style>${plainStyle(content)}`,
      ),
  };
}
