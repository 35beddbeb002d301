// Draws explorables where there is no browser: their first picture, which stands in
// the page until its script wakes them, on paper, and for readers without scripts.
// Reads { messages, figures: [{ name, state }] } as JSON from standard input, writes for
// each figure its { html }, or { error }. Of one in another language, its English
// { title }, too, of which its address is made.
import { readFileSync } from "node:fs";
import { renderToString } from "preact-render-to-string";
import { explorableOf } from "../../explorables/index.js";
import { shownBy } from "../../explorables/lib/shown.js";
import { still as stillFrame } from "../../explorables/lib/still.js";

const still = ({ name, state }) =>
  renderToString(stillFrame(explorableOf(state.kind), state, name)).replace(
    /><\/(circle|line|path|rect)>/g,
    "/>",
  );

/** The English title of a figure, where its own code says it; else undefined. */
function titleOf({ kind, language, ...state }) {
  if (!language) return undefined;
  const { title } = shownBy(
    explorableOf(kind),
    { kind, ...state },
    { id: "", width: 640 },
  );
  return typeof title === "string" ? title : undefined;
}

const { messages, figures } = JSON.parse(readFileSync(0, "utf8"));
globalThis.zeroMeanUnitVarianceMessages = messages;
const answers = figures.map((request) => {
  try {
    return { html: still(request), title: titleOf(request.state) };
  } catch (error) {
    return { error: error.message };
  }
});
process.stdout.write(JSON.stringify(answers));
