// The record on a page: answers are kept and come back, the sidebar shows what is
// done, and the place last read is remembered. An explorable knows nothing of it.
import { answered } from "../../explorables/lib/kept.js";
import { stateIn } from "../live/written.js";
import { addButtons, promptsIn } from "../review/answering.js";
import { say } from "../languages/say.js";
import { make } from "./dom.js";
import { openStore } from "./store.js";

const NAME = document.querySelector('meta[name="zm-page"]')?.content ?? "";

/** Where to begin: gives the store, and what follows a figure once it is mounted. */
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

  if (NAME) {
    followExercises(store, put);
    // The page that asks all of them has its own script.
    const again = document.querySelector(".zm-again");
    if (again) for (const one of promptsIn(again)) addButtons(one, store);
    showProgress(store);
    rememberPlace(store);
  }
  return { store, follow };
}

/** In each folded solution, a box to tick once it was compared with one's own. */
function followExercises(store, put) {
  for (const el of document.querySelectorAll("[data-exercise]")) {
    const name = `exercise:${el.dataset.exercise}`;
    const box = make("input", {
      type: "checkbox",
      checked: store.get(name)?.last.solved,
      onchange: () => put(name, { solved: box.checked }, el),
    });
    el.replaceChildren(make("label", {}, box, " ", say`I solved it`));
  }
}

/** The names of all that can be answered on this page. */
function namesHere() {
  const names = [...document.querySelectorAll("[data-exercise]")].map(
    (el) => `exercise:${el.dataset.exercise}`,
  );
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
  const links = [...document.querySelectorAll(".sidebar-tree a.internal")];
  const pageOf = (link) =>
    link.getAttribute("href") === "#"
      ? NAME
      : link.href.slice(root.length).replace(/\.html.*/, "");
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
    for (const link of links) {
      const page = store.get(`page:${pageOf(link)}`)?.last;
      link.querySelector(".zm-done")?.remove();
      if (!page) continue;
      const { done, of } = page;
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
