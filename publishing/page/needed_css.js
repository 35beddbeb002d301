// Leaves out of a stylesheet what no page of the site can use, comments, and spaces.
// Reads { css, words } as JSON from standard input: the stylesheet, and all that stands
// in the pages and in the scripts that change them. Writes the stylesheet that is left.
import { readFileSync } from "node:fs";
import postcss from "postcss";
import { PurgeCSS } from "purgecss";

async function needed({ css, words }) {
  const [used] = await new PurgeCSS().purge({
    css: [{ raw: css }],
    content: [{ raw: words.join(" "), extension: "html" }],
    defaultExtractor: (text) => text.split(" "),
    keyframes: true,
  });
  const root = postcss.parse(used.css);
  root.walk((node) => {
    if (node.type === "comment") node.remove();
    else
      node.raws = {
        before: "",
        between: node.type === "decl" ? ":" : "",
        after: "",
        afterName: " ",
      };
  });
  return root.toString();
}

needed(JSON.parse(readFileSync(0, "utf8"))).then((css) =>
  process.stdout.write(JSON.stringify(css)),
);
