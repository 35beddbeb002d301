// How an explorable is shown by anywidget's contract, or on a page.
import { show } from "./figure.js";
import { stateOf } from "./model.js";

export { show };

/** Draw; a failure becomes words in `el`, until a change makes it possible. */
function attempt(explorableOf, { model, el, begun }) {
  let cleanup;
  const once = () => {
    try {
      el.replaceChildren(); // what a failure has said
      cleanup = show(explorableOf(model.get("kind")), { model, el, begun });
      model.off("change", once);
    } catch (error) {
      el.textContent = `${model.get("kind")} could not be drawn: ${error.message}`;
      console.error(error);
    }
  };
  model.on("change", once);
  once();
  return () => {
    model.off("change", once);
    cleanup?.();
  };
}

/**
 * anywidget's entry for the explorables that `explorableOf` knows by their kind. It is
 * called once for each model: all its views share its beginning.
 */
export function widget(explorableOf) {
  let begun;
  return {
    initialize({ model }) {
      begun = stateOf(model);
    },
    render: ({ model, el }) => attempt(explorableOf, { model, el, begun }),
  };
}
