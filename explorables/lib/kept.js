// What there is to keep of an explorable that a reader answers, for a page that keeps
// it. An explorable without answers is not here: that it was touched is all.

import { judged } from "./guess.js";

const quiz = {
  /** The records' names, one for each answer that can be given. */
  names: ({ items }) => items.map((item) => `quiz:${item}`),
  /** What is known of each answer now; undefined where there is none. */
  entries: ({ questions, answers }) =>
    answers.map((choice, q) =>
      choice < 0
        ? undefined
        : { choice, right: questions[q].choices[choice].correct },
    ),
  /** The traits that bring answers back, from an entry for each, or undefined. */
  traits: ({ questions }, entries) => ({
    answers: entries.map((entry, q) =>
      entry?.choice < questions[q].choices.length ? entry.choice : -1,
    ),
  }),
};

const predict = {
  names: ({ item }) => [`guess:${item}`],
  // Once it is opened; without a guess there is nothing to be right.
  entries(state) {
    if (!state.opened) return [undefined];
    const { right, off } = judged(state);
    if (right === undefined) return [{}];
    return [{ guess: state.guess, right, ...(off !== undefined && { off }) }];
  },
  traits: (_, [entry]) => ({ guess: entry.guess ?? [], opened: true }),
};

export const answered = { Predict: predict, Quiz: quiz };
