// Brings the explorables of a published page to life without a kernel: each
// stands in the page with its own state, and gets a model that keeps
// anywidget's contract (get, set, on, off, save_changes), but has no send.
import widget, { draw } from "../../explorables/index.js";
import { followFold, openKnown, openTarget } from "../folding/fold.js";
import { say } from "../languages/say.js";
import { openRecord } from "../record/page.js";
import { openStates } from "../states/states.js";
import { written } from "./written.js";

class PageModel {
  constructor(state) {
    this.begun = this.state = state;
    this.listeners = new Map();
  }

  get(key) {
    return this.state[key];
  }

  set(key, value) {
    if (JSON.stringify(this.state[key]) === JSON.stringify(value)) return;
    this.state = { ...this.state, [key]: value };
    this.emit(`change:${key}`);
    this.emit("change");
  }

  on(event, listener) {
    if (!this.listeners.has(event)) this.listeners.set(event, new Set());
    this.listeners.get(event).add(listener);
  }

  off(event, listener) {
    if (listener) this.listeners.get(event)?.delete(listener);
    else this.listeners.delete(event);
  }

  emit(event) {
    for (const listener of this.listeners.get(event) ?? [])
      try {
        listener();
      } catch (error) {
        reportError(error); // and the others are told all the same
      }
  }

  save_changes() {}
}

// A trait too large for the page (a Sweep's frames) comes in a file of its own,
// a classic script, since file:// allows no other way to load it.
const base = new URL("explorables/", document.currentScript.src);
const models = new Map();
const deliver = new Map();
let record, states; // opened once the page is there
window.zeroMeanUnitVariance = { models, deliver, render: widget().render };

const files = new Map();
function fetchLazy(file) {
  if (!files.has(file))
    files.set(
      file,
      new Promise((resolve, reject) => {
        const script = document.createElement("script");
        deliver.set(file, resolve);
        script.src = new URL(`${file}.js`, base);
        // Also where it came, and brought something else.
        script.onload = script.onerror = () =>
          reject(new Error(say`${script.src} did not load`));
        document.head.append(script);
      }),
    );
  const loading = files.get(file);
  loading.catch(() => files.delete(file)); // the next who needs it tries again
  return loading;
}

/** Bring a still picture to life, and give its model; where that fails, it stays. */
async function mount(el) {
  try {
    const { state, lazy } = written(el);
    const loading = Object.entries(lazy).map(async ([trait, file]) => {
      state[trait] = await fetchLazy(file);
    });
    await Promise.all(loading);
    // Two views of one widget share its model, as in a notebook.
    const id = el.dataset.model;
    if (!models.has(id)) {
      models.set(id, new PageModel(state));
      record.follow(el, models.get(id));
      followFold(el, models.get(id));
    }
    const model = models.get(id);
    draw({ model, el, begun: model.begun });
    el.dataset.live = "";
    states.follow(el, model);
    return model;
  } catch (error) {
    const note = document.createElement("p");
    note.className = "zm-trouble";
    note.textContent = say`This figure could not be brought to life: ${error.message}.`;
    (el.querySelector(".zm-explorable") ?? el).append(note);
    el.dataset.failed = "";
    console.error(error);
    const again = () => {
      note.remove();
      delete el.dataset.failed;
      awake.set(el, mount(el));
    };
    window.addEventListener("online", again, { once: true });
    return undefined;
  }
}

const awake = new Map(); // each figure's model, as a promise
function wake(el) {
  watcher.unobserve(el);
  if (!awake.has(el)) awake.set(el, mount(el));
  return awake.get(el);
}

// Awake shortly before it comes into view.
const watcher = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries)
      if (isIntersecting) wake(target);
  },
  { rootMargin: "600px" },
);

// What scrolls sideways must be reachable without a mouse.
function makeScrollersFocusable() {
  for (const el of document.querySelectorAll("pre, div.math, .table-wrapper"))
    if (el.scrollWidth > el.clientWidth) el.tabIndex = 0;
    else el.removeAttribute("tabindex");
}

function begin() {
  record = openRecord();
  window.zeroMeanUnitVariance.record = record.store;
  openKnown(record.store);
  states = openStates(wake);
  openTarget();
  window.addEventListener("hashchange", openTarget);
  for (const el of document.querySelectorAll(".zm-static")) watcher.observe(el);
  makeScrollersFocusable();
  window.addEventListener("resize", makeScrollersFocusable);
}
if (document.readyState === "loading")
  document.addEventListener("DOMContentLoaded", begin);
else begin();
