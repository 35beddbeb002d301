// A button on each piece of code, which copies it.
import { copied, icon, make } from "../dom.js";
import { say } from "../say.js";

const SHEETS = "M5.5 5.5v-3h8v8h-3m-8-5h8v8h-8z";
const TICK = "M3 8.5l3.5 3.5L13 4.5";
const SHOWN = 2000; // ms, that it worked

function face(button, shape, words) {
  button.title = words;
  button.ariaLabel = words;
  button.innerHTML = icon(shape);
}

/** Where the page may not copy, the code is selected: one key is left to press. */
async function copy(button, code) {
  if (await copied(code.textContent.trimEnd())) {
    face(button, TICK, say`Copied.`);
  } else {
    getSelection().selectAllChildren(code);
    face(button, SHEETS, say`Selected: press Ctrl+C, or ⌘C.`);
  }
  setTimeout(() => face(button, SHEETS, say`Copy this code`), SHOWN);
}

export function offerCopies() {
  for (const code of document.querySelectorAll("div.highlight > pre")) {
    const onclick = () => copy(button, code);
    const button = make("button", {
      type: "button",
      class: "zm-copy",
      onclick,
    });
    face(button, SHEETS, say`Copy this code`);
    code.after(button);
  }
}
