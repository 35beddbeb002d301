// What stands behind a prediction opens with it.
import { plain } from "../../explorables/lib/address.js";
import { stateIn } from "../live/index.js";

const foldOf = (el) =>
  document.querySelector(`.zm-behind[data-for="${el.dataset.model}"]`);

/** Let a prediction's fold follow it. */
export function followFold(el, model) {
  const fold = foldOf(el);
  if (!fold) return;
  const follow = () => (fold.open = model.get("opened"));
  if (model.get("opened")) follow();
  model.on("change:opened", follow);
}

/**
 * Take over the folds behind predictions, whose own summaries are then not needed. What
 * was opened before opens at once, so that nothing moves later.
 */
export function openKnown(store) {
  for (const el of document.querySelectorAll('[data-kind="Predict"]')) {
    const fold = foldOf(el);
    if (!fold) continue;
    fold.dataset.live = "";
    if (store.get(`guess:${stateIn(el)?.item}`)) fold.open = true;
  }
}

/** Open whatever a place lies in; says whether anything was closed. */
export function openAround(target) {
  const closed = target.closest("details:not([open])");
  for (
    let fold = target.closest("details");
    fold;
    fold = fold.parentElement.closest("details")
  )
    fold.open = true;
  return Boolean(closed);
}

/** Open whatever the place of the address lies in. */
export function openTarget() {
  const id = plain(location.hash.slice(1));
  const target = id ? document.getElementById(id) : null;
  if (target && openAround(target)) target.scrollIntoView();
}
