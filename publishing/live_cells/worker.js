// A worker for one cell: it prepares, runs once, and is ended by who has started it.
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript";
import { prepare } from "./interpreter.js";

let ready; // what runs the cell, as a promise

/** The interpreter's bytes, of which `packed` is the base64 of a gzip. */
function unpacked(packed) {
  const bytes = Uint8Array.from(atob(packed), (one) => one.charCodeAt(0));
  const whole = new Blob([bytes])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  return new Response(whole, {
    headers: { "content-type": "application/wasm" },
  });
}

function begin({ packed, files }) {
  // The interpreter fetches its bytes; a page on file:// cannot, and hands them over.
  self.fetch = async () => unpacked(packed);
  return prepare({
    files,
    load: (options) => loadMicroPython({ url: "micropython.wasm", ...options }),
    print: (text) => self.postMessage({ text }),
  });
}

self.onmessage = async ({ data }) => {
  try {
    if (data.packed) ready = begin(data);
    const run = await ready;
    if (data.cell) self.postMessage({ answer: run(data.cell) });
  } catch (error) {
    // Not the reader's exception, but the interpreter's end: its stack, its memory.
    self.postMessage({ broken: String(error?.message ?? error) });
  }
};
