// Mutants of a module of JavaScript: its code with one small mistake each. Reads the
// code from standard input; writes [[what was changed, changed code], ...] as JSON.
import { readFileSync } from "node:fs";
import { parse } from "espree";

const code = readFileSync(0, "utf8");
const SWAPPED = {
  ...{ "+": "-", "-": "+", "*": "/", "/": "*", "**": "*", "+=": "-=" },
  ...{ "<": "<=", "<=": "<", ">": ">=", ">=": ">", "===": "!==", "!==": "===" },
  ...{ "&&": "||", "||": "&&", "??": "&&", "++": "--" },
};
const RENAMED = {
  max: "min",
  min: "max",
  sqrt: "abs",
  log1p: "log",
  LN2: "LN10",
};
const text = ({ start, end }) => code.slice(start, end);

/** What may stand in a node's place, a text with one mistake each. */
function* alternatives(node) {
  const { type, operator, left, right, argument, test } = node;
  if (operator in SWAPPED && right)
    yield `(${text(left)}) ${SWAPPED[operator]} (${text(right)})`;
  if (operator === "**") yield text(left);
  if (type === "UpdateExpression")
    yield `${text(argument)}${SWAPPED[operator]}`;
  if (type === "UnaryExpression") yield text(argument);
  if (type === "Literal" && typeof node.value === "number") {
    const whole = Number.isInteger(node.value);
    yield String(whole ? node.value + 1 : 2 * node.value);
    if (whole && node.value) yield String(node.value - 1);
  }
  if (type === "ConditionalExpression")
    yield `!(${text(test)}) ? ${text(node.consequent)} : ${text(node.alternate)}`;
  if (type === "MemberExpression" && node.property.name in RENAMED)
    yield `${text(node.object)}.${RENAMED[node.property.name]}`;
}

function* walk(node, inside) {
  if (Array.isArray(node)) for (const one of node) yield* walk(one, inside);
  else if (node?.type) {
    yield [node, inside];
    const name = node.type === "FunctionDeclaration" ? node.id.name : inside;
    for (const value of Object.values(node)) yield* walk(value, name);
  }
}

const mutants = [];
const seen = {};
const tree = parse(code, { ecmaVersion: "latest", sourceType: "module" });
for (const [node, inside] of walk(tree, ""))
  for (const changed of alternatives(node)) {
    const label = `${inside}: ${text(node)} -> ${changed}`;
    seen[label] = (seen[label] ?? 0) + 1;
    // in brackets, but for what is no expression alone
    const whole = node.type === "MemberExpression" ? changed : `(${changed})`;
    mutants.push([
      label + (seen[label] > 1 ? ` (${seen[label]})` : ""),
      code.slice(0, node.start) + whole + code.slice(node.end),
    ]);
  }
process.stdout.write(JSON.stringify(mutants));
