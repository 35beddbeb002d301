// Going through what a view returned: elements, lists of them, and text.
import { h } from "preact";

/** The tree with the props of each element changed; none where `change` gives null. */
export function mapped(node, change) {
  if (Array.isArray(node)) return node.map((one) => mapped(one, change));
  if (node === null || typeof node !== "object") return node;
  const { children, ...props } = node.props;
  const next = change(props, node.type);
  return next && h(node.type, next, mapped(children, change));
}

/** All elements of one of these classes, as they stand. */
export function found(node, ...names) {
  if (Array.isArray(node)) return node.flatMap((one) => found(one, ...names));
  if (node === null || typeof node !== "object") return [];
  const { class: own = "", children } = node.props;
  const self = own.split(" ").some((one) => names.includes(one)) ? [node] : [];
  return [...self, ...found(children, ...names)];
}

/** The text of an element, a list, or a text. */
export function textOf(node) {
  if (Array.isArray(node)) return node.map(textOf).join("");
  if (node === null || node === undefined || typeof node === "boolean")
    return "";
  return typeof node === "object" ? textOf(node.props.children) : String(node);
}
