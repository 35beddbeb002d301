// Evaluates functions of one module for a test: reads {module, cases} as JSON from
// standard input, a case being [name, arguments]; writes the exported names and the
// results, numbers as text, since JSON knows neither nan nor infinity.
import { readFileSync } from "node:fs";

const { module, cases } = JSON.parse(readFileSync(0, "utf8"));
const functions = await import(module);

function plain(value) {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, plain(one)]),
  );
}

process.stdout.write(
  JSON.stringify({
    names: Object.keys(functions),
    results: cases.map(([name, args]) => plain(functions[name](...args))),
  }),
);
