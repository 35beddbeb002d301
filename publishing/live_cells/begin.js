// A button below each live cell; what the cell needs is loaded when it is pressed.
import { speaker } from "../../explorables/lib/say.js";
import { make } from "../record/dom.js";

let loading; // what opens a cell, as a promise

function load(root) {
  loading ??= new Promise((resolve, reject) => {
    const script = make("script", {
      src: new URL("live-cells.js", root),
      onload: () => resolve(window.zeroMeanUnitVariance.openCell),
      onerror: () => reject(new Error(script.src)),
    });
    document.head.append(script);
  });
  loading.catch(() => (loading = undefined)); // the next press tries again
  return loading;
}

/**
 * Offer to write each live cell of the page. root: the address of what is loaded;
 * recordOf(item): a record's { read, keep, longest }, of { solved, code }.
 */
export function offerCells(root, recordOf) {
  const say = speaker({ language: document.documentElement.lang });
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
        const openCell = await load(root);
        input.hidden = true;
        place.replaceChildren();
        openCell({
          place,
          say,
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
