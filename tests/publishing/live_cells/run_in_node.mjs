// Runs a cell in MicroPython, under Node: a request comes in as JSON, { files, source,
// check }, and what run.py returns goes out, with what was printed.
import { readFileSync } from "node:fs";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript";
import { prepare } from "../../../publishing/live_cells/interpreter.js";

const { files, ...cell } = JSON.parse(readFileSync(0, "utf8"));
let printed = "";
const run = await prepare({
  load: loadMicroPython,
  files,
  print: (text) => (printed += text),
});
console.log(JSON.stringify({ ...run(cell), printed }));
