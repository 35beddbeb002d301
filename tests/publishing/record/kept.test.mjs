// What of an answered explorable is kept comes back as it was.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { answered } from "../../../explorables/lib/kept.js";

const quiz = fc
  .array(
    fc.tuple(
      fc.integer({ min: 2, max: 5 }),
      fc.nat(4),
      fc.integer({ min: -1, max: 4 }),
    ),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((questions) => ({
    items: questions.map((_, i) => `item${i}`),
    questions: questions.map(([count, right]) => ({
      choices: Array.from({ length: count }, (_, c) => ({
        correct: c === right % count,
      })),
    })),
    answers: questions.map(([count, , answer]) => Math.min(answer, count - 1)),
  }));

test("a quiz's answers come back", () =>
  fc.assert(
    fc.property(quiz, (state) => {
      const { names, entries, traits } = answered.Quiz;
      const kept = entries(state);
      assert.equal(names(state).length, kept.length);
      assert.deepEqual(traits(state, kept), { answers: state.answers });
      kept.forEach((entry, q) => {
        const chosen = state.questions[q].choices[state.answers[q]];
        assert.equal(entry?.right, chosen?.correct);
      });
    }),
  ));

test("an answer that the question no longer has is none", () => {
  const state = {
    items: ["a"],
    questions: [{ choices: [{}, {}] }],
    answers: [-1],
  };
  const entry = { choice: 2, right: true };
  assert.deepEqual(answered.Quiz.traits(state, [entry]), { answers: [-1] });
});
