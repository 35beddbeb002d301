// What a figure shows of a state: the way from traits to plain values, for the browser,
// the still picture in the page and the stored PNG alike.

/**
 * What `view` returns for these traits in a column of `width`. `id` begins the ids of
 * this one figure; `local` is what it remembers besides its traits, brought up to date
 * by `remember`, and returned too. `set(traits, local)` is what handlers call.
 */
export function shownBy(
  { view, remember = ({ local }) => local },
  traits,
  { id, local, width, set = () => {} },
) {
  const state = { ...traits, id, local };
  state.local = remember(state);
  return { ...view(state, width, set), local: state.local };
}
