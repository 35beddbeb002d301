// What a figure is made of: plain values, each an element of SVG or HTML with its
// attributes and content. Preact draws them, in the browser and in Node.
import { h } from "preact";
import { curved } from "./say.js";

const mark =
  (tag) =>
  (attributes = {}, ...content) =>
    h(tag, attributes, ...content);

// SVG.
export const svg = mark("svg");
export const g = mark("g");
export const path = mark("path");
export const rect = mark("rect");
export const circle = mark("circle");
export const text = mark("text");
export const tspan = mark("tspan");
export const linearGradient = mark("linearGradient");
export const stop = mark("stop");

/** A straight line, as a path: unlike a <line>, it moves when the other marks do. */
export const rule = ({ x1 = 0, x2 = 0, y1 = 0, y2 = 0, ...attributes }) =>
  path({ ...attributes, d: `M${x1},${y1}L${x2},${y2}` });

// HTML.
export const div = mark("div");
export const p = mark("p");
export const span = mark("span");
export const br = mark("br");
export const code = mark("code");

const LIST = /[[(](?:[−-]?[\w.]{1,4}, )+[−-]?[\w.]{1,4}[\])]/g;

const RATIO = /(^|[\s(（])([\p{L}\d]{1,2}\/)(?=[\p{L}√])/gu;
const LESS = /(^|[^\p{L}\d])([\p{L}\d]) − (?=[\p{L}\d](?![\p{L}\d]))/gu;
const EQUAL = /(?:(^|[\s(（])(\S{1,3}) | )= /g;
const JOINER = "\u2060"; // no width, and no line ends there

/**
 * Text as it is set: with ’ for ', and no line ends inside a short list, such as [0, 100]
 * or (B, T, d), in a ratio, such as 2/η, in N − 1, or between a letter, = and a value.
 */
const whole = (text) =>
  /[[(/=−']/.test(text)
    ? curved(text)
        .replace(LIST, (list) => list.replaceAll(" ", "\u00a0"))
        .replace(RATIO, `$1$2${JOINER}`)
        .replace(LESS, "$1$2\u00a0−\u00a0")
        .replace(EQUAL, (found, before = "", name) =>
          name
            ? // After | a line may end even before a space that holds together.
              `${before}${name}${name.endsWith("|") ? JOINER : ""}\u00a0=\u00a0`
            : " =\u00a0",
        )
    : text;

/** What a frame says, its texts in one piece where no line may end. */
export const unbroken = (content) =>
  Array.isArray(content)
    ? content.map(unbroken)
    : typeof content === "string"
      ? whole(content)
      : content;

const CALL = 20; // letters: a title has room for so many on the narrowest screen

const coded = (text) =>
  text
    .split("`")
    .map((part, i) =>
      i % 2
        ? code(part.length <= CALL ? { class: "zm-call" } : {}, part)
        : whole(part),
    );

const LINK = /\[([^\]]*)\]\((#[^\s)]+)\)/;

/**
 * Text with `code` in backticks, and [words](#fig-…?x=1) that lead to a place on the
 * page. Where a kernel answers there is no such page, and they are words alone.
 */
export const inline = (text, { kernel } = {}) =>
  text.split(LINK).flatMap((piece, i, pieces) => {
    if (i % 3 === 0) return coded(piece);
    if (i % 3 === 2) return []; // the address
    return kernel
      ? coded(piece)
      : [h("a", { href: pieces[i + 1] }, coded(piece))];
  });

// After a full-width mark, outside of brackets.
const CLAUSES = /(?:（[^）]*）|[^，。：；？！（])+[，。：；？！]*/gu;

/**
 * A question, after what numbers it. Of a Chinese one each clause is a box, so that a
 * line ends after a clause where it can.
 */
export const asked = (question, ...before) => {
  const clauses = question.match(CLAUSES) ?? [];
  if (clauses.length < 2) return [...before, ...inline(question)];
  return clauses.map((clause, i) =>
    span({ class: "zm-clause" }, ...(i ? [] : before), ...inline(clause)),
  );
};

/**
 * An SVG of this size in CSS pixels at the usual size of text, said by `name` to
 * those who cannot see it. It grows with the text that a reader has asked for.
 */
export const picture = ({ name, width, height }, ...marks) =>
  svg(
    {
      class: "zm-svg",
      role: "group",
      "aria-label": name,
      viewBox: `0 0 ${width} ${height}`,
      style: `width:${width / 16}rem`,
    },
    ...marks,
  );

/** Marks that are for the eye alone: the readout has their numbers. */
export const seen = (...marks) => g({ "aria-hidden": "true" }, ...marks);

/** About how many pixels wide a text is, in the size of a picture's labels. */
export const wide = (content) =>
  [...content].reduce(
    // A Chinese one is square; an accent stands on the one before it.
    (sum, letter) =>
      sum + (letter > "\u2e80" ? 13 : /\p{M}/u.test(letter) ? 0 : 7),
    0,
  );

/** Attributes with which a text that is wider than its room, if any, is set closer. */
export const squeezed = (room, content) =>
  room !== undefined &&
  1.1 * wide(content) > room && {
    textLength: room,
    lengthAdjust: "spacingAndGlyphs",
  };

/** A text in a role's colour; set closer where it is wider than `within`, if given. */
export const words = (role, x, y, content, { within, ...attributes } = {}) =>
  text(
    {
      class: `zm-text-${role}`,
      x,
      y,
      ...squeezed(within, content),
      ...attributes,
    },
    content,
  );

/** The name of a panel, in its upper left corner; or of a mark, with a halo. */
export const heading = (role, content, { x = 2, y = 15, halo, within } = {}) =>
  words(role, x, y, content, {
    class: `zm-text-${role} zm-panel-title${halo ? " zm-halo" : ""}`,
    within,
  });

/** One text for each place: labels("muted", texts, x, y), x(i) or a number. */
export const labels = (role, texts, x, y, attributes) =>
  texts.map((content, i) =>
    words(role, at(x, i), at(y, i), content, {
      "text-anchor": "middle",
      ...attributes,
    }),
  );
const at = (place, i) => (typeof place === "function" ? place(i) : place);

export const dot = (role, cx, cy, r = 5) =>
  circle({ class: `zm-dot zm-${role}`, r, cx, cy });

/** A bar from `from` up or down to `value` on the scale y; none for nan and inf. */
export const bar = (y, { x, width, value, from = 0, className }) =>
  Number.isFinite(value) &&
  Number.isFinite(from) &&
  rect({
    class: className,
    x,
    width,
    y: Math.min(y(value), y(from)),
    height: Math.abs(y(value) - y(from)),
  });

/** A bar for each value, in the columns that x (a band scale) has. */
export const bars = (y, x, values, className) =>
  values.map((value, i) =>
    bar(y, { x: x(i), width: x.bandwidth(), value, className }),
  );

/** A level, from left to right. */
export const level = (className, y, x1, x2) =>
  rule({ class: className, x1, x2, y1: y, y2: y });

/** What lies between two values on the scale y, from left to right. */
export const band = (y, [low, high], x1, x2, role = "statistic") =>
  rect({
    class: `zm-band zm-${role}`,
    x: x1,
    width: x2 - x1,
    y: y(high),
    height: y(low) - y(high),
  });
