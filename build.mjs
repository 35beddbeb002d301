// Bundles what the browser gets and writes what the tokens decide, all of it
// ignored by git: explorables/static (for a kernel), publishing/live/static and
// publishing/page/static (for the published page), publishing/live_cells/static (for
// who writes code there), publishing/live/bundle (what runs in Node while the site is
// built) and explorables/book.mplstyle.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import esbuild from "esbuild";
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

// What a live cell runs on: the judge and the cell's driver as text, MicroPython's
// bytes, and the worker as text, since only a Blob's worker starts on file://.
const micropython =
  "node_modules/@micropython/micropython-webassembly-pyscript/micropython.wasm";
/** Python without its docstrings and its lines of comment: a tenth of what is loaded. */
const bare = (text) =>
  text.replace(/^ *"""[^]*?"""\n/gm, "").replace(/^ *#.*\n/gm, "");

// Of the judge what no page needs: torch's modules, and the table of all it knows.
const KERNEL = ["module.py", "known.py", "__main__.py"];

const pythonPlugin = {
  name: "python",
  setup(build) {
    build.onResolve({ filter: /^(python|worker):/ }, ({ path }) => ({
      path,
      namespace: "python",
    }));
    build.onLoad(
      { filter: /^python:sources$/, namespace: "python" },
      async () => {
        const files = { "run.py": "publishing/live_cells/run.py" };
        for (const name of await readdir("judge"))
          if (name.endsWith(".py") && !KERNEL.includes(name))
            files[`judge/${name}`] = `judge/${name}`;
        const texts = Object.entries(files).map(async ([name, path]) => [
          name,
          bare(await readFile(path, "utf8")),
        ]);
        return {
          contents: JSON.stringify(
            Object.fromEntries(await Promise.all(texts)),
          ),
          loader: "json",
        };
      },
    );
    build.onLoad(
      { filter: /^python:interpreter$/, namespace: "python" },
      async () => ({
        contents: gzipSync(await readFile(micropython), { level: 9 }).toString(
          "base64",
        ),
        loader: "text",
      }),
    );
    build.onLoad({ filter: /^worker:/, namespace: "python" }, async () => {
      const { outputFiles } = await esbuild.build({
        ...common,
        entryPoints: ["publishing/live_cells/worker.js"],
        format: "esm", // since MicroPython's module awaits at its top level, in Node
        target: "es2022",
        write: false,
        external: ["module", "path", "url", "fs", "crypto"], // of Node
        define: { "import.meta.url": "self.location.href" },
      });
      const contents = `(async()=>{${outputFiles[0].text}})()`;
      return { contents, loader: "text" };
    });
  },
};

/** The packages of which something is in what a browser gets. */
const brought = new Set(["katex", "@fontsource-variable/noto-sans-sc"]);
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

const common = {
  bundle: true,
  minify: true,
  target: "es2020",
  logLevel: "warning",
  legalComments: "none",
  plugins: [tokensPlugin, listPlugin],
  alias: { "d3-interpolate": "./explorables/lib/interpolate.js" },
};

for (const folder of [
  "explorables/static",
  "publishing/live/static",
  "publishing/live/bundle",
  "publishing/live_cells/static",
  "publishing/page/static",
  "publishing/page/static/katex",
]) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}
/** Writes what a page loads at the first press on a live cell; gives its text. */
async function buildLiveCells() {
  const { outputFiles } = await esbuild.build({
    ...common,
    entryPoints: ["publishing/live_cells/cell.js"],
    format: "iife",
    plugins: [pythonPlugin, listPlugin],
    loader: { ".css": "text" },
    write: false,
  });
  const [{ text }] = outputFiles;
  await writeFile("publishing/live_cells/static/live-cells.js", text);
  return text;
}

/**
 * Writes what a page loads at once (mount-explorables.js), and beside it, in live/, what
 * it asks for when a figure comes near: one script for each explorable, and one for
 * what several of them need. esbuild finds what is shared, and makes modules of it;
 * these become functions that publishing/live/parts.js runs.
 */
async function buildPage() {
  const [first, shared] = ["mount-explorables", "shared"];
  const names = (await readdir("explorables"))
    .filter((file) => file.endsWith(".js"))
    .map((file) => file.slice(0, -3))
    // An explorable is a Python class, and a script of the same name.
    .filter((name) => existsSync(`explorables/${name}.py`));
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
  const imports = Object.fromEntries(
    Object.entries(metafile.outputs).map(([path, output]) => [
      nameOf(path),
      output.imports.map((one) => nameOf(one.path)),
    ]),
  );
  const under = (name) => [name, ...imports[name].flatMap(under)];
  const atOnce = new Set(under(first));
  const files = { [first]: "", [shared]: "" };
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
        : shared;
    files[file] ??= "";
    files[file] +=
      `zeroMeanUnitVariance.define("${name}",(use,module)=>{${named}});\n`;
  }
  const all = Object.values(files).join("") + (await buildLiveCells());
  const version = createHash("sha256").update(all).digest("hex").slice(0, 8);
  const parts = await readFile("publishing/live/parts.js", "utf8");
  const { code: begin } = await esbuild.transform(parts, { minify: true });
  const folder = "publishing/live/static";
  await mkdir(`${folder}/live`);
  files[first] =
    `${begin}zeroMeanUnitVariance.version="${version}";\n${files[first]}` +
    `zeroMeanUnitVariance.use("${first}");\n`;
  for (const [name, text] of Object.entries(files))
    await writeFile(
      `${folder}/${name === first ? "" : "live/"}${name}.js`,
      text,
    );
}

await writeFile("explorables/book.mplstyle", mplstyle);
await Promise.all([
  esbuild.build({
    ...common,
    entryPoints: {
      explorables: "explorables/index.js",
      "explorables-style": "explorables/lib/theme.css",
    },
    outdir: "explorables/static",
    format: "esm",
  }),
  buildPage(),
  // A module cannot be imported from file://, a classic script can.
  esbuild.build({
    ...common,
    entryPoints: {
      "your-book": "publishing/record/your_book.js",
      review: "publishing/review/review.js",
    },
    outdir: "publishing/live/static",
    format: "iife",
  }),
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
  // Every browser that runs the book knows the first format of a font's three.
  readFile("node_modules/katex/dist/katex.min.css", "utf8").then((css) =>
    writeFile(
      "publishing/page/static/katex/katex.min.css",
      css.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("\w+"\)/g, ""),
    ),
  ),
  cp("node_modules/katex/dist/fonts", "publishing/page/static/katex/fonts", {
    recursive: true,
    filter: (path) => !/\.(ttf|woff)$/.test(path),
  }),
]);

/** Where a package holds no text of its licence, publishing/licences does. */
async function licenceOf(name) {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(
    await readFile(`${folder}/package.json`, "utf8"),
  );
  const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
  const path = file
    ? `${folder}/${file}`
    : `publishing/licences/${basename(name)}.txt`;
  const text = await readFile(path, "utf8");
  return { name, version, licence: license, text };
}
await writeFile(
  "publishing/live/bundle/licences.json",
  JSON.stringify(await Promise.all([...brought].sort().map(licenceOf))),
);
