// The state of a figure, read from anywidget's model and written to it.

/**
 * All traits of a model, plainly: those that its limits name, and whose they are;
 * `constants` are its class's, and `kernel` says whether somebody answers.
 */
export function stateOf(model) {
  const limits = model.get("limits");
  const names = ["kind", "language", ...Object.keys(limits)];
  const traits = names.map((name) => [name, model.get(name)]);
  return {
    ...Object.fromEntries(traits),
    limits,
    constants: model.get("constants"),
    kernel: Boolean(model.send),
  };
}

/** Set several traits and tell the kernel, where there is one. */
export function write(model, traits) {
  for (const [key, value] of Object.entries(traits)) model.set(key, value);
  model.save_changes();
}
