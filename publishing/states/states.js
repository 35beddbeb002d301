// Every state of a figure has an address: a link to one moves the figure, without
// leaving the place, Back undoes it, and a button copies the present one.
import { decode, encode, plain } from "../../explorables/lib/address.js";
import { copied, icon, make } from "../dom.js";
import { openAround } from "../folding/index.js";
import { say } from "../say.js";
import { draggable } from "./dragged.js";

const SHAPE =
  "M7 9l2-2m-3-1 2-2a2.8 2.8 0 014 4l-2 2M6 6 4 8a2.8 2.8 0 004 4l2-2";

/** { place, words } of the address `#place?words`. */
function parse(hash) {
  const [place, ...words] = hash.replace(/^#/, "").split("?");
  return { place: plain(place), words: words.join("?") };
}

const figureAt = (place) =>
  document.getElementById(place)?.querySelector(".zm-static");

const own = (model) =>
  Object.fromEntries(model.keys.map((key) => [key, model.get(key)]));

/** What a link sets, the reader has not done: the record leaves it alone. */
function setAll(model, traits) {
  model.quiet = true;
  for (const [key, value] of Object.entries(traits)) model.set(key, value);
  model.quiet = false;
}

/** A word in the figure's frame; "" takes it away. */
function note(el, words) {
  const frame = el.closest(".zm-anchored");
  frame.querySelector(":scope > .zm-said")?.remove();
  if (words)
    frame.append(make("p", { class: "zm-said", role: "status" }, words));
}

/** The press of a link to a figure of this page: { el, address, hash }, or undefined. */
function pressed(event) {
  const link = event.target.closest?.("a[href*='?']");
  const elsewhere =
    event.button || event.ctrlKey || event.metaKey || event.shiftKey;
  if (!link || elsewhere) return undefined;
  const here = location.href.split("#")[0];
  if (link.href.split("#")[0] !== here) return undefined;
  const address = parse(link.hash);
  const el = figureAt(address.place);
  return el && { el, address, hash: link.hash };
}

/** What links have moved on this page; Back undoes it. */
function createMoves() {
  const moves = []; // { model, before, after }
  let now = 0; // how many of them stand
  return {
    add(move, hash) {
      moves.splice(now, Infinity, move);
      now = moves.length;
      history.pushState({ zmMoves: now }, "", hash);
    },
    /** Back, or forward, as far as the links of this page go. */
    onPop({ state }) {
      const to = Math.min(state?.zmMoves ?? 0, moves.length);
      for (; now > to; now -= 1)
        setAll(moves[now - 1].model, moves[now - 1].before);
      for (; now < to; now += 1) setAll(moves[now].model, moves[now].after);
    },
  };
}

/**
 * wake(el) gives the model of a figure, alive. Returns { follow }: to be told of each
 * figure that is alive.
 */
export function openStates(wake) {
  const moves = createMoves();
  const numbers = []; // in sentences: [figure, what shows a model's]

  /** Bring a figure into the state of an address, and say what of it was ignored. */
  async function go({ place, words }) {
    const el = figureAt(place);
    if (!el) return undefined;
    const model = await wake(el);
    if (!model) return undefined;
    const { traits, ignored } = decode(words, model.begun, model.keys);
    const before = own(model);
    setAll(model, traits);
    note(
      el,
      ignored.length
        ? say`Ignored in this link, unknown or out of range: ${ignored.join(", ")}.`
        : "",
    );
    return { model, before, after: own(model) };
  }

  async function onClick(event) {
    const link = pressed(event);
    if (!link) return;
    event.preventDefault();
    openAround(link.el); // a prediction's answer, too: the link was pressed
    const moved = await go(link.address);
    if (!moved) return; // a figure that could not be brought to life has said so
    moves.add(moved, link.hash);
    const { top, bottom } = link.el.getBoundingClientRect();
    if (bottom < 0 || top > innerHeight)
      link.el.scrollIntoView({ block: "nearest" });
  }

  async function arrive() {
    const address = parse(location.hash);
    if (!location.hash.includes("?")) return;
    document.getElementById(address.place)?.scrollIntoView();
    await go(address);
  }

  document.addEventListener("click", onClick);
  window.addEventListener("popstate", moves.onPop);
  window.addEventListener("hashchange", ({ newURL }) => {
    if (!history.state?.zmMoves && new URL(newURL).hash.includes("?")) arrive();
  });
  // Once whoever called has what this returns.
  queueMicrotask(arrive);
  for (const link of document.querySelectorAll('a[title="Drag"]')) {
    const { place, words } = parse(link.hash);
    const el = figureAt(place);
    const move = (words) => go({ place, words });
    if (el) numbers.push([el, draggable(link, { el, words, move })]);
  }
  return {
    follow(el, model) {
      addButton(el, model);
      for (const [figure, show] of numbers)
        if (figure === el) model.on("change", () => show(model));
    },
  };
}

/** In the corner of a figure's frame: copies the address of its present state. */
function addButton(el, model) {
  const frame = el.closest(".zm-anchored");
  if (!model.keys.length || !frame || model.get("kind") === "Predict") return;
  const link = make("button", {
    type: "button",
    class: "zm-copy",
    "aria-label": say`Copy a link to this state`,
    title: say`Copy a link to this state`,
    async onclick() {
      const words = encode(model.state, model.begun, model.keys);
      if (words === undefined) {
        note(el, say`This state has too many digits for a link.`);
        return;
      }
      const page = location.href.split("#")[0];
      const address = `${page}#${frame.id}${words && `?${words}`}`;
      note(el, (await copied(address)) ? say`Link copied.` : address);
    },
  });
  link.innerHTML = icon(SHAPE);
  frame.append(link);
}
