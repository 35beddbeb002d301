// The still picture of a figure: the same values, with nothing to operate.
import { h } from "preact";
import { frame, pictureOf } from "./frame.js";
import { div, p } from "./marks.js";
import { speaker } from "./say.js";
import { shownBy } from "./shown.js";
import { mapped } from "./tree.js";

// What the theme leaves a picture, as test_without_javascript.py finds it on the pages.
const WIDE = 702; // in the page's column
const NARROW = 336; // and on a phone of 390 pixels
// Digits that are seen; more would only be loaded.
const DIGITS = { "fill-opacity": 3 };
const LENGTHS =
  /^(d|points|transform|width|height|r|x|x1|x2|cx|y|y1|y2|cy|fill-opacity)$/;
const ATTRIBUTES = / (d|transform|x|x1|x2|y|y1|y2|width|height)="[^"]*"/g;

const shorter = (text, digits = 2) =>
  String(text).replace(/scale\([^)]*\)|-?\d*\.\d{3,}(?!\d*e)/g, (found) =>
    found.startsWith("scale") ? found : String(+(+found).toFixed(digits)),
  );

function rounded(name, value) {
  // What matplotlib drew is one text.
  if (name === "dangerouslySetInnerHTML")
    return {
      __html: value.__html.replace(ATTRIBUTES, (found) => shorter(found)),
    };
  if (value == null || !LENGTHS.test(name)) return value;
  return shorter(value, DIGITS[name]);
}

const filtered = (props, keep) =>
  Object.fromEntries(Object.entries(props).filter(keep));

/** A change for `mapped`: what can be operated becomes what can be looked at. */
const stillMark = (width) => (props) => {
  if (props.class === "zm-hit") return null;
  if (props["fill-opacity"] === 0) return null;
  if (props.class === "zm-svg") {
    // It shrinks with the column, and its neighbours too.
    const share = (100 * props.viewBox.split(" ")[2]) / width;
    const most = share < 100 ? `;max-width:${+share.toFixed(2)}%` : "";
    return { ...props, role: "img", style: `${props.style}${most}` };
  }
  const kept = filtered(
    props,
    ([name, value]) =>
      typeof value !== "function" &&
      !/^(role|tabindex|aria-(?!hidden).*)$/.test(name),
  );
  for (const name of Object.keys(kept)) kept[name] = rounded(name, kept[name]);
  return kept;
};

/** A picture, or what else a view returned, as it stands still. */
export const stillOf = (marks, width) => mapped(marks, stillMark(width));

/** Marks as text, without what Preact numbers them by. */
const textOf = (marks) =>
  JSON.stringify(marks, (key, value) =>
    key.startsWith("__") ? undefined : value,
  );

const withoutHandlers = (props) =>
  filtered(props, ([, value]) => typeof value !== "function");

/** What would be operated, if there were a script: it only keeps its place. */
const inert = (part) =>
  part && mapped(h(part.type, { ...part.props, inert: true }), withoutHandlers);

/**
 * The frame of a figure for a page before its script runs, on paper, and for readers
 * without scripts. Where its picture differs with the width, it is there twice.
 */
export function still(explorable, traits, id) {
  if (explorable.still) return explorable.still({ ...traits, id });
  const say = speaker(traits);
  const drawn = (width, name = id) => {
    const shown = shownBy(explorable, traits, { id: name, width });
    return { ...shown, pictures: stillOf(shown.pictures, width) };
  };
  const wide = drawn(WIDE);
  const same = textOf(wide.pictures) === textOf(drawn(NARROW).pictures);
  const { props } = frame(wide, { id, language: traits.language });
  const [title, invitation, picture, body, readout, controls] = props.children;
  return div(
    withoutHandlers({ ...props, children: null }),
    title,
    invitation,
    picture &&
      h(
        "noscript",
        {},
        p(
          { class: "zm-invitation" },
          say`A still picture; with JavaScript it can be moved.`,
        ),
      ),
    same
      ? picture
      : [
          pictureOf(wide, "zm-wide"),
          // An id stands once on a page.
          pictureOf(drawn(NARROW, `${id}-narrow`), "zm-narrow"),
        ],
    inert(body),
    readout,
    inert(controls),
  );
}
