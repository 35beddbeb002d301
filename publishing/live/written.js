// What a page has written into a figure, for its script.

/** { state, lazy } of a figure; throws where that cannot be read. */
export const written = (el) =>
  JSON.parse(el.querySelector('script[type="application/json"]').textContent);

/** Its state; undefined where that cannot be read, as bringing it to life will say. */
export function stateIn(el) {
  try {
    return written(el).state;
  } catch {
    return undefined;
  }
}
