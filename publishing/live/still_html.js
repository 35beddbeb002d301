// Draws explorables where there is no browser: their first picture, which stands in
// the page until its script wakes them, on paper, and for readers without scripts.
// Reads [{ name, state }] as JSON from standard input, writes for each its { html },
// or { error }.
import { readFileSync } from "node:fs";
import { renderToString } from "preact-render-to-string";
import { explorableOf } from "../../explorables/index.js";
import { still as stillFrame } from "../../explorables/lib/still.js";
import { all, draw } from "./drawing.js";
import { element } from "../../explorables/lib/old/controls.js";

// A picture's width in CSS pixels: in the page's column, and on a phone of 390.
const WIDE = 694;
const NARROW = 336;
// Digits that are seen; more would only be loaded.
const ROUNDED = [
  ...["d", "points", "transform", "width", "height", "r"],
  ...["x", "x1", "x2", "cx", "y", "y1", "y2", "cy"],
]
  .map((name) => [name, 2])
  .concat([["fill-opacity", 3]]);

/** Nothing in the picture can be operated, and the controls only keep their place. */
function makeStill(el) {
  for (const node of all(el, ".zm-picture *")) {
    const image = node.matches(".zm-svg[aria-label]");
    for (const name of node.getAttributeNames())
      if (/^(role|tabindex|aria-(?!hidden).*)$/.test(name) && !image)
        node.removeAttribute(name);
    if (image) node.setAttribute("role", "img");
  }
  for (const node of all(el, "[aria-live], .zm-hit")) node.remove();
  for (const input of all(el, "input")) input.removeAttribute("name");
  for (const controls of all(el, ".zm-controls"))
    controls.setAttribute("inert", "");
  for (const invitation of all(el, ".zm-invitation")) {
    const note = element("noscript");
    note.append(
      element(
        "p",
        "zm-invitation",
        {},
        "A still picture; with JavaScript it can be moved.",
      ),
    );
    invitation.after(note);
  }
}

function shorten(el) {
  const shorter = (digits) => (number) =>
    number.startsWith("scale") ? number : String(+(+number).toFixed(digits));
  for (const node of all(el, "svg, svg *")) {
    for (const [name, digits] of ROUNDED)
      if (node.hasAttribute(name))
        node.setAttribute(
          name,
          node
            .getAttribute(name)
            .replace(/scale\([^)]*\)|-?\d*\.\d{3,}(?!\d*e)/g, shorter(digits)),
        );
  }
}

/** Ids that are the same at each build, and that no other still picture has. */
function renumbered(el, name) {
  const ids = all(el, "[id]").map(({ id }) => id);
  return ids
    .map((id, i) => [id, `${name}-${i + 1}`])
    .sort(([a], [b]) => b.length - a.length) // one may begin like another
    .reduce((html, [old, id]) => html.replaceAll(old, id), el.innerHTML);
}

/** Let a picture narrower than the column shrink with it, and its neighbours too. */
function scale(el, width) {
  for (const image of all(el, ".zm-svg")) {
    const share = (100 * image.getAttribute("width")) / width;
    if (share < 100)
      image.setAttribute("style", `max-width:${+share.toFixed(2)}%`);
  }
}

function still({ name, state }) {
  const explorable = explorableOf(state.kind);
  if (typeof explorable !== "function")
    return renderToString(stillFrame(explorable, state, name)).replace(
      /><\/(circle|line|path|rect)>/g,
      "/>",
    );
  const [wide, narrow] = [WIDE, NARROW].map((at) => {
    const el = draw(state, at);
    makeStill(el);
    shorten(el);
    scale(el, at);
    return el;
  });
  if (renumbered(wide, name) !== renumbered(narrow, name)) {
    const picture = wide.querySelector(".zm-picture");
    const other = narrow.querySelector(".zm-picture");
    picture.classList.add("zm-wide");
    other.classList.add("zm-narrow");
    picture.after(other);
  }
  return renumbered(wide, name);
}

const answers = JSON.parse(readFileSync(0, "utf8")).map((request) => {
  try {
    return { html: still(request) };
  } catch (error) {
    return { error: error.message };
  }
});
process.stdout.write(JSON.stringify(answers));
