// One more figure on a page, beside one that is alive.
(() => {
  const page = window.zeroMeanUnitVariance;

  /** A model with listeners of its own, and another's state but for these traits. */
  window.copyOf = (model, traits) =>
    // The page keeps its class of models to itself.
    Object.assign(Object.create(Object.getPrototypeOf(model)), {
      state: { ...model.state, ...traits },
      listeners: new Map(),
    });

  /** One more view of a model; end() undraws it. */
  window.openView = (model, place = (el) => document.body.append(el)) => {
    const el = document.createElement("div");
    place(el);
    return { el, model, end: page.render({ model, el }) };
  };

  window.openCopy = (id, traits) =>
    window.openView(window.copyOf(page.models.get(id), traits));
})();
