// The one place that asks the browser to keep something. Where it refuses, everything
// works until the page is left, and `trouble` says why nothing is kept.
import { say } from "../languages/say.js";
import { KEY, add, empty, fit, join, read, takeFile, write } from "./format.js";

const unreadable = () =>
  say`What this browser kept of the book cannot be read any more: it is gone when you leave.`;
const REASONS = {
  refused: () =>
    say`This browser does not allow the page to keep anything: it is gone when you leave.`,
  full: () =>
    say`This browser has no room left for what the page would keep: it is gone when you leave.`,
  unreadable,
  foreign: unreadable,
  newer: () =>
    say`What this browser keeps was written by a newer edition of the book: it is gone when you leave.`,
  older: unreadable,
};

/**
 * A store over `storage()`, which gives localStorage or throws; where it lasts no
 * longer than the tab, `lasting()` says so. `now` gives the time in milliseconds. Every
 * change is told to whoever has subscribed.
 */
export function createStore({ storage, lasting = () => true, now = Date.now }) {
  let memory = empty();
  let trouble = ""; // a key of REASONS
  let dropped = 0;
  const listeners = new Set();

  /** What all tabs have kept until now. */
  function refresh() {
    let text;
    try {
      text = storage().getItem(KEY);
    } catch {
      trouble = "refused";
      return memory;
    }
    // Until it can be written again, for all that is known.
    if (trouble !== "full") trouble = "";
    if (text === null) return memory;
    const found = read(text, now());
    if (found.trouble) trouble = found.trouble;
    else memory = join(memory, found.kept);
    return memory;
  }

  /** Keep what `change` makes of the latest state; what cannot be read stays. */
  function update(change) {
    memory = change(refresh());
    const fitted = fit(memory);
    dropped = fitted.dropped;
    memory = fitted.kept;
    if (!trouble || trouble === "full")
      try {
        storage().setItem(KEY, write(memory));
        trouble = "";
      } catch (error) {
        trouble = error?.name === "QuotaExceededError" ? "full" : "refused";
      }
    tell();
  }

  const tell = () => listeners.forEach((listener) => listener());

  return {
    get: (name) => memory.records[name],
    all: () => memory.records,
    put: (name, page, entry = {}) =>
      update((kept) => add(kept, name, page, { at: now(), ...entry })),
    review: (name, page, grade) =>
      update((kept) =>
        add(kept, name, page, [Math.floor(now() / 1000), grade]),
      ),
    /** Take a file's records; returns what there is to say of it. */
    take(text) {
      let said;
      update((kept) => {
        const taken = takeFile(kept, text, now());
        said = taken.said;
        return taken.kept;
      });
      return said;
    },
    text: () => write(memory),
    /** Forget everything, in the other tabs, too. */
    erase() {
      trouble = "";
      try {
        storage().removeItem(KEY);
      } catch {
        // Then there is nothing in it either.
      }
      update((kept) => ({
        ...empty(),
        era: Math.max(now(), kept.era + 1),
      }));
    },
    /** Another tab has written. */
    changed() {
      refresh();
      tell();
    },
    refresh,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** A sentence on what is not kept; "" where everything is. */
    trouble() {
      const why = trouble || (lasting() ? "" : "refused");
      if (why) return REASONS[why]();
      return dropped
        ? say`There was no room for ${dropped} of the oldest records.`
        : "";
    },
  };
}

/** The store of this browser, which hears what other tabs keep. */
export function openStore() {
  const store = createStore({
    storage: () => window.localStorage,
    lasting: () => !window.localStorage.refused, // a page's substitute
  });
  store.refresh();
  window.addEventListener("storage", ({ key }) => {
    if (key === KEY || key === null) store.changed();
  });
  return store;
}
