// The record on a page: answers are kept and come back, the sidebar shows what is
// done, and the place last read is remembered. An explorable knows nothing of it.
import { answered } from "../../explorables/lib/kept.js";
import { stateIn } from "../live/index.js";
import { addButtons, promptsIn } from "../review/index.js";
import { make } from "../dom.js";
import { say } from "../say.js";
import { LONGEST_CODE } from "./format.js";
import { openStore } from "./store.js";

const NAME = document.querySelector('meta[name="zm-page"]')?.content ?? "";

/**
 * Where to begin: gives the store, what follows a figure once it is mounted, what is kept
 * of an exercise, and show(), which has the page show what is kept.
 */
export function openRecord() {
  const store = openStore();
  let told = false;

  /** Keep an entry; say once on the page, in `place`, if that cannot be. */
  function put(name, entry, place) {
    store.put(name, NAME, entry);
    const trouble = store.trouble();
    if (!trouble || told || !place) return;
    told = true;
    place.append(make("p", { class: "zm-not-kept", role: "status" }, trouble));
  }

  /** Bring a figure's answers back, before it is drawn, and keep what becomes of it. */
  function follow(el, model) {
    const kept = answered[model.get("kind")];
    if (kept) followAnswers(el, model, kept);
    else {
      const id = el.closest("[id]")?.id;
      const touched = () => {
        if (model.quiet) return;
        model.off("change", touched);
        put(`figure:${NAME}#${id}`, {});
      };
      if (id) model.on("change", touched);
    }
  }

  function followAnswers(el, model, { names, entries, traits }) {
    const all = names(model.state);
    const last = all.map((name) => store.get(name)?.last);
    if (last.some(Boolean))
      for (const [key, value] of Object.entries(traits(model.state, last)))
        model.set(key, value);
    let before = entries(model.state).map((entry) => JSON.stringify(entry));
    model.on("change", () => {
      const now = entries(model.state);
      const texts = now.map((entry) => JSON.stringify(entry));
      now.forEach((entry, i) => {
        if (entry && texts[i] !== before[i] && !model.quiet)
          put(all[i], entry, el);
      });
      before = texts;
    });
  }

  /**
   * What is kept of an exercise: { read, keep, longest }, of { solved, code }; code of
   * more than `longest` characters is not.
   */
  function ofExercise(item) {
    const name = `exercise:${item}`;
    const read = () => {
      const { solved = false, code } = store.get(name)?.last ?? {};
      return { solved, code };
    };
    return {
      read,
      keep({ code, ...change }, place) {
        const fits = code !== undefined && code.length <= LONGEST_CODE;
        put(name, { ...read(), ...change, ...(fits && { code }) }, place);
      },
      longest: LONGEST_CODE,
    };
  }

  function show() {
    if (!NAME) return;
    followExercises(store, ofExercise);
    // The page that asks all of them has its own script.
    const again = document.querySelector(".zm-again");
    if (again) for (const one of promptsIn(again)) addButtons(one, store);
    showProgress(store);
    rememberPlace(store);
  }
  return { store, follow, ofExercise, show };
}

/** In each folded solution, a box to tick once it was compared with one's own. */
function followExercises(store, ofExercise) {
  for (const el of document.querySelectorAll("[data-exercise]")) {
    const { read, keep } = ofExercise(el.dataset.exercise);
    const box = make("input", {
      type: "checkbox",
      onchange: () => keep({ solved: box.checked }, el),
    });
    const show = () => (box.checked = read().solved);
    store.subscribe(show); // the judge ticks it, too
    show();
    el.replaceChildren(make("label", {}, box, " ", say`I solved it`));
  }
}

/** The names of all that can be answered on this page. */
function namesHere() {
  const exercises = document.querySelectorAll("[data-exercise], [data-cell]");
  const items = [...exercises].map(
    ({ dataset }) => dataset.exercise ?? dataset.cell,
  );
  const names = [...new Set(items)].map((item) => `exercise:${item}`);
  for (const el of document.querySelectorAll(".zm-static[data-kind]")) {
    const kept = answered[el.dataset.kind];
    const state = kept && stateIn(el);
    if (state) names.push(...kept.names(state));
  }
  return names;
}

/** How much of each page is done, beside its link in the sidebar. */
function showProgress(store) {
  const names = namesHere();
  const root = new URL(
    document.documentElement.dataset.content_root ?? "./",
    location.href,
  ).href;
  const links = document.querySelectorAll(".sidebar-tree a.internal");
  const pageOf = (link) =>
    link.getAttribute("href") === "#"
      ? NAME
      : link.href.slice(root.length).replace(/\.html.*/, "");
  const rows = [...links].map((link) => ({ link, page: pageOf(link) }));
  const show = () => {
    const done = names.filter((name) => {
      const last = store.get(name)?.last;
      return last && last.solved !== false;
    }).length;
    const before = store.get(`page:${NAME}`)?.last;
    if (done && (before?.done !== done || before?.of !== names.length)) {
      store.put(`page:${NAME}`, NAME, { done, of: names.length });
      return; // and is told of it
    }
    for (const row of rows) {
      const { link, shown } = row;
      const last = store.get(`page:${row.page}`)?.last;
      if (last === shown) continue;
      row.shown = last;
      link.querySelector(".zm-done")?.remove();
      if (!last) continue;
      const { done, of } = last;
      const title = done < of ? say`${done} of ${of} done` : say`done`;
      const mark = done < of ? `${done}/${of}` : "✓";
      link.append(
        make(
          "span",
          { class: "zm-done", role: "img", "aria-label": title, title },
          mark,
        ),
      );
    }
  };
  store.subscribe(show);
  show();
}

/** The section that is read when a chapter's page is left. */
function rememberPlace(store) {
  if (!NAME.startsWith("chapters/")) return;
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    const sections = [...document.querySelectorAll("article section[id]")];
    const read = (section) =>
      section.getBoundingClientRect().top < innerHeight / 3;
    const section = sections.filter(read).at(-1) ?? sections[0];
    const heading = section.querySelector(":is(h1, h2, h3, h4)");
    store.put("place:last", NAME, {
      anchor: section.id,
      heading: heading.textContent.replace(/[¶#]$/, "").trim(),
    });
  });
}
