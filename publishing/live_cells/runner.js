// Runs cells, each in a worker of its own, which is ended by Stop, by the clock, and by
// a flood of output.
import files from "python:sources";
import packed from "python:interpreter";
import source from "worker:./worker.js";
import { LINES, MOST, SECONDS } from "./limits.js";

let wasm; // the interpreter's bytes, as a promise
let address; // of the worker's script
let spare; // a worker that is ready for the next run, as a promise

async function unpack() {
  const bytes = Uint8Array.from(atob(packed), (one) => one.charCodeAt(0));
  const stream = new Blob([bytes]).stream();
  const whole = stream.pipeThrough(new DecompressionStream("gzip"));
  return new Response(whole).arrayBuffer();
}

/** Have a worker ready, so that the next run begins at once. */
export function warm() {
  spare ??= startWorker();
  spare.catch(() => (spare = undefined)); // the run that needs it will say why
}

async function startWorker() {
  wasm ??= unpack();
  const bytes = await wasm;
  // A classic worker from a Blob: a module worker does not start on file://.
  address ??= URL.createObjectURL(
    new Blob([source], { type: "text/javascript" }),
  );
  const worker = new Worker(address);
  worker.postMessage({ wasm: bytes, files });
  return worker;
}

/**
 * Run `source`, then the expression `check`; `print` gets what it prints, in pieces.
 * words: the judge's sentences in another language. Returns { stop, ended }: ended is a
 * promise of { answer } (what run.py returns), or of { stopped }, which is "by you",
 * "late", "flood" or "broken", the last with a `reason`.
 */
export function run(cell, print) {
  let end;
  const ended = new Promise((resolve) => {
    end = resolve;
  });
  const broken = (error) =>
    end({ stopped: "broken", reason: error?.message ?? "" });
  const clock = setTimeout(() => end({ stopped: "late" }), 1000 * SECONDS);
  let [characters, lines] = [0, 0];
  const starting = spare ?? startWorker();
  spare = undefined;
  starting.then((worker) => {
    worker.onmessage = ({ data }) => {
      if (data.answer) end({ answer: data.answer });
      else if (data.broken) broken({ message: data.broken });
      else {
        characters += data.text.length;
        lines += data.text.endsWith("\n");
        if (characters > MOST || lines > LINES) end({ stopped: "flood" });
        else print(data.text);
      }
    };
    worker.onerror = broken;
    worker.postMessage({ cell });
    ended.then(() => {
      worker.onmessage = null; // what is still on its way comes too late
      worker.terminate();
      warm();
    });
  }, broken);
  ended.then(() => clearTimeout(clock));
  return { ended, stop: () => end({ stopped: "by you" }) };
}
