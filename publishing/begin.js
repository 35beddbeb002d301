// The script of every page: it joins what the rooms offer.
import { followFold, openKnown, openTarget } from "./folding/index.js";
import { openFigures } from "./live/index.js";
import { offerCells } from "./live_cells/index.js";
import { markFound, offerCopies } from "./page/index.js";
import { openRecord } from "./record/index.js";
import { openStates } from "./states/index.js";

/** What scrolls sideways must be reachable without a mouse. */
function makeScrollersFocusable() {
  for (const el of document.querySelectorAll("pre, div.math, .table-wrapper"))
    if (el.scrollWidth > el.clientWidth) el.tabIndex = 0;
    else el.removeAttribute("tabindex");
}

let record, states; // opened once the page is there
const figures = openFigures({
  born(el, model) {
    record.follow(el, model);
    followFold(el, model);
  },
  alive: (el, model) => states.follow(el, model),
});

function begin() {
  record = openRecord();
  window.zeroMeanUnitVariance.record = record.store;
  openKnown(record.store);
  states = openStates(figures.wake);
  offerCells(record.ofExercise);
  offerCopies();
  openTarget();
  markFound();
  window.addEventListener("hashchange", openTarget);
  figures.watch();
  makeScrollersFocusable();
  window.addEventListener("resize", makeScrollersFocusable);
  // What was folded away had no width.
  document.addEventListener("toggle", makeScrollersFocusable, true);
}
if (document.readyState === "loading")
  document.addEventListener("DOMContentLoaded", begin);
else begin();
