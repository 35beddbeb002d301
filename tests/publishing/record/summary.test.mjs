// The page of one's own record: counts and sentences from plain values.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { add, empty } from "../../../publishing/record/format.js";
import {
  halves,
  median,
  summarise,
} from "../../../publishing/record/summary.js";

const chapters = [
  {
    page: "chapters/one",
    things: [
      "guess:a",
      "guess:b",
      "quiz:c",
      "quiz:d",
      "exercise:e",
      "exercise:f",
    ].map((name) => ({ name, text: name, id: "" })),
  },
  { page: "chapters/two", things: [] },
];

function recordsOf(...entries) {
  return entries.reduce(
    (kept, [name, entry], i) =>
      add(kept, name, "chapters/one", { at: i + 1, ...entry }),
    empty(),
  ).records;
}

test("nothing done, nothing counted", () => {
  const {
    chapters: counted,
    guesses,
    unknown,
    place,
  } = summarise(chapters, {});
  assert.deepEqual(counted[0].quiz, { of: 2, tried: 0, first: 0, last: 0 });
  assert.equal(counted[0].left.length, 6);
  assert.equal(counted[0].close, undefined);
  assert.deepEqual([guesses, unknown, place], [[], 0, undefined]);
});

test("the first and the last try are told apart", () => {
  const records = recordsOf(
    ["quiz:c", { choice: 0, right: false }],
    ["quiz:c", { choice: 1, right: true }],
    ["quiz:d", { choice: 1, right: true }],
    ["quiz:d", { choice: 0, right: false }],
    ["exercise:e", { solved: true }],
    ["exercise:f", { solved: false }],
    ["quiz:edited", { choice: 0, right: true }],
  );
  const { chapters: counted, unknown } = summarise(chapters, records);
  assert.deepEqual(counted[0].quiz, { of: 2, tried: 2, first: 1, last: 1 });
  assert.equal(counted[0].exercise.last, 1);
  assert.deepEqual(
    counted[0].left.map(({ name }) => name),
    ["guess:a", "guess:b", "quiz:d", "exercise:f"],
  );
  assert.equal(unknown, 1);
});

test("a guess counts by its first try; opened without one it is done, and not judged", () => {
  const records = recordsOf(
    ["guess:a", { guess: 2, off: 0.5, right: false }],
    ["guess:a", { guess: 1, off: 0, right: true }],
    ["guess:b", {}],
  );
  const { chapters: counted, guesses } = summarise(chapters, records);
  assert.deepEqual(counted[0].guess, { of: 2, tried: 2, first: 0, last: 1 });
  assert.equal(counted[0].close, 0.5);
  assert.deepEqual(guesses, [false]);
  assert.deepEqual(
    counted[0].left.map(({ name }) => name),
    ["quiz:c", "quiz:d", "exercise:e", "exercise:f"],
  );
});

test("halves hold all guesses, and the median lies between the ends", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean()), (guesses) => {
      const [[before, of], [after, ofLater]] = halves(guesses);
      assert.equal(of + ofLater, guesses.length);
      assert.equal(before + after, guesses.filter(Boolean).length);
      assert.ok(ofLater - of <= 1);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.nat(99), { minLength: 1 }), (values) => {
      const middle = median(values);
      const below = values.filter((value) => value <= middle).length;
      const above = values.filter((value) => value >= middle).length;
      assert.ok(2 * below >= values.length);
      assert.ok(2 * above >= values.length);
    }),
  );
});
