// What a live cell runs on, as modules that its script imports: the judge and the cell's
// driver as text, MicroPython's bytes, and the worker as text, since only a Blob's worker
// starts on file://.
import { readFile, readdir } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import esbuild from "esbuild";

const micropython =
  "node_modules/@micropython/micropython-webassembly-pyscript/micropython.wasm";
/** Python without its docstrings and its lines of comment: a tenth of what is loaded. */
const bare = (text) =>
  text.replace(/^ *"""[^]*?"""\n/gm, "").replace(/^ *#.*\n/gm, "");

// Of the judge what no page needs: torch's modules, and the table of all it knows.
const KERNEL = ["module.py", "known.py", "__main__.py"];

/** An esbuild plugin; common: the options that the worker shares with other bundles. */
export const pythonPlugin = (common) => ({
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
});
