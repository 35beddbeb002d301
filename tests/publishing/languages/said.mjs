// What the scripts named on standard input say, by a parser of JavaScript: for each
// file its messages, in their order.
import { readFileSync } from "node:fs";
import { parse } from "espree";

function* walk(node) {
  if (Array.isArray(node)) for (const one of node) yield* walk(one);
  else if (node?.type) {
    yield node;
    for (const value of Object.values(node)) yield* walk(value);
  }
}

const isSay = ({ type, name, object, property }) =>
  type === "Identifier"
    ? name === "say"
    : type === "MemberExpression" &&
      object.name === "say" &&
      property.name === "parts";

const messagesIn = (file) =>
  [
    ...walk(
      parse(readFileSync(file, "utf8"), {
        ecmaVersion: "latest",
        sourceType: "module",
        range: true,
      }),
    ),
  ]
    .filter((node) => node.type === "TaggedTemplateExpression")
    .filter(({ tag }) => isSay(tag))
    .sort((a, b) => a.range[0] - b.range[0])
    .map(({ quasi }) =>
      quasi.quasis
        .map(({ value }) => value.cooked)
        .reduce((all, text, i) => `${all}{${i - 1}}${text}`),
    );

const files = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(files.map(messagesIn)));
