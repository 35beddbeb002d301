// The two buttons in an opened prompt: was it remembered? On a chapter's page, too,
// which knows nothing of the schedule.
import { say } from "../languages/say.js";
import { make } from "../record/dom.js";

export const promptsIn = (root) =>
  [...root.querySelectorAll(".zm-prompt")].map((node) => ({
    node,
    name: `prompt:${node.dataset.prompt}`,
    page: node.dataset.page,
  }));

/** Put the buttons at a prompt's end; `answered(grade)` is told what was pressed. */
export function addButtons({ node, name, page }, store, answered = () => {}) {
  const said = make("span", { role: "status" });
  const button = (text, grade, words) =>
    make(
      "button",
      {
        type: "button",
        class: "zm-button",
        onclick() {
          store.review(name, page, grade);
          said.textContent = words;
          answered(grade);
        },
      },
      text,
    );
  node.append(
    make(
      "p",
      { class: "zm-controls" },
      button(say`I forgot`, 1, say`It will be asked again tomorrow.`),
      button(say`I remembered`, 3, say`It will be asked again, later.`),
      said,
    ),
  );
}
