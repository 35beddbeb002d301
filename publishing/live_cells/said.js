// What a cell's page says of a run, as plain texts.
import { say } from "../say.js";
import { LINES, MOST, SECONDS } from "./limits.js";

const SHOWN = 4; // frames of a traceback; a recursion has hundreds

/** The frames of a traceback as lines: the outermost, and the innermost. */
function traceback(frames) {
  const texts = frames.map(([line, name]) =>
    name && name !== "<module>"
      ? say`line ${line}, in ${name}`
      : say`line ${line}`,
  );
  if (texts.length <= SHOWN) return texts;
  const left = texts.length - SHOWN;
  return [
    ...texts.slice(0, 2),
    say`(${left} more lines like these)`,
    ...texts.slice(2 - SHOWN),
  ];
}

function hint({ type, message }) {
  if (type === "ImportError")
    return say`This page runs MicroPython: plain Python, with math and random. For PyTorch and NumPy, open the chapter in JupyterLab or in Colab.`;
  if (type === "RuntimeError" && message.includes("recursion"))
    return say`A function calls itself without end.`;
  if (type === "MemoryError")
    return say`That is more memory than a page is given here.`;
  return "";
}

const ENDS = {
  "by you": () => say`Stopped.`,
  late: () =>
    say`Stopped after ${SECONDS} seconds. Is there a loop that never ends?`,
  flood: () =>
    say`Stopped: it printed more than ${LINES} lines or ${MOST} characters.`,
  broken: (reason) =>
    /call stack|recursion/i.test(reason)
      ? say`Python ran out of room: a function calls itself too often.`
      : say`Python could not run here: ${reason}.`,
};

/**
 * Of what a run ended with (runner.js): { sentence, details, line, verdict }, the last
 * being "right", "convention", "wrong" or "trouble". line: of the reader's code, or 0.
 */
export function outcome({ answer, stopped, reason }) {
  if (stopped)
    return {
      sentence: ENDS[stopped](reason),
      details: [],
      line: 0,
      verdict: "trouble",
    };
  const { value, verdict, trouble } = answer;
  const frames = trouble?.frames ?? [];
  const line = frames.at(-1)?.[0] ?? 0;
  const where = traceback(frames);
  if (verdict !== undefined)
    return {
      sentence:
        value ??
        (verdict === "right" ? say`Right.` : say`Not yet: this is False.`),
      details: trouble ? [...where, `${trouble.type}: ${trouble.message}`] : [],
      line,
      verdict: verdict || "wrong",
    };
  const what = `${trouble.type}: ${trouble.message}`;
  return {
    sentence: line ? say`Line ${line}: ${what}` : what,
    details: [frames.length > 1 && where, hint(trouble)].flat().filter(Boolean),
    line,
    verdict: "trouble",
  };
}
