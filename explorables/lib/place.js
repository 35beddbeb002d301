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

/** Points along a line from point to point, close enough that no text lies between. */
export const along = (points) =>
  points.slice(1).flatMap(([x, y], i) => {
    const [right, down] = [x - points[i][0], y - points[i][1]];
    const steps = Math.ceil(Math.hypot(right, down) / NEAR) || 1;
    return range(steps + 1).map((k) => [
      points[i][0] + (k / steps) * right,
      points[i][1] + (k / steps) * down,
    ]);
  });

/** Points along a circle. */
export const ring = ([x, y], r) =>
  range(0, 2 * Math.PI, NEAR / Math.max(r, NEAR)).map((t) => [
    x + r * Math.cos(t),
    y + r * Math.sin(t),
  ]);

/**
 * The left ends of a text around a point, and its room there; those first that lie
 * `towards` (degrees).
 */
export function around([x, y], content, { gap = 11, towards = 0, bold } = {}) {
  const room = roomOf(content, { bold });
  const half = room / 2;
  const turns = range(WAYS).map((i) => (i % 2 ? -1 : 1) * Math.ceil(i / 2));
  return FURTHER.flatMap((more) =>
    turns.map((turn) => {
      const way = ((towards + (360 / WAYS) * turn) * Math.PI) / 180;
      return {
        room,
        x: x + Math.cos(way) * (gap + more + half) - half,
        y: y + Math.sin(way) * (gap + more + ABOVE / 2) + BELOW,
      };
    }),
  );
}

/**
 * Places texts in a picture of this size one after the other, off the points [x, y] of
 * marks: place(content, places) returns the first of the places { x, y, end, room } that
 * is free, undefined if none is. `end`: the text ends at x; `room`: how wide it is.
 */
export function placer({ width, height }, marks) {
  const taken = [];
  const isFree = ([left, top, right, bottom]) =>
    left >= 0 &&
    top >= 0 &&
    right <= width &&
    bottom <= height &&
    !taken.some(
      (one) =>
        left < one[2] && one[0] < right && top < one[3] && one[1] < bottom,
    ) &&
    !marks.some(
      ([x, y]) =>
        x > left - ROOM &&
        x < right + ROOM &&
        y > top - ROOM / 2 &&
        y < bottom + ROOM / 2,
    );
  return (content, places) => {
    return places.find(({ x, y, end, room = roomOf(content) }) => {
      const left = end ? x - room : x;
      const box = [left, y - ABOVE, left + room, y + BELOW];
      if (!isFree(box)) return false;
      taken.push(box);
      return true;
    });
  };
}
