// A figure in a browser: the only place that asks the browser for anything.
import { render } from "preact";
import { frame } from "./frame.js";
import { stateOf, write } from "./model.js";
import { player } from "./play.js";
import { speaker } from "./say.js";
import { shownBy } from "./shown.js";

const ANNOUNCE_AFTER = 700; // ms of quiet before a screen reader is told
const USUAL_WIDTH = 640; // of what has no width, in CSS pixels
const NARROWEST = 320; // that a picture is laid out for
const TEXT = 16; // pixels a rem, at the usual size of text
const MOVING = 250; // ms: what theme.css lets marks move in, and a little more

/** An id that no other copy of this code on the page can have. */
const uid = () => `zm-${Math.random().toString(36).slice(2, 10)}`;

/** Where text is larger, a picture is laid out for less, and drawn larger. */
function unitsOf(pixels) {
  const width = pixels || USUAL_WIDTH;
  const { fontSize } = getComputedStyle(document.documentElement);
  const larger = Math.max(1, parseFloat(fontSize) / TEXT);
  return Math.max(width / larger, Math.min(width, NARROWEST));
}

/** Clear away what a live figure does not take over of the still one in `el`. */
function takeOver(el, explorable) {
  // A frame of its own: an element that became another would move across the page.
  if (explorable.still) {
    render(null, el); // forgets the frame whose width was asked for
    return el.replaceChildren();
  }
  const pictures = [...el.querySelectorAll(".zm-picture")];
  const seen = pictures.find((one) => one.getClientRects().length);
  for (const node of [...el.querySelectorAll("script, noscript"), ...pictures])
    if (node !== (seen ?? pictures[0])) node.remove();
}

/** Keep a readout that has once taken three lines as high: no control moves away. */
function keeper(readout) {
  let tallest = 0;
  const keep = (height) => {
    tallest = height;
    readout.style.minHeight = height ? `${height}px` : "";
  };
  return {
    grow: (height) => height > tallest && keep(height),
    forget: () => keep(0),
  };
}

/** Tell resized(...) the width of a figure's picture; returns what ends it. */
function observe(root, { resized }) {
  const picture = root.querySelector(".zm-picture");
  const readout = root.querySelector(".zm-readout");
  const kept = keeper(readout);
  // Sizes come from the observer alone: asking the page for them while drawing would
  // make it lay itself out once more for each step of a drag.
  const observer = new ResizeObserver((entries) => {
    const sizes = new Map(entries.map((one) => [one.target, one.contentRect]));
    // The height that comes with a new width is that of the old one.
    if (resized(sizes.get(picture)?.width)) kept.forget();
    else kept.grow(sizes.get(readout)?.height);
  });
  // Without a picture nobody would notice a new width.
  if (picture) for (const one of [readout, picture]) observer.observe(one);
  return () => observer.disconnect();
}

/**
 * Lets marks move to where a button, Play or a link puts them. What follows at once, as
 * a number that is dragged in the text does, has them without delay; so has a hand.
 */
function mover(el) {
  let [timer, last] = [0, -MOVING];
  const root = () => el.firstElementChild;
  const stop = () => {
    clearTimeout(timer);
    delete root()?.dataset.moving;
  };
  const start = () => {
    stop();
    root().dataset.moving = "";
    timer = setTimeout(stop, MOVING);
  };
  return {
    stop,
    start,
    fromOutside() {
      const now = performance.now();
      if (now - last > MOVING) start();
      else stop();
      last = now;
    },
  };
}

/** Says what the readout says to a screen reader, once nothing changes any more. */
function announcer(root) {
  let [timer, last] = [0, 0];
  const [readout, said] = [".zm-readout", ".zm-hidden[aria-live]"].map((name) =>
    root.querySelector(name),
  );
  // One timer for all steps of a drag: it waits on where something has changed since.
  function due() {
    const left = last + ANNOUNCE_AFTER - performance.now();
    timer = left > 0 ? setTimeout(due, left) : 0;
    if (!timer) said.textContent = readout.textContent;
  }
  return {
    later() {
      last = performance.now();
      timer ||= setTimeout(due, ANNOUNCE_AFTER);
    },
    stop: () => clearTimeout(timer),
  };
}

/**
 * Draws the states of `model` in `el`, at most once a frame; a new one is drawn before
 * whoever handles an event can see an old one. set(traits, remembered) is for handlers.
 */
function drawer(explorable, { model, el, id, begun, set }) {
  let [width, waiting] = [0, 0];
  let shown, local;

  const state = () => ({ ...stateOf(model), id, local });
  const reset = () => set(picked(begun, explorable.keys));
  const put = (values, failed) => {
    const language = model.get("language");
    render(frame(values, { id, reset, language, failed }), el);
  };
  function draw(prepare) {
    waiting = 0;
    shown = shownBy(explorable, stateOf(model), { id, local, width, set });
    local = shown.local;
    prepare?.();
    put(shown);
  }
  function redraw() {
    try {
      draw();
    } catch (error) {
      console.error(error);
      const say = speaker(state());
      // The picture is an old one.
      const readout = say`This cannot be drawn: ${error.message}`;
      put({ ...shown, readout }, true);
    }
  }
  /** Draw what has changed; returns whether nothing was waiting to be drawn. */
  function schedule() {
    const first = !waiting;
    waiting ||= requestAnimationFrame(redraw);
    return first;
  }
  return {
    state,
    schedule,
    begin() {
      width = unitsOf(widthIn(el, put));
      draw(() => takeOver(el, explorable));
    },
    remember(remembered) {
      local = { ...local, ...remembered };
      schedule();
    },
    /** Take a width in pixels; returns whether it is a new one. */
    resized(pixels) {
      if (pixels === undefined || unitsOf(pixels) === width) return false;
      width = unitsOf(pixels);
      schedule();
      return true;
    },
    /** What a handler sees is what the state is. */
    catchUp({ type, target }) {
      if (!waiting) return;
      cancelAnimationFrame(waiting);
      const { value } = target;
      redraw();
      // Which has put back what was typed a moment ago, and is about to be handled.
      if (type === "input" && target.value !== value) target.value = value;
    },
    stop: () => cancelAnimationFrame(waiting),
  };
}

/**
 * Draw an explorable in `el` and keep it drawn; returns the cleanup that anywidget
 * expects of render. A still picture in `el` is taken over, as is its id. `begun` is
 * the state that the model began with: Reset puts the explorable's `keys` back. Where
 * the first drawing throws, this does; a later one says so until the state changes.
 */
export function show(explorable, { model, el, begun = stateOf(model) }) {
  const id = el.querySelector(".zm-title")?.id.replace(/-title$/, "") || uid();
  const drawn = drawer(explorable, { model, el, id, begun, set });
  const move = mover(el);
  const play = player(explorable.play, {
    get: drawn.state,
    set(...values) {
      move.start();
      set(...values);
    },
  });
  let own = false; // a change that is made here

  function set(traits, remembered) {
    if (remembered) drawn.remember(remembered);
    own = true;
    write(model, traits);
    own = false;
    play.follow();
  }

  drawn.begin();
  const wanted = explorable.wake?.(drawn.state());
  if (wanted) set(wanted);
  const root = el.firstElementChild;
  const announce = announcer(root);
  const unobserve = observe(root, drawn);
  const changed = () => {
    // A link changes several traits at once.
    if (drawn.schedule() && !own) move.fromOutside();
    announce.later();
  };
  model.on("change", changed);
  const input = (event) => {
    if (event.type === "click" && event.target.closest("button")) move.start();
    else if (event.type !== "pointermove") move.stop();
    drawn.catchUp(event);
    // A button that the state has disabled does nothing, though it was pressed before
    // this could be seen.
    if (event.target.disabled) event.stopImmediatePropagation();
  };
  for (const event of INPUTS) root.addEventListener(event, input, true);
  // Also where nothing changed: a slider stands where its value is.
  root.addEventListener("input", drawn.schedule);
  return () => {
    model.off("change", changed);
    unobserve();
    announce.stop();
    move.stop();
    play.stop();
    drawn.stop();
  };
}

const INPUTS = ["pointerdown", "pointermove", "keydown", "input", "click"];

const picked = (state, keys) =>
  Object.fromEntries(keys.map((key) => [key, state[key]]));

/** The width that a picture has in `el`: that of a still one, or of an empty frame. */
function widthIn(el, put) {
  const seen = () =>
    [...el.querySelectorAll(".zm-picture")]
      .map((one) => one.getBoundingClientRect().width)
      .find((one) => one);
  if (el.querySelector(".zm-explorable")) return seen();
  put({ pictures: [] });
  const width = seen();
  render(null, el); // Preact must know of nothing that a failure takes away
  return width;
}
