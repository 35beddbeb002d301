import { Component, Fragment, h } from "preact";

/**
 * The function `make`, which keeps its last result for as long as its arguments are the
 * same values or objects.
 */
export function memo(make) {
  let last = [];
  let result;
  return (...given) => {
    if (!same(given, last)) [last, result] = [given, make(...given)];
    return result;
  };
}

const same = (a, b) =>
  a.length === b.length && a.every((one, i) => Object.is(one, b[i]));

/** As memo, of marks: while they are the same, Preact does not look into them. */
export const drawnOnce = (make) =>
  // What it passes over is the same component, not the same element.
  memo((...given) => h(Fragment, {}, make(...given)));

/** Marks that Preact only looks into where the values `given` are others than before. */
export const keptWhile = (given, ...marks) => h(Kept, { given }, ...marks);

class Kept extends Component {
  shouldComponentUpdate({ given }) {
    return !same(given, this.props.given);
  }
  render({ children }) {
    return children;
  }
}
