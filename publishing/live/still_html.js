// Draws explorables where there is no browser: their first picture, which stands in
// the page until its script wakes them, on paper, and for readers without scripts.
// Reads { messages, figures: [{ name, state }] } as JSON from standard input, writes for
// each figure its { html, title, english }, or { error }. Of the English title, where
// its own code says it, the figure's address is made; of one in English it is the title.
import { readFileSync } from "node:fs";
import { renderToString } from "preact-render-to-string";
import { explorableOf } from "../../explorables/index.js";
import { shownBy } from "../../explorables/lib/shown.js";
import { still as stillFrame } from "../../explorables/lib/still.js";
import { found, textOf } from "../../explorables/lib/tree.js";

function still({ name, state }) {
  const frame = stillFrame(explorableOf(state.kind), state, name);
  const html = renderToString(frame).replace(
    /><\/(circle|line|path|rect)>/g,
    "/>",
  );
  const title = textOf(found(frame, "zm-title"));
  return { html, title, english: state.language ? englishOf(state) : title };
}

function englishOf(state) {
  const english = { ...state, language: undefined };
  const place = { id: "", width: 640 };
  return textOf(shownBy(explorableOf(state.kind), english, place).title);
}

const { messages, figures } = JSON.parse(readFileSync(0, "utf8"));
globalThis.zeroMeanUnitVarianceMessages = messages;
const answers = figures.map((figure) => {
  try {
    return still(figure);
  } catch (error) {
    return { error: error.message };
  }
});
process.stdout.write(JSON.stringify(answers));
