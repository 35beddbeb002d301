// Leaves out of a stylesheet what no page of the site can use. Reads { css, content }
// as JSON from standard input: the stylesheet, and the texts of the pages and of the
// scripts that change them. Writes { css }.
import { readFileSync } from "node:fs";
import { PurgeCSS } from "purgecss";

const { css, content } = JSON.parse(readFileSync(0, "utf8"));
const [needed] = await new PurgeCSS().purge({
  css: [{ raw: css }],
  content: content.map((raw) => ({ raw, extension: "html" })),
  // A name is whatever stands between what cannot be part of one.
  defaultExtractor: (text) => text.match(/[\w-]+/g) ?? [],
  fontFace: false,
  keyframes: true,
  variables: false,
});
process.stdout.write(JSON.stringify({ css: needed.css }));
