// Draws explorables where there is no browser: their first picture, which stands in
// the page until its script wakes them, on paper, and for readers without scripts.
// Reads [{ name, state }] as JSON from standard input, writes for each its { html },
// or { error }.
import { readFileSync } from "node:fs";
import { renderToString } from "preact-render-to-string";
import { explorableOf } from "../../explorables/index.js";
import { still as stillFrame } from "../../explorables/lib/still.js";

const still = ({ name, state }) =>
  renderToString(stillFrame(explorableOf(state.kind), state, name)).replace(
    /><\/(circle|line|path|rect)>/g,
    "/>",
  );

const answers = JSON.parse(readFileSync(0, "utf8")).map((request) => {
  try {
    return { html: still(request) };
  } catch (error) {
    return { error: error.message };
  }
});
process.stdout.write(JSON.stringify(answers));
