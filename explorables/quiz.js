// Quiz: questions with one right answer each, and a word on every wrong one.
import { h } from "preact";
import { button } from "./lib/controls.js";
import { framed } from "./lib/frame.js";
import { asked, div, inline, p, span } from "./lib/marks.js";
import { number } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";

const chosen = ({ choices }, answer) => choices[answer];

/** How many answers are right. */
export const compute = ({ questions, answers }) =>
  answers.filter((answer, q) => chosen(questions[q], answer)?.correct).length;

function feedbackOf(say, state, choice) {
  const words = choice && inline(choice.feedback, state);
  const verdict = choice?.correct ? say`Right.` : say`Not this one.`;
  return div(
    {
      class: `zm-feedback ${choice?.correct ? "zm-right" : ""}`,
      "aria-live": "polite",
    },
    choice && [verdict, say.space, words],
  );
}

/** Those that were answered, and not right. */
const wrongIn = ({ questions, answers }) =>
  questions
    .map((_, q) => q)
    .filter((q) => chosen(questions[q], answers[q])?.correct === false);

/** The choices in the order of a try: at each one another is the first. */
const orderOf = ({ choices }, turn) =>
  choices.map((_, i) => (i + turn) % choices.length);

/** Ask the wrong ones again, each with its choices in another order. */
function again(say, state, set) {
  const { answers, local } = state;
  const wrong = wrongIn(state);
  if (!wrong.length) return [];
  const turns = answers.map((_, q) => local.turns[q] + wrong.includes(q));
  const act = ({ currentTarget }) => {
    const first = currentTarget
      .closest(".zm-explorable")
      .querySelectorAll("fieldset")[wrong[0]];
    set(
      { answers: answers.map((one, q) => (wrong.includes(q) ? -1 : one)) },
      { turns },
    );
    // It leads to the first of them, once that is drawn.
    requestAnimationFrame(() => {
      first.scrollIntoView({ block: "nearest" });
      first.querySelector("input").focus({ preventScroll: true });
    });
  };
  return [button(say`The wrong ones again`, act)];
}

/** How often each question was asked again. */
const remember = ({ questions, local }) =>
  local ?? { turns: questions.map(() => 0) };

/** A question's own address, on a page; in a notebook it would stand there twice. */
const placeOf = ({ items, kernel }, q) =>
  kernel ? undefined : `quiz-${items[q]}`;

function permalink(say, state, q) {
  const place = placeOf(state, q);
  return (
    place &&
    h(
      "a",
      {
        class: "headerlink",
        href: `#${place}`,
        "aria-label": say`Permalink: question ${q + 1}`,
      },
      "¶",
    )
  );
}

function fieldOf(say, state, q, set) {
  const { id, answers, questions, local } = state;
  const { question, choices } = questions[q];
  const answer = (c) => answers.map((old, i) => (i === q ? c : old));
  return h(
    "fieldset",
    {},
    h(
      "legend",
      {},
      asked(question, span({ id: placeOf(state, q) }, `${q + 1}. `)),
      permalink(say, state, q),
    ),
    orderOf(questions[q], local.turns[q]).map((c) =>
      h(
        "label",
        { key: c },
        h("input", {
          type: "radio",
          name: `${id}-${q + 1}`,
          value: c,
          checked: answers[q] === c,
          onchange: () => set({ answers: answer(c) }),
        }),
        span({}, inline(choices[c].text)),
      ),
    ),
    feedbackOf(say, state, chosen(questions[q], answers[q])),
  );
}

export function view(state, width, set) {
  const say = speaker(state);
  const { questions } = state;
  const right = number("right", compute(state), 0);
  return {
    className: "zm-quiz",
    title: state.title,
    untouched: state.answers.every((answer) => answer < 0),
    body: questions.map((_, q) => fieldOf(say, state, q, set)),
    controls: again(say, state, set),
    readout: say.parts`${right} of ${questions.length} right.`,
  };
}

/** An answer with its feedback; the right one says so. */
function answerOf(say, { text, correct, feedback }) {
  const words = inline(text);
  return p(
    { class: `zm-feedback ${correct ? "zm-right" : ""}` },
    correct ? say.parts`Right: ${words}` : say.parts`Not: ${words}`,
    /[.!?。！？]$/.test(text) ? say.space : say.stop,
    inline(feedback),
  );
}

/** The questions for a page without scripts: nothing to press, the answers folded. */
export function still(state) {
  const say = speaker(state);
  const { id, questions } = state;
  return framed(
    { id, className: "zm-quiz" },
    state.title,
    questions.map(({ question, choices }, q) =>
      div(
        {},
        p(
          { class: "zm-question-text" },
          asked(question, span({ id: placeOf(state, q) }, `${q + 1}. `)),
        ),
        h(
          "ul",
          {},
          choices.map(({ text }) =>
            h("li", { class: "zm-choice-text" }, inline(text)),
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
      ),
    ),
  );
}

export default { keys: ["answers"], view, remember, still };
