// Bundles what the browser gets and writes what the tokens decide, all of it
// ignored by git: explorables/static (for a kernel), publishing/live/static and
// publishing/page/static and fonts (for the published page), publishing/live_cells/static
// (for who writes code there), publishing/live/bundle (what runs in Node while the site is
// built) and explorables/book.mplstyle.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import esbuild from "esbuild";
import { pythonPlugin } from "./tools/python_plugin.mjs";
import { licenceOf } from "./tools/licences.mjs";
import { mplstyle, tokensCss } from "./tools/tokens.mjs";

const tokensPlugin = {
  name: "tokens",
  setup(build) {
    build.onResolve({ filter: /^tokens\.css$/ }, () => ({
      path: "tokens.css",
      namespace: "tokens",
    }));
    build.onLoad({ filter: /.*/, namespace: "tokens" }, () => ({
      contents: tokensCss,
      loader: "css",
    }));
  },
};

/** The packages of which something is in what a browser gets. */
const brought = new Set([
  "@fontsource/stix-two-math",
  "@fontsource-variable/noto-sans-sc",
]);
const listPlugin = {
  name: "list",
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(({ metafile }) => {
      if (build.initialOptions.platform === "node" || !metafile) return;
      for (const { inputs } of Object.values(metafile.outputs))
        for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
          const found = path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/);
          if (found && bytesInOutput) brought.add(found[1]);
        }
    });
  },
};

/** By the name of a page's script: the sources that it is made of. */
const sources = {};
const own = ({ inputs }) =>
  Object.keys(inputs).filter((path) => !path.includes("node_modules"));

const common = {
  bundle: true,
  minify: true,
  target: "es2020",
  logLevel: "warning",
  legalComments: "none",
  plugins: [tokensPlugin, listPlugin],
  alias: {
    "d3-interpolate": "./explorables/lib/interpolate.js",
    "d3-format": "./explorables/lib/format.js",
  },
};

for (const folder of [
  "explorables/static",
  "publishing/live/static",
  "publishing/live/bundle",
  "publishing/live_cells/static",
  "publishing/page/static",
  "publishing/page/fonts",
]) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}
/** Writes what a page loads at the first press on a live cell; gives its text. */
async function buildLiveCells() {
  const { outputFiles, metafile } = await esbuild.build({
    ...common,
    entryPoints: ["publishing/live_cells/cell.js"],
    format: "iife",
    plugins: [pythonPlugin(common), listPlugin],
    loader: { ".css": "text" },
    write: false,
  });
  const [{ text }] = outputFiles;
  sources["live-cells.js"] = Object.values(metafile.outputs).flatMap(own);
  await writeFile("publishing/live_cells/static/live-cells.js", text);
  return text;
}

/**
 * Writes what a page loads at once (mount-explorables.js), and beside it, in live/, what
 * it asks for when a figure comes near: one script for each explorable, one for what all
 * need, and one for what those need that draw scales and axes. esbuild finds what is
 * shared, and makes modules of it: functions that publishing/live/parts.js runs.
 */
async function buildPage() {
  const [first, shared, drawing] = ["mount-explorables", "shared", "drawing"];
  const names = (await readdir("explorables"))
    .filter((file) => file.endsWith(".js"))
    .map((file) => file.slice(0, -3))
    // An explorable is a Python class, and a script of the same name; one that
    // another is for few of its states ends in _drawn.
    .filter(
      (name) => existsSync(`explorables/${name}.py`) || name.endsWith("_drawn"),
    );
  const { outputFiles, metafile } = await esbuild.build({
    ...common,
    entryPoints: {
      [first]: "publishing/begin.js",
      [shared]: "explorables/lib/widget.js",
      ...Object.fromEntries(names.map((one) => [one, `explorables/${one}.js`])),
    },
    outdir: "/",
    format: "esm",
    splitting: true,
    write: false,
  });
  const nameOf = (path) => basename(path, ".js");
  const outputs = Object.fromEntries(
    Object.entries(metafile.outputs).map(([path, one]) => [nameOf(path), one]),
  );
  const imports = Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => [
      name,
      output.imports.map((one) => nameOf(one.path)),
    ]),
  );
  const under = (name) => [name, ...imports[name].flatMap(under)];
  const atOnce = new Set(under(first));
  // Without scales and axes: most chapters begin with one of them.
  const isD3 = ([path, { bytesInOutput }]) =>
    path.includes("node_modules/d3-") && bytesInOutput;
  const plain = names.filter((name) =>
    under(name).every((one) => !Object.entries(outputs[one].inputs).some(isD3)),
  );
  const underPlain = new Set([shared, ...plain].flatMap(under));
  const files = { [first]: "", [shared]: "", [drawing]: "" };
  for (const { path, text } of outputFiles) {
    const name = nameOf(path);
    const { code } = await esbuild.transform(text, {
      ...{ format: "cjs", minify: true, target: common.target },
    });
    const named = code
      .trim()
      .replace(/require\("\.\/([^"]+)\.js"\)/g, 'use("$1")');
    const file = atOnce.has(name)
      ? first
      : names.includes(name)
        ? name
        : underPlain.has(name)
          ? shared
          : drawing;
    const script = file === first ? `${file}.js` : `live/${file}.js`;
    (sources[script] ??= []).push(...own(outputs[name]));
    files[file] ??= "";
    files[file] +=
      `zeroMeanUnitVariance.define("${name}",(use,module)=>{${named}});\n`;
  }
  const all = Object.values(files).join("") + (await buildLiveCells());
  const version = createHash("sha256").update(all).digest("hex").slice(0, 8);
  const parts = await readFile("publishing/live/parts.js", "utf8");
  const { code: begin } = await esbuild.transform(parts, { minify: true });
  const folder = "publishing/live/static";
  await mkdir(`${folder}/live`, { recursive: true });
  files[first] =
    `${begin}zeroMeanUnitVariance.version="${version}";\n` +
    `zeroMeanUnitVariance.plain=${JSON.stringify(plain)};\n${files[first]}` +
    `zeroMeanUnitVariance.use("${first}");\n`;
  for (const [name, text] of Object.entries(files))
    await writeFile(
      `${folder}/${name === first ? "" : "live/"}${name}.js`,
      text,
    );
}

/** Writes what a few pages have besides: each a classic script, also on file://. */
async function buildOthers() {
  const { metafile } = await esbuild.build({
    ...common,
    entryPoints: {
      "your-book": "publishing/record/your_book.js",
      review: "publishing/review/review.js",
    },
    outdir: "publishing/live/static",
    format: "iife",
  });
  for (const [path, output] of Object.entries(metafile.outputs))
    sources[basename(path)] = own(output);
}

await writeFile("explorables/book.mplstyle", mplstyle);
const [kernel] = await Promise.all([
  esbuild.build({
    ...common,
    entryPoints: ["explorables/index.js"],
    outfile: "explorables/static/explorables.js",
    format: "esm",
    write: false,
  }),
  esbuild.build({
    ...common,
    entryPoints: { "explorables-style": "explorables/lib/theme.css" },
    outdir: "explorables/static",
  }),
  buildPage(),
  buildOthers(),
  esbuild.build({
    ...common,
    entryPoints: { book: "publishing/page/book.css" },
    outdir: "publishing/page/static",
  }),
  esbuild.build({
    ...common,
    entryPoints: {
      still_html: "publishing/live/still_html.js",
      still_png: "publishing/live/still_png.js",
      needed_css: "publishing/page/needed_css.js",
      with_breaks: "publishing/languages/with_breaks.js",
    },
    outdir: "publishing/live/bundle",
    outExtension: { ".js": ".cjs" },
    platform: "node",
    format: "cjs",
    loader: { ".css": "text", ".wasm": "binary" },
  }),
  cp(
    "node_modules/@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2",
    "publishing/page/fonts/stix-two-math.woff2",
  ),
]);

await writeFile("publishing/live/bundle/sources.json", JSON.stringify(sources));
await writeFile(
  "publishing/live/bundle/licences.json",
  JSON.stringify(await Promise.all([...brought].sort().map(licenceOf))),
);
// Last: by this file make knows that all is there.
const [{ path, text }] = kernel.outputFiles;
await writeFile(path, text);
