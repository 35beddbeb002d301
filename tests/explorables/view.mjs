// Views explorables for a test, with no browser: reads [{ state, width, acts }] as JSON
// from standard input, and writes for each the HTML of its figure and what its handlers
// set. An act is { name, event, of }: the event's handler, with these properties, of the
// element of that name.
import { readFileSync } from "node:fs";
import { renderToString } from "preact-render-to-string";
import { explorableOf } from "../../explorables/index.js";
import { frame } from "../../explorables/lib/frame.js";
import { shownBy } from "../../explorables/lib/shown.js";
import { textOf } from "../../explorables/lib/tree.js";

/** All elements of a tree. */
function elements(node) {
  if (Array.isArray(node)) return node.flatMap(elements);
  if (node === null || typeof node !== "object") return [];
  return [node, ...elements(node.props.children)];
}

/** The element of a name: by its label, or the text it shows. */
function named(tree, name) {
  const all = elements(tree);
  const label = all.find(
    ({ type, props }) =>
      type === "label" &&
      elements(props.children).some(
        ({ props }) => textOf(props.children) === name,
      ),
  );
  const one =
    all.find(({ props }) => props["aria-label"] === name) ??
    all.find(
      ({ type, props }) =>
        /^(a|button)$/.test(type) && textOf(props.children) === name,
    ) ??
    elements(label).find(({ type }) => type === "input");
  if (!one) throw new Error(`nothing is called ${name}`);
  return one;
}

/** An element on no page: whatever is asked of it leads nowhere. */
const nowhere = new Proxy(() => nowhere, { get: () => nowhere });
globalThis.requestAnimationFrame = () => {}; // and nothing is drawn there

function answer({ state, width, acts = [] }) {
  const explorable = explorableOf(state.kind);
  const sets = [];
  const set = (...given) => sets.push(given);
  const shown = shownBy(explorable, state, { id: "test", width, set });
  const tree = frame(shown, { id: "test" });
  for (const { name, event, of = {} } of acts)
    named(tree, name).props[event]({
      preventDefault() {},
      currentTarget: nowhere,
      ...of,
    });
  return { html: renderToString(tree), sets };
}

const cases = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(cases.map(answer)));
