// Leaves out of a stylesheet what no page of the site can use, comments, and spaces.
// Reads { css, words } as JSON from standard input: the stylesheet, and all that stands in
// the pages and in the scripts that change them. Writes the stylesheet that is left.
import { readFileSync } from "node:fs";
import postcss from "postcss";
import { PurgeCSS } from "purgecss";

/** Leave out the variables that neither a rule nor a word asks for. */
function dropVariables(root, words) {
  const named = new Set(words);
  for (let before = -1; before < named.size;) {
    before = named.size;
    root.walkDecls(({ prop, value }) => {
      if (prop.startsWith("--") && !named.has(prop)) return;
      for (const [name] of value.matchAll(/--[\w-]+/g)) named.add(name);
    });
  }
  root.walkDecls(/^--/, (decl) => {
    if (!named.has(decl.prop)) decl.remove();
  });
  root.walkRules((rule) => {
    if (!rule.nodes.length) rule.remove();
  });
}

async function needed({ css, words }) {
  const [used] = await new PurgeCSS().purge({
    css: [{ raw: css }],
    content: [{ raw: words.join(" "), extension: "html" }],
    defaultExtractor: (text) => text.split(" "),
    keyframes: true,
  });
  const root = postcss.parse(used.css);
  dropVariables(root, words);
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
