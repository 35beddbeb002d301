// Where a text stands beside its point: where no mark is in its way, and no other text.
import { range } from "d3-array";
import { wide } from "./marks.js";

const NEAR = 5; // pixels between two points of a mark
const ROOM = 3; // between a text and a mark
const [ABOVE, BELOW] = [11, 4]; // what a text takes, from its line
const WAYS = 16; // around a point
const FURTHER = [0, 9]; // pixels, where all places close to a point are taken

const BOLD = 1.28; // of a name's letters, which are larger, too

/** How wide a text is at most, a name (bold) or not. */
export const roomOf = (content, { bold } = {}) =>
  wide(content) * (bold ? BOLD : 1) + 4;

/** The first of these texts that has this room; the last, where none has. */
export const fitting = (room, texts, look) =>
  texts.find((one) => roomOf(one, look) <= room) ?? texts.at(-1);

/** Points along a line from point to point, close enough that no text lies between. */
export function along(points) {
  const found = [];
  for (let i = 1; i < points.length; i++) {
    const [x, y] = points[i - 1];
    const [right, down] = [points[i][0] - x, points[i][1] - y];
    const steps = Math.ceil(Math.hypot(right, down) / NEAR) || 1;
    for (let k = 0; k <= steps; k++)
      found.push([x + (k / steps) * right, y + (k / steps) * down]);
  }
  return found;
}

/** Points along a circle. */
export const ring = ([x, y], r) =>
  range(0, 2 * Math.PI, NEAR / Math.max(r, NEAR)).map((t) => [
    x + r * Math.cos(t),
    y + r * Math.sin(t),
  ]);

/** Which way from a point a text goes, in turn: to both sides of where it is to lie. */
const TURNS = range(WAYS).map(
  (i) => (((i % 2 ? -1 : 1) * Math.ceil(i / 2)) / WAYS) * 2 * Math.PI,
);

/**
 * The left ends of a text around a point, and its room there; those first that lie
 * `towards` (degrees).
 */
export function* around([x, y], content, { gap = 11, towards = 0, bold } = {}) {
  const room = roomOf(content, { bold });
  const half = room / 2;
  const first = (towards * Math.PI) / 180;
  for (const more of FURTHER)
    for (const turn of TURNS)
      yield {
        room,
        x: x + Math.cos(first + turn) * (gap + more + half) - half,
        y: y + Math.sin(first + turn) * (gap + more + ABOVE / 2) + BELOW,
      };
}

const meet = (a, b) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Whether one of the points [x, y] lies in a box, or too near to it. */
function isNear(points, { left, top, right, bottom }) {
  // A loop: for each step of a drag it asks a thousand points.
  for (let i = 0; i < points.length; i++) {
    const x = points[i][0];
    const y = points[i][1];
    if (
      x > left - ROOM &&
      x < right + ROOM &&
      y > top - ROOM / 2 &&
      y < bottom + ROOM / 2
    )
      return true;
  }
  return false;
}

/**
 * Places texts in a picture of this size one after the other, off the points [x, y] of
 * marks: place(content, places) returns the first of the places { x, y, end, room } that
 * is free, undefined if none is. `end`: the text ends at x; `room`: how wide it is.
 */
export function placer({ width, height }, marks) {
  const taken = [];
  const isFree = (box) =>
    box.left >= 0 &&
    box.top >= 0 &&
    box.right <= width &&
    box.bottom <= height &&
    !taken.some((one) => meet(one, box)) &&
    !isNear(marks, box);
  return (content, places) => {
    for (const one of places) {
      const { x, y, end, room = roomOf(content) } = one;
      const left = end ? x - room : x;
      const box = {
        left,
        top: y - ABOVE,
        right: left + room,
        bottom: y + BELOW,
      };
      if (isFree(box)) {
        taken.push(box);
        return one;
      }
    }
    return undefined;
  };
}
