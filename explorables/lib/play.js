// Playing: a figure's traits that go on by themselves, so many times a second.

/**
 * Drives an explorable's `play`: { perSecond, next }, while its local `playing` is
 * true. next(state) gives the traits to set, or null where it is over. Who asks for
 * less motion gets the end at once. Who else changes what it last set, a button or a
 * kernel, takes over: it ends. Returns { follow, stop }: follow is to be called where
 * `playing` or a trait may have changed.
 */
export function player(play, { get, set }) {
  let frame = 0;
  let due = 0;
  let given = {}; // the traits last set
  const stop = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    given = {};
  };
  const takenOver = (state) =>
    Object.keys(given).some((name) => state[name] !== given[name]);
  const end = () => {
    stop();
    set({}, { playing: false });
  };
  const step = (now) => {
    const state = get();
    if (!state.local?.playing || takenOver(state)) return end();
    frame = requestAnimationFrame(step);
    if (now < due) return;
    due = now + 1000 / play.perSecond;
    const traits = play.next(state);
    if (!traits) return end();
    given = traits;
    set(traits);
  };
  const toTheEnd = () => {
    for (let traits; (traits = play.next(get()));) set(traits);
    end();
  };
  return {
    stop,
    follow() {
      if (!play) return; // nor is its state asked for, at each step of a drag
      const state = get();
      if (!state.local?.playing) stop();
      else if (frame) {
        if (takenOver(state)) end();
      } else if (matchMedia("(prefers-reduced-motion: reduce)").matches)
        toTheEnd();
      else frame = requestAnimationFrame(step);
    },
  };
}
