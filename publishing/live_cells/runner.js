// Runs cells, each in a worker of its own, which is ended by Stop, by the clock, and by
// a flood of output.
import files from "python:sources";
import packed from "python:interpreter";
import source from "worker:./worker.js";
import { LINES, MOST, SECONDS } from "./limits.js";

let address; // of the worker's script
let spare; // a worker for the next run, which gets ready meanwhile

function startWorker() {
  // A classic worker from a Blob: a module worker does not start on file://.
  address ??= URL.createObjectURL(
    new Blob([source], { type: "text/javascript" }),
  );
  const worker = new Worker(address);
  worker.postMessage({ packed, files });
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
  const broken = ({ message = "" }) =>
    end({ stopped: "broken", reason: message });
  const clock = setTimeout(() => end({ stopped: "late" }), 1000 * SECONDS);
  let [characters, lines] = [0, 0];
  const worker = spare ?? startWorker();
  spare = undefined;
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
    clearTimeout(clock);
    worker.onmessage = null; // what is still on its way comes too late
    worker.terminate();
    spare ??= startWorker();
  });
  return { ended, stop: () => end({ stopped: "by you" }) };
}

spare = startWorker(); // at once, while the page makes the editor
