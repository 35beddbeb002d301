// Quiz: questions with one right answer each, and a word on every wrong one.
import { write } from "./lib/old/chart.js";
import { button, element, number, uid } from "./lib/old/controls.js";

/** Text with `code` in backticks, as nodes. */
function inline(text) {
  return text
    .split("`")
    .map((part, i) => (i % 2 ? element("code", "", {}, part) : part));
}

/** The frame, with its title. */
function frame(model) {
  const titleId = uid();
  const root = element("div", "zm-explorable zm-quiz", {
    role: "group",
    "aria-labelledby": titleId,
  });
  root.append(element("p", "zm-title", { id: titleId }, model.get("title")));
  return root;
}

/** The questions for a page without scripts: nothing to press, the answers folded. */
export function renderStill({ model, el }) {
  const root = frame(model);
  const paragraph = (className, ...words) => {
    const node = element("p", className);
    node.append(...words.flatMap(inline));
    return node;
  };
  model.get("questions").forEach(({ question, choices }, q) => {
    const list = element("ul");
    for (const { text } of choices) {
      const item = element("li");
      item.append(...inline(text));
      list.append(item);
    }
    const answer = element("details");
    answer.append(element("summary", "", {}, "Answer"));
    // The right one first.
    for (const { text, correct, feedback } of [...choices].sort(
      (a, b) => b.correct - a.correct,
    ))
      answer.append(
        paragraph(
          `zm-feedback ${correct ? "zm-right" : ""}`,
          `${correct ? "Right" : "Not"}: ${text} `,
          feedback,
        ),
      );
    root.append(
      paragraph("zm-question-text", `${q + 1}. ${question}`),
      list,
      answer,
    );
  });
  el.replaceChildren(root);
}

export default function render({ model, el }) {
  const questions = model.get("questions");
  const root = frame(model);

  const answer = (question, choice) => {
    const answers = [...model.get("answers")];
    answers[question] = choice;
    write(model, { answers });
  };
  const fields = questions.map(({ question, choices }, q) => {
    const field = element("fieldset");
    const legend = element("legend");
    legend.append(`${q + 1}. `, ...inline(question));
    const name = uid();
    const inputs = choices.map(({ text }, c) => {
      const row = element("label");
      const input = element("input", "", { type: "radio", name, value: c });
      input.addEventListener("change", () => answer(q, c));
      const words = element("span");
      words.append(...inline(text));
      row.append(input, words);
      return { row, input };
    });
    const feedback = element("p", "zm-feedback", { "aria-live": "polite" });
    field.append(legend, ...inputs.map(({ row }) => row), feedback);
    root.append(field);
    return { inputs, feedback };
  });

  const readout = element("p", "zm-readout");
  const controls = element("div", "zm-controls");
  const reset = button("Reset", () =>
    write(model, { answers: questions.map(() => -1) }),
  );
  controls.append(reset);
  root.append(readout, controls);
  el.replaceChildren(root);

  function update() {
    const answers = model.get("answers");
    fields.forEach(({ inputs, feedback }, q) => {
      inputs.forEach(({ input }, c) => {
        input.checked = answers[q] === c;
      });
      const choice = questions[q].choices[answers[q]];
      feedback.classList.toggle("zm-right", Boolean(choice?.correct));
      const said = choice
        ? `${choice.correct ? "Right." : "Not this one."} ${choice.feedback}`
        : "";
      // Said again only where it changed, so that nothing is read out twice.
      if (feedback.dataset.said !== said) {
        feedback.dataset.said = said;
        feedback.replaceChildren(...inline(said));
      }
    });
    const right = answers.filter((a, q) => questions[q].choices[a]?.correct);
    readout.replaceChildren(
      number("right", right.length, 0),
      ` of ${questions.length} right.`,
    );
  }
  model.on("change", update);
  update();
  return () => model.off("change", update);
}
