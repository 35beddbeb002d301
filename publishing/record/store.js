// The one place that asks the browser to keep something. Where it refuses, everything
// works until the page is left, and `trouble` says why nothing is kept.
import { say } from "../say.js";
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
 * What is kept, as the storage and this tab have it together. refresh() gives what all
 * tabs have kept until now; update(change) keeps what `change` makes of it.
 */
function createMemory(storage, now) {
  let kept = empty();
  let trouble = ""; // a key of REASONS
  let dropped = 0;
  let known; // the text that `kept` has taken in

  function refresh() {
    let text;
    try {
      text = storage().getItem(KEY);
    } catch {
      trouble = "refused";
      return kept;
    }
    // Until it can be written again, for all that is known.
    if (trouble !== "full") trouble = "";
    if (text === null || text === known) return kept;
    const found = read(text, now());
    if (found.trouble) trouble = found.trouble;
    else {
      kept = join(kept, found.kept);
      known = text;
    }
    return kept;
  }

  return {
    refresh,
    kept: () => kept,
    trouble: () => trouble,
    dropped: () => dropped,
    /** What cannot be read stays in the storage. */
    update(change) {
      kept = change(refresh());
      const fitted = fit(kept);
      dropped = fitted.dropped;
      kept = fitted.kept;
      if (trouble && trouble !== "full") return;
      try {
        const text = write(kept);
        storage().setItem(KEY, text);
        known = text;
        trouble = "";
      } catch (error) {
        trouble = error?.name === "QuotaExceededError" ? "full" : "refused";
      }
    },
    /** Take out of the storage what all tabs have kept. */
    remove() {
      trouble = "";
      try {
        storage().removeItem(KEY);
      } catch {
        // Then there is nothing in it either.
      }
    },
  };
}

/**
 * A store over `storage()`, which gives localStorage or throws; where it lasts no
 * longer than the tab, `lasting()` says so. `now` gives the time in milliseconds. Every
 * change is told to whoever has subscribed.
 */
export function createStore({ storage, lasting = () => true, now = Date.now }) {
  const memory = createMemory(storage, now);
  const listeners = new Set();

  const tell = () => listeners.forEach((listener) => listener());
  function update(change) {
    memory.update(change);
    tell();
  }

  return {
    get: (name) => memory.kept().records[name],
    all: () => memory.kept().records,
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
    text: () => write(memory.kept()),
    /** Forget everything, in the other tabs, too. */
    erase() {
      memory.remove();
      update((kept) => ({
        ...empty(),
        era: Math.max(now(), kept.era + 1),
      }));
    },
    /** Another tab has written. */
    changed() {
      memory.refresh();
      tell();
    },
    refresh: memory.refresh,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** A sentence on what is not kept; "" where everything is. */
    trouble() {
      const why = memory.trouble() || (lasting() ? "" : "refused");
      if (why) return REASONS[why]();
      const dropped = memory.dropped();
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
