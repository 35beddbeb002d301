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

const button = (text, onclick, more = {}) =>
  make(
    "button",
    { type: "button", class: "zm-button", onclick, ...more },
    text,
  );

/** The buttons below an editor; running(is) says whether a run is under way. */
function createButtons({ start, stop, reset, showSolution }) {
  const runButton = button(say`Run`, start, {
    "aria-keyshortcuts": "Shift+Enter",
  });
  const stopButton = button(say`Stop`, stop, { disabled: true });
  const row = make(
    "div",
    { class: "zm-live-buttons" },
    runButton,
    stopButton,
    button(say`Reset`, reset),
    showSolution ? button(say`Show the solution`, showSolution) : [],
  );
  return {
    row,
    running(is) {
      // Who pressed Stop by keyboard stays among the buttons.
      const left = document.activeElement === stopButton;
      runButton.disabled = is;
      stopButton.disabled = !is;
      if (left) runButton.focus();
    },
  };
}

/** What a run printed, and what is said of it. */
function createAnswer() {
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
  return {
    nodes: [printed, said],
    print(text) {
      printed.hidden = false;
      printed.append(text);
    },
    tell(text) {
      sentence.textContent = text;
    },
    /** Show what `outcome` made of a run. */
    show(found) {
      sentence.textContent = found.sentence;
      details.replaceChildren(
        ...found.details.map((text) => make("li", {}, text)),
      );
      said.dataset.verdict = found.verdict;
    },
    clear() {
      printed.replaceChildren();
      printed.hidden = true;
      sentence.textContent = "";
      details.replaceChildren();
      delete said.dataset.verdict;
    },
  };
}

/** Calls keep() after a pause in typing, or once the page is left. */
function createKeeper(keep) {
  let waiting; // for a pause
  function now() {
    clearTimeout(waiting);
    waiting = undefined;
    keep();
  }
  const ifWaiting = () => waiting && now();
  window.addEventListener("pagehide", ifWaiting);
  return {
    later() {
      clearTimeout(waiting);
      waiting = setTimeout(now, PAUSE);
    },
    ifWaiting,
  };
}

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

  const buttons = createButtons({
    start,
    stop: () => going?.stop(),
    reset() {
      editor.write(code);
      clear();
      editor.focus();
    },
    showSolution,
  });
  const answer = createAnswer();
  const keeper = createKeeper(() => {
    const written = editor.read();
    if (written.length > longest)
      answer.tell(
        say`More than ${longest} characters: what you write now is not kept.`,
      );
    else keep(written);
  });
  const around = make("div", { class: "zm-live-editor" });
  const checked = [say`Then runs: `, make("code", {}, check)];
  const keys = say`Shift-Enter runs; Escape, then Tab leaves the editor.`;
  place.append(
    around,
    make("p", { class: "zm-live-check" }, ...checked),
    buttons.row,
    make("p", { class: "zm-live-hint", id: hint }, keys),
    ...answer.nodes,
  );
  const editor = createEditor({
    parent: around,
    code: kept ?? code,
    label: say`Your Python code`,
    hint,
    onRun: start,
    onChange: keeper.later,
  });
  adopt(style); // after CodeMirror's

  function clear() {
    answer.clear();
    editor.mark(0);
  }

  async function start() {
    if (going) return;
    clear();
    answer.tell(say`Running …`);
    const source = editor.read();
    going = run({ source, check, words: sentences }, answer.print);
    buttons.running(true);
    place.dataset.running = "";
    const found = outcome(await going.ended);
    going = undefined;
    delete place.dataset.running;
    buttons.running(false);
    answer.show(found);
    editor.mark(found.line);
    keeper.ifWaiting();
    if (found.verdict === "right") solve(editor.read());
  }

  editor.focus();
}

window.zeroMeanUnitVariance.openCell = open;
