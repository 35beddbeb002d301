// Playing: a figure's traits that go on by themselves, so many times a second.

/**
 * Drives an explorable's `play`: { perSecond, next }, while its local `playing` is
 * true. next(state) gives the traits to set, or null where it is over. Who asks for
 * less motion gets the end at once. Returns { follow, stop }: follow is to be called
 * where `playing` may have changed.
 */
export function player(play, { get, set }) {
  let frame = 0;
  let due = 0;
  const stop = () => {
    cancelAnimationFrame(frame);
    frame = 0;
  };
  const end = () => {
    stop();
    set({}, { playing: false });
  };
  const step = (now) => {
    frame = requestAnimationFrame(step);
    if (now < due) return;
    due = now + 1000 / play.perSecond;
    const traits = play.next(get());
    if (traits) set(traits);
    else end();
  };
  const toTheEnd = () => {
    for (let traits; (traits = play.next(get()));) set(traits);
    end();
  };
  return {
    stop,
    follow() {
      const { playing } = get().local ?? {};
      if (!playing) stop();
      else if (frame) return;
      else if (matchMedia("(prefers-reduced-motion: reduce)").matches)
        toTheEnd();
      else frame = requestAnimationFrame(step);
    },
  };
}
