// The script of every page: it joins what the rooms offer.
import { idle } from "./dom.js";
import { followFold, openKnown, openTarget } from "./folding/index.js";
import { keepLanguage } from "./languages/index.js";
import { openFigures } from "./live/index.js";
import { offerCells } from "./live_cells/index.js";
import { layOutTheRest, markFound, offerCopies } from "./page/index.js";
import { openRecord } from "./record/index.js";
import { openStates } from "./states/index.js";

/** Let what scrolls sideways be reached without a mouse, whenever its size changes. */
function makeScrollersFocusable() {
  const observer = new ResizeObserver((entries) => {
    const elements = entries.map(({ target }) => target);
    // All are measured before one is changed: else each measures a page laid out anew.
    const scrolls = elements.map((el) => el.scrollWidth > el.clientWidth);
    for (const [i, el] of elements.entries())
      if (scrolls[i]) el.tabIndex = 0;
      else el.removeAttribute("tabindex");
  });
  for (const el of document.querySelectorAll("pre, div.math, .table-wrapper"))
    observer.observe(el);
}

const record = openRecord();
window.zeroMeanUnitVariance.record = record.store; // for the scripts that follow
let states; // opened once the page is there
const figures = openFigures({
  born(el, model) {
    record.follow(el, model);
    followFold(el, model);
  },
  alive: (el, model) => states.follow(el, model),
});

function begin() {
  keepLanguage();
  record.show();
  openKnown(record.store);
  states = openStates(figures.wake);
  offerCells(record.ofExercise);
  openTarget();
  markFound();
  window.addEventListener("hashchange", openTarget);
  figures.watch();
  idle(makeScrollersFocusable);
  idle(offerCopies);
  layOutTheRest();
}
// In a task of its own: between the two a page can answer. But who comes to a place is
// there at once.
if (location.hash) begin();
else setTimeout(begin);
