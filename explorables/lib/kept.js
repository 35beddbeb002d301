// What there is to keep of an explorable that a reader answers, for a page that keeps
// it. An explorable without answers is not here: that it was touched is all.

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

export const answered = { Quiz: quiz };
