// Brings the explorables of a published page to life without a kernel: each
// stands in the page with its own state, and gets a model that keeps
// anywidget's contract (get, set, on, off, save_changes), but has no send.
import { make, nextTask } from "../dom.js";
import { say } from "../say.js";
import { written } from "./written.js";

class PageModel {
  /** keys: of the traits that a reader can change. */
  constructor(state, keys = []) {
    this.begun = this.state = state;
    this.keys = keys;
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

const page = window.zeroMeanUnitVariance;
const own = document.currentScript.src;
const asked = new Map();

/** Run a script beside this one; what did not come is asked for again next time. */
function run(file) {
  if (!asked.has(file))
    asked.set(
      file,
      new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = new URL(file, own);
        script.onload = resolve;
        script.onerror = () =>
          reject(new Error(say`${script.src} did not load`));
        document.head.append(script);
      }),
    );
  const running = asked.get(file);
  running.catch(() => asked.delete(file));
  return running;
}

/** A trait too large for the page (a Sweep's frames) comes in a file of its own. */
async function lazyTrait(name) {
  const file = `explorables/${name}.js`;
  await run(file);
  try {
    return page.use(name).value;
  } catch (error) {
    asked.delete(file); // it came, and brought something else
    throw error;
  }
}

/** An explorable's code, in a file of its own beside what it shares with others. */
async function explorableIn(name) {
  const drawing = page.plain.includes(name) ? [] : ["drawing"];
  const files = ["shared", ...drawing, name].map(
    (one) => `live/${one}.js?v=${page.version}`,
  );
  await Promise.all(files.map(run));
  return page.use(name).default;
}

/** Have `wake` called for each figure of the page when, or before, it comes into view. */
function watch(wake) {
  let watcher;
  const seen = (entries) => {
    for (const { isIntersecting, target } of entries)
      if (isIntersecting) {
        watcher.unobserve(target);
        wake(target);
      }
  };
  function watchFrom(rootMargin) {
    watcher?.disconnect();
    watcher = new IntersectionObserver(seen, { rootMargin });
    for (const el of document.querySelectorAll(".zm-static:not([data-live])"))
      watcher.observe(el);
  }
  // Who has not scrolled yet may never do so: what is out of sight costs nothing.
  watchFrom("0px");
  const scrolled = () => watchFrom("600px");
  window.addEventListener("scroll", scrolled, { once: true });
}

/**
 * Gives { watch, wake }: watch() has each figure of the page brought to life when, or
 * shortly before, it comes into view, wake(el) at once, and gives its model. `born` is
 * told of each model before it is drawn, `alive` of each figure after that.
 */
export function openFigures({ born, alive }) {
  const models = new Map();
  const explorables = new Map(); // by kind, those that came
  const awake = new Map(); // each figure's model, as a promise

  async function draw(el) {
    const { state, lazy, code } = written(el);
    const loading = Object.entries(lazy).map(async ([trait, name]) => {
      state[trait] = await lazyTrait(name);
    });
    let [explorable] = await Promise.all([explorableIn(code), ...loading]);
    const more = explorable.more?.(state);
    if (more) explorable = await explorableIn(more);
    await nextTask();
    if (more || !explorables.has(state.kind))
      explorables.set(state.kind, explorable);
    // Two views of one widget share its model, as in a notebook.
    const id = el.dataset.model;
    if (!models.has(id)) {
      const model = new PageModel(state, explorable.keys);
      models.set(id, model);
      born(el, model);
    }
    const model = models.get(id);
    page.use("shared").show(explorable, { model, el, begun: model.begun });
    el.dataset.live = "";
    alive(el, model);
    return model;
  }

  /** Bring a still picture to life, and give its model; where that fails, it stays. */
  async function mount(el) {
    try {
      return await draw(el);
    } catch (error) {
      const words = say`This figure could not be brought to life: ${error.message}.`;
      const note = make("p", { class: "zm-trouble" }, words);
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

  function wake(el) {
    if (!awake.has(el)) awake.set(el, mount(el));
    return awake.get(el);
  }

  // One more view of a model, of a kind that is alive on the page.
  const render = (view) =>
    page
      .use("shared")
      .widget((kind) => explorables.get(kind))
      .render(view);
  Object.assign(page, { models, render });
  return {
    wake,
    watch: () => watch(wake),
  };
}
