// What a link to the glossary or the bibliography leads to, shown beside the link:
// under a pointer that can hover, and on keyboard focus. As WCAG 1.4.13 asks, Escape
// takes it away, a pointer can move onto it, and it stays while it is pointed at. Written
// behind LINKS, the selector of these, and TEXTS, what is shown by link: a page asks for
// all three when it first has use for them.
/* global LINKS, TEXTS */
const WAIT = 250; // ms: a pointer that only passes opens nothing and closes nothing

const article = document.querySelector("article");
const box = document.createElement("div");
box.className = box.id = "zm-preview";
box.setAttribute("role", "tooltip");
let shown;
let timer;

function hide() {
  clearTimeout(timer);
  box.remove();
  shown?.removeAttribute("aria-describedby");
  shown = undefined;
}

function show(link) {
  clearTimeout(timer);
  if (link === shown) return;
  hide();
  const page = link.pathname.split("/").pop();
  const text = TEXTS[page + link.hash] ?? TEXTS[link.href];
  if (!text) return;
  shown = link;
  box.innerHTML = text;
  article.append(box);
  link.removeAttribute("title"); // the browser's own preview
  link.setAttribute("aria-describedby", box.id);
  place(link.getBoundingClientRect());
}

/** Under the link, or above it where there is more room. */
function place(link) {
  const origin = box.offsetParent.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const left = Math.max(8, Math.min(link.left, clientWidth - width - 8));
  const below = link.bottom + height <= clientHeight || link.top < height;
  const top = below ? link.bottom : link.top - height;
  box.style.left = `${left - origin.left}px`;
  box.style.top = `${top - origin.top}px`;
}

document.addEventListener("pointerover", ({ target, pointerType }) => {
  const link = target.closest(LINKS);
  if (pointerType === "touch") return;
  clearTimeout(timer);
  if (box.contains(target) || !(link || shown)) return;
  timer = setTimeout(() => {
    if (link) show(link);
    else if (!shown?.matches(":focus-visible")) hide();
  }, WAIT);
});
document.addEventListener("focusin", ({ target }) => {
  if (target.matches(":focus-visible") && target.closest(LINKS)) show(target);
});
document.addEventListener("focusout", ({ target }) => {
  if (target === shown) hide();
});
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") hide();
});
