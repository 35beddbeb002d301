// A live cell, once it is asked for: an editor, its buttons, and what came of a run.
import { run } from "./runner.js"; // first: it starts an interpreter
import { make } from "../dom.js";
import { say } from "../say.js";
import { createEditor } from "./editor.js";
import { outcome } from "./said.js";
import { adopt } from "./sheets.js";
import style from "./cell.css";

const PAUSE = 400; // milliseconds without a key, before what was typed is kept

const { sentences } = window.zeroMeanUnitVariance; // the judge's, if not English

let count = 0;

/**
 * Put an editor in the place of a cell's code. `place` is where it goes; code and check
 * are the author's, `kept` what the reader has written before, of at most `longest`
 * characters; keep(code) and solve(code) are called; showSolution, if there is a
 * solution, opens it.
 */
function open({
  place,
  code,
  check,
  kept,
  longest,
  keep,
  solve,
  showSolution,
}) {
  const hint = `zm-live-hint-${(count += 1)}`;
  let going; // the run that has not ended
  let waiting; // for a pause in typing

  const button = (text, onclick, more = {}) =>
    make(
      "button",
      { type: "button", class: "zm-button", onclick, ...more },
      text,
    );
  const runButton = button(say`Run`, start, {
    "aria-keyshortcuts": "Shift+Enter",
  });
  const stopButton = button(say`Stop`, () => going?.stop(), { disabled: true });
  const resetButton = button(say`Reset`, () => {
    editor.write(code);
    clear();
    editor.focus();
  });
  const printed = make("pre", {
    class: "zm-live-printed",
    hidden: true,
    tabindex: "0", // it scrolls
    role: "group",
    "aria-label": say`What it printed`,
  });
  const sentence = make("p", { class: "zm-live-sentence" });
  const details = make("ul", { class: "zm-live-details" });
  const said = make("div", { class: "zm-live-said", role: "status" });
  said.append(sentence, details);
  const around = make("div", { class: "zm-live-editor" });
  place.append(
    around,
    make(
      "p",
      { class: "zm-live-check" },
      say`Then runs: `,
      make("code", {}, check),
    ),
    make(
      "div",
      { class: "zm-live-buttons" },
      runButton,
      stopButton,
      resetButton,
      showSolution ? button(say`Show the solution`, showSolution) : [],
    ),
    make(
      "p",
      { class: "zm-live-hint", id: hint },
      say`Shift-Enter runs; Escape, then Tab leaves the editor.`,
    ),
    printed,
    said,
  );
  const editor = createEditor({
    parent: around,
    code: kept ?? code,
    label: say`Your Python code`,
    hint,
    onRun: start,
    onChange() {
      clearTimeout(waiting);
      waiting = setTimeout(keepNow, PAUSE);
    },
  });
  adopt(style); // after CodeMirror's

  function keepNow() {
    clearTimeout(waiting);
    waiting = undefined;
    const written = editor.read();
    if (written.length > longest)
      sentence.textContent = say`More than ${longest} characters: what you write now is not kept.`;
    else keep(written);
  }
  window.addEventListener("pagehide", () => waiting && keepNow());

  function clear() {
    printed.replaceChildren();
    printed.hidden = true;
    sentence.textContent = "";
    details.replaceChildren();
    delete said.dataset.verdict;
    editor.mark(0);
  }

  async function start() {
    if (going) return;
    clear();
    sentence.textContent = say`Running …`;
    going = run({ source: editor.read(), check, words: sentences }, (text) => {
      printed.hidden = false;
      printed.append(text);
    });
    runButton.disabled = !(stopButton.disabled = false);
    place.dataset.running = "";
    const found = outcome(await going.ended);
    going = undefined;
    delete place.dataset.running;
    // Who pressed Stop by keyboard stays among the buttons.
    const left = document.activeElement === stopButton;
    runButton.disabled = !(stopButton.disabled = true);
    if (left) runButton.focus();
    sentence.textContent = found.sentence;
    details.replaceChildren(
      ...found.details.map((text) => make("li", {}, text)),
    );
    said.dataset.verdict = found.verdict;
    editor.mark(found.line);
    if (waiting) keepNow();
    if (found.verdict === "right") solve(editor.read());
  }

  editor.focus();
}

window.zeroMeanUnitVariance.openCell = open;
