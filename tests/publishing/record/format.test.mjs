// What is kept, in any order and from any file: nothing of it is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  KEY,
  MOST_BYTES,
  VERSION,
  add,
  empty,
  fit,
  join,
  read,
  takeFile,
  write,
} from "../../../publishing/record/format.js";

const NOW = 1_800_000_000_000;
const time = fc.integer({ min: 1, max: NOW });
const text = fc.string({ maxLength: 60, unit: "binary" });
const optional = (fields) => fc.record(fields, { requiredKeys: [] });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const FIELDS = {
  quiz: fc.record({ choice: fc.nat(9), right: fc.boolean() }),
  guess: optional({
    guess: fc.oneof(
      finite,
      text,
      fc.array(fc.oneof(finite, text), { maxLength: 8 }),
    ),
    off: fc.double({ min: 0, max: 1e300, noNaN: true }),
    right: fc.boolean(),
  }),
  exercise: fc.record(
    { solved: fc.boolean(), code: fc.string({ maxLength: 300 }) },
    { requiredKeys: ["solved"] },
  ),
  figure: fc.constant({}),
  page: fc.record({ done: fc.nat(30), of: fc.nat(30) }),
  place: optional({ anchor: text, heading: text }),
};
const page = fc.constantFrom("chapters/01_biased_variance", "intro", "Kapitel");

/** Few names, so that two states often speak of one item. */
const addition = fc.oneof(
  ...Object.entries(FIELDS).map(([kind, fields]) =>
    fc
      .tuple(
        fc.constantFrom("a1", "b2", "chapters/x#fig-é"),
        page,
        time,
        fields,
      )
      .map(([id, where, at, rest]) => [
        `${kind}:${id}`,
        where,
        { at, ...rest },
      ]),
  ),
  fc
    .tuple(fc.constantFrom("a1", "b2"), page, time, fc.constantFrom(1, 3))
    .map(([id, where, at, grade]) => [
      `prompt:${id}`,
      where,
      [Math.ceil(at / 1000), grade],
    ]),
);
const state = fc
  .tuple(fc.constantFrom(0, 1, 2), fc.array(addition, { maxLength: 12 }))
  .map(([era, additions]) =>
    additions.reduce((kept, one) => add(kept, ...one), { ...empty(), era }),
  );

const holds = (...property) =>
  fc.assert(fc.property(...property), { numRuns: 500 });
// As a set: JSON's -0 is 0, and the order of names says nothing.
const normal = (kept) => JSON.parse(write(kept));
const same = (a, b) => assert.deepEqual(normal(a), normal(b));

test("a state comes back from its text", () =>
  holds(state, (kept) => {
    const found = read(write(kept), NOW);
    assert.equal(found.ignored, 0);
    same(found.kept, kept);
  }));

test("tabs may meet in any order, and as often as they like", () =>
  holds(state, state, state, (a, b, c) => {
    same(join(a, b), join(b, a));
    same(join(join(a, b), c), join(a, join(b, c)));
    same(join(a, a), a);
  }));

test("an item keeps its first and its last entry, and every answer of a prompt", () =>
  holds(fc.uniqueArray(time, { minLength: 1, maxLength: 9 }), (times) => {
    let kept = empty();
    for (const at of times) {
      kept = add(kept, "quiz:a", "intro", { at, choice: at % 4, right: false });
      kept = add(kept, "prompt:a", "intro", [Math.ceil(at / 1000), 3]);
    }
    const { first, last } = kept.records["quiz:a"];
    assert.equal((first ?? last).at, Math.min(...times));
    assert.equal(last.at, Math.max(...times));
    const seconds = new Set(times.map((at) => Math.ceil(at / 1000)));
    assert.deepEqual(
      kept.records["prompt:a"].log.map(([at]) => at),
      [...seconds].sort((a, b) => a - b),
    );
  }));

test("what was erased stays so, and only that", () =>
  holds(state, state, (a, b) => {
    const erased = { ...empty(), era: Math.max(a.era, b.era) + 1 };
    same(join(a, erased), erased);
    same(join(join(erased, a), b), erased);
  }));

test("any text is read without an exception, and none of ours is lost to it", () =>
  holds(
    state,
    fc.oneof(text, fc.json(), fc.json().map(wrapped)),
    (kept, file) => {
      const taken = takeFile(kept, file, NOW);
      assert.match(taken.said, /^(Nothing was taken|Taken over|The file)/);
      for (const name of Object.keys(kept.records))
        assert.ok(Object.hasOwn(taken.kept.records, name));
      assert.equal(read(write(taken.kept), NOW).ignored, 0);
    },
  ));

function wrapped(json) {
  const records = { "quiz:x": JSON.parse(json), __proto__: { polluted: 1 } };
  return JSON.stringify({ book: KEY, version: VERSION, era: 0, records });
}

test("a file with a broken part gives the rest, and says how much is missing", () =>
  holds(state, fc.constantFrom("last", "page"), (kept, part) => {
    const file = normal(kept);
    const names = Object.keys(file.records);
    if (!names.length) return;
    file.records[names[0]] = { ...file.records[names[0]], [part]: 3, log: 3 };
    const { kept: after, said } = takeFile(empty(), JSON.stringify(file), NOW);
    assert.match(said, new RegExp(`Taken over: ${names.length - 1} record`));
    assert.match(said, /could not be understood: 1\./);
    assert.deepEqual(Object.keys(after.records).sort(), names.slice(1).sort());
  }));

for (const [name, file, words] of [
  ["damaged", '{"book": "zero-', "damaged"],
  ["foreign", '{"version": 1, "records": {}}', "not a record of this book"],
  [
    "foreign, without a version",
    `{"book": "${KEY}", "records": {}}`,
    "not a record",
  ],
  ["older", `{"book": "${KEY}", "version": 0, "records": {}}`, "never written"],
  ["newer", `{"book": "${KEY}", "version": 2, "records": {}}`, "newer edition"],
])
  test(`a ${name} file is told, and changes nothing`, () => {
    const kept = add(empty(), "figure:a", "intro", { at: 5 });
    const taken = takeFile(kept, file, NOW);
    assert.equal(taken.kept, kept);
    assert.ok(taken.said.includes(words), taken.said);
    assert.ok(taken.said.includes("nothing was lost"));
  });

test("a time far ahead is none: it would win over every later one", () => {
  const kept = add(empty(), "figure:a", "intro", { at: NOW + 25 * 3600e3 });
  assert.equal(read(write(kept), NOW).ignored, 1);
});

test("an erased state can be had back from a file", () => {
  const before = add(empty(), "figure:a", "intro", { at: 5 });
  const erased = { ...empty(), era: 7 };
  const { kept } = takeFile(erased, write(before), NOW);
  assert.equal(kept.era, 7);
  assert.ok(kept.records["figure:a"]);
});

test("it fits, and the oldest goes first, figures before answers", () =>
  holds(
    fc.array(addition, { maxLength: 40 }),
    fc.integer({ min: 80, max: 4000 }),
    (additions, most) => {
      const kept = additions.reduce((all, one) => add(all, ...one), empty());
      const { kept: fitted, dropped } = fit(kept, most);
      const bytes = new TextEncoder().encode(write(fitted)).length;
      assert.ok(bytes <= most);
      const left = Object.keys(fitted.records);
      assert.equal(left.length + dropped, Object.keys(kept.records).length);
      const isFigure = (name) => name.startsWith("figure:");
      const gone = Object.keys(kept.records).filter(
        (name) => !left.includes(name),
      );
      const at = (name) =>
        kept.records[name].last?.at ?? 1000 * kept.records[name].log.at(-1)[0];
      for (const one of gone)
        for (const other of left) {
          assert.ok(isFigure(one) || !isFigure(other));
          if (isFigure(one) === isFigure(other))
            assert.ok(at(one) <= at(other));
        }
    },
  ));

test("a reader who has done everything is far from the limit", () => {
  let kept = empty();
  for (let i = 0; i < 60; i += 1) {
    const id = `${i}a1b2c3d4`;
    const where = "chapters/04_parameter_sharing";
    for (const at of [NOW - 1000 + i, NOW + i]) {
      kept = add(kept, `quiz:${id}`, where, { at, choice: 2, right: true });
      kept = add(kept, `guess:${id}`, where, {
        at,
        guess: -1.3416,
        off: 2.5,
        right: false,
      });
      kept = add(kept, `figure:${where}#fig-one-gamma-for-all-${i}`, where, {
        at,
      });
    }
    for (let n = 0; n < 20; n += 1)
      kept = add(kept, `prompt:${id}`, where, [NOW / 1000 - n, 3]);
  }
  const bytes = new TextEncoder().encode(write(kept)).length;
  assert.equal(fit(kept).dropped, 0, `${bytes} of ${MOST_BYTES}`);
});
