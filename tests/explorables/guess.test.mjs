// What a guess is worth, and how it may be typed.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { judged, parsed } from "../../explorables/lib/guess.js";

/** The state of a prediction, sealed as explorables/predict.py does. */
function stateOf(form, guess, answer) {
  const plain = JSON.stringify({
    ...{ within: 0, percent: 0, wrong: [], right: "", texts: [] },
    ...answer,
  });
  const turn = (first, count) => (one) =>
    String.fromCharCode(
      first + ((one.charCodeAt(0) - first + count / 2) % count),
    );
  const sealed = plain
    .replace(/[a-z]/g, turn(97, 26))
    .replace(/[A-Z]/g, turn(65, 26))
    .replace(/[0-9]/g, turn(48, 10));
  return { form, guess, sealed };
}

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const values = fc.array(value, { minLength: 1, maxLength: 6 });

test("what was computed is right, whatever the tolerance", () =>
  fc.assert(
    fc.property(values, (truth) => {
      for (const form of ["number", "bars", "points", "curve"]) {
        const { right, off } = judged(stateOf(form, truth, { truth }));
        assert.equal(right, true);
        assert.ok(off === 0 || truth.every((one) => one === 0));
      }
    }),
  ));

test("a number is right within its tolerance, each of several is", () =>
  fc.assert(
    fc.property(
      values,
      fc.double({ min: 0.001, max: 10, noNaN: true }),
      fc.constantFrom(-1, 1),
      fc.nat(5),
      (truth, within, sign, which) => {
        const at = which % truth.length;
        const moved = (share) =>
          truth.map((one, i) => (i === at ? one + sign * share * within : one));
        const near = stateOf("number", moved(0.99), { truth, within });
        const far = stateOf("number", moved(1.01), { truth, within });
        assert.equal(judged(near).right, true);
        assert.equal(judged(far).right, false);
      },
    ),
  ));

test("a percentage is of each number", () => {
  const answer = { truth: [100, 1], percent: 10 };
  assert.equal(judged(stateOf("number", [109, 1], answer)).right, true);
  assert.equal(judged(stateOf("number", [100, 1.2], answer)).right, false);
});

test("an order is right where nothing comes before a smaller one", () =>
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer(), { minLength: 2, maxLength: 6 }),
      (truth) => {
        const all = truth.map((_, i) => i);
        const sorted = [...all].sort((a, b) => truth[a] - truth[b]);
        assert.equal(judged(stateOf("order", sorted, { truth })).right, true);
        const reversed = [...sorted].reverse();
        assert.equal(
          judged(stateOf("order", reversed, { truth })).right,
          false,
        );
      },
    ),
  ));

test("equal things may come in either order", () => {
  for (const guess of [
    [0, 1, 2],
    [1, 0, 2],
  ])
    assert.equal(
      judged(stateOf("order", guess, { truth: [1, 1, 2] })).right,
      true,
    );
});

test("the nearest foreseen answer has its sentence, and only a wrong one has", () => {
  const answer = {
    truth: [1],
    within: 0.1,
    wrong: [
      [[1.05], "never"],
      [[2], "two"],
      [[2.15], "more"],
    ],
    right: "yes",
  };
  const said = (guess) => judged(stateOf("number", [guess], answer)).text;
  assert.equal(said(1.04), "yes");
  assert.equal(said(1.95), "two");
  assert.equal(said(2.09), "more");
  assert.equal(said(5), "");
});

test("a guess rounded as one types it meets a foreseen answer", () => {
  const answer = { truth: [-1.1619], within: 0.001, wrong: [[[-1.3416], "N"]] };
  assert.equal(judged(stateOf("number", [-1.34], answer)).text, "N");
});

test("without a guess, or with half of one, nothing is judged", () => {
  const answer = { truth: [1, 2], within: 1 };
  for (const guess of [[], [1], [1, 2, 3]])
    assert.deepEqual(judged(stateOf("number", guess, answer)), {
      truth: [1, 2],
    });
});

test("a choice has its own word", () => {
  const answer = { truth: [1], texts: ["no", "", "never"], right: "yes" };
  const said = (guess) => judged(stateOf("choice", [guess], answer));
  assert.deepEqual(
    [0, 1, 2].map((guess) => [said(guess).right, said(guess).text]),
    [
      [false, "no"],
      [true, "yes"],
      [false, "never"],
    ],
  );
});

test("every number is read as JavaScript writes it, with a comma or a real minus too", () =>
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (number) => {
        const text = String(number);
        assert.equal(parsed(text), number + 0);
        assert.equal(parsed(` ${text.replace("-", "−")} `), number + 0);
        if (!/e/.test(text))
          assert.equal(parsed(text.replace(".", ",")), number + 0);
      },
    ),
  ));

for (const [text, expected] of [
  ["1/2", 0.5],
  ["-3/4", -0.75],
  ["13.4 %", 13.4],
  ["1e-5", 1e-5],
  [".5", 0.5],
  ["", undefined],
  ["-", undefined],
  ["1/0", undefined],
  ["1/2/3", undefined],
  ["1,000,000", undefined],
  ["Infinity", undefined],
  ["0x10", undefined],
  ["about 3", undefined],
])
  test(`"${text}" is ${expected}`, () => assert.equal(parsed(text), expected));
