// A button below each live cell; what the cell needs is loaded when it is pressed.
import { make } from "../dom.js";
import { say } from "../say.js";

const page = window.zeroMeanUnitVariance;
const own = document.currentScript.src;
let loading; // what opens a cell, as a promise

function load() {
  loading ??= new Promise((resolve, reject) => {
    const script = make("script", {
      src: new URL(`live-cells.js?v=${page.version}`, own),
      onload: () => resolve(page.openCell),
      onerror: () => reject(new Error(script.src)),
    });
    document.head.append(script);
  });
  loading.catch(() => (loading = undefined)); // the next press tries again
  return loading;
}

/**
 * Offer to write each live cell of the page. recordOf(item): a record's { read, keep, longest }, of { solved, code }.
 */
export function offerCells(recordOf) {
  for (const place of document.querySelectorAll("[data-cell]")) {
    const record = recordOf(place.dataset.cell);
    const [input] = place.parentElement.getElementsByClassName("cell_input");
    const text = input.querySelector("pre").textContent.trimEnd().split("\n");
    const checked = text.length - place.dataset.check; // lines of the check, at the end
    const solution = place.parentElement.nextElementSibling?.matches(
      ".tag_hide-cell",
    )
      ? place.parentElement.nextElementSibling.querySelector("details")
      : undefined;
    const button = make(
      "button",
      { type: "button", class: "zm-button", onclick: open },
      record.read().code ? say`Go on writing` : say`Write it here`,
    );
    place.append(button);

    async function open() {
      button.disabled = true;
      try {
        const openCell = await load();
        input.hidden = true;
        place.replaceChildren();
        openCell({
          place,
          code: `${text.slice(0, checked).join("\n").trimEnd()}\n`,
          check: text.slice(checked).join("\n"),
          kept: record.read().code,
          longest: record.longest,
          keep: (code) => record.keep({ code }, place),
          solve: (code) => record.keep({ code, solved: true }, place),
          showSolution: solution && (() => show(solution)),
        });
      } catch (error) {
        input.hidden = button.disabled = false;
        const trouble = say`The editor did not load: ${error.message}.`;
        place.replaceChildren(button, make("p", { role: "alert" }, trouble));
      }
    }
  }
}

function show(solution) {
  solution.open = true;
  solution.scrollIntoView({ block: "nearest" });
  solution.querySelector("summary").focus();
}
