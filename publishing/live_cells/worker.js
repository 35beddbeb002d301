// A worker for one cell: it prepares, runs once, and is ended by who has started it.
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript";
import { prepare } from "./interpreter.js";

let ready; // what runs the cell, as a promise

function begin({ wasm, files }) {
  // The interpreter fetches its bytes; a page on file:// cannot, and hands them over.
  self.fetch = async () =>
    new Response(wasm, { headers: { "content-type": "application/wasm" } });
  return prepare({
    files,
    load: (options) => loadMicroPython({ url: "micropython.wasm", ...options }),
    print: (text) => self.postMessage({ text }),
  });
}

self.onmessage = async ({ data }) => {
  try {
    if (data.wasm) ready = begin(data);
    const run = await ready;
    if (data.cell) self.postMessage({ answer: run(data.cell) });
  } catch (error) {
    // Not the reader's exception, but the interpreter's end: its stack, its memory.
    self.postMessage({ broken: String(error?.message ?? error) });
  }
};
