// Reads texts as JSON from standard input; writes them with their breaks.
import { readFileSync } from "node:fs";
import { withBreaks } from "./breaks.js";

const texts = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(texts.map(withBreaks)));
