// Quiz: questions with one right answer each, and a word on every wrong one.
import { h } from "preact";
import { code, div, p, span } from "./lib/marks.js";
import { number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";

/** Text with `code` in backticks. */
const inline = (text) =>
  text.split("`").map((part, i) => (i % 2 ? code({}, part) : part));

const chosen = ({ choices }, answer) => choices[answer];

/** How many answers are right. */
export const compute = ({ questions, answers }) =>
  answers.filter((answer, q) => chosen(questions[q], answer)?.correct).length;

function feedbackOf(say, choice) {
  const words = choice && inline(say.of(choice.feedback));
  const verdict = choice?.correct ? say`Right.` : say`Not this one.`;
  return p(
    {
      class: `zm-feedback ${choice?.correct ? "zm-right" : ""}`,
      "aria-live": "polite",
    },
    choice && [verdict, " ", words],
  );
}

function fieldOf(say, { id, answers, questions }, q, set) {
  const { question, choices } = questions[q];
  const answer = (c) => answers.map((old, i) => (i === q ? c : old));
  return h(
    "fieldset",
    {},
    h("legend", {}, `${q + 1}. `, inline(say.of(question))),
    choices.map(({ text }, c) =>
      h(
        "label",
        {},
        h("input", {
          type: "radio",
          name: `${id}-${q + 1}`,
          value: c,
          checked: answers[q] === c,
          onchange: () => set({ answers: answer(c) }),
        }),
        span({}, inline(say.of(text))),
      ),
    ),
    feedbackOf(say, chosen(questions[q], answers[q])),
  );
}

export function view(state, width, set) {
  const say = speaker(state);
  const { questions } = state;
  const right = number("right", compute(state), 0);
  return {
    className: "zm-quiz",
    title: say.of(state.title),
    body: questions.map((_, q) => fieldOf(say, state, q, set)),
    readout: say.parts`${right} of ${questions.length} right.`,
  };
}

/** An answer with its feedback; the right one says so. */
function answerOf(say, { text, correct, feedback }) {
  const words = inline(say.of(text));
  return p(
    { class: `zm-feedback ${correct ? "zm-right" : ""}` },
    correct ? say.parts`Right: ${words}` : say.parts`Not: ${words}`,
    " ",
    inline(say.of(feedback)),
  );
}

/** The questions for a page without scripts: nothing to press, the answers folded. */
export function still(state) {
  const say = speaker(state);
  const { id, questions } = state;
  return div(
    {
      class: "zm-explorable zm-quiz",
      role: "group",
      "aria-labelledby": `${id}-title`,
    },
    p({ class: "zm-title", id: `${id}-title` }, say.of(state.title)),
    questions.map(({ question, choices }, q) => [
      p({ class: "zm-question-text" }, `${q + 1}. `, inline(say.of(question))),
      h(
        "ul",
        {},
        choices.map(({ text }) =>
          h("li", { class: "zm-choice-text" }, inline(say.of(text))),
        ),
      ),
      h(
        "details",
        {},
        h("summary", {}, say`Answer`),
        // The right one first.
        [...choices]
          .sort((a, b) => b.correct - a.correct)
          .map((choice) => answerOf(say, choice)),
      ),
    ]),
  );
}

export default { keys: ["answers"], view, still };
