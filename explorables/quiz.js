// Quiz: questions with one right answer each, and a word on every wrong one.
import { write } from "./lib/chart.js";
import { button, element, number, uid } from "./lib/controls.js";

/** Text with `code` in backticks, as nodes. */
function inline(text) {
  return text
    .split("`")
    .map((part, i) => (i % 2 ? element("code", "", {}, part) : part));
}

export default function render({ model, el }) {
  const questions = model.get("questions");
  const titleId = uid();
  const root = element("div", "zm-explorable zm-quiz", {
    role: "group",
    "aria-labelledby": titleId,
  });
  root.append(element("p", "zm-title", { id: titleId }, model.get("title")));

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
