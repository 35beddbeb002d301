// What a reader has done, as plain values: from the record, and from the list of all
// there is to do.

const KINDS = ["guess", "quiz", "exercise"];
const kindOf = (name) => name.slice(0, name.indexOf(":"));

/** Whether an entry counts as right: undefined where there was nothing to judge. */
const rightIn = (entry) => entry?.right ?? entry?.solved;

/**
 * For one kind in one chapter: how many there are (`of`), were tried, were right at
 * the first and at the last try.
 */
function countOf(things, records) {
  const entries = things
    .map(({ name }) => records[name])
    .filter(Boolean)
    .map(({ first, last }) => ({ first: first ?? last, last }));
  const right = (which) => entries.filter((one) => rightIn(one[which])).length;
  return {
    of: things.length,
    tried: entries.length,
    first: right("first"),
    last: right("last"),
  };
}

/** Half of them are at most this; undefined of none. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? sorted[middle]
    : sorted.length
      ? (sorted[middle - 1] + sorted[middle]) / 2
      : undefined;
}

/**
 * chapters: { page, title, address, things: [{ name, text, id }] } each. Returns
 * { chapters, guesses, unknown, place }: each chapter with a count for each kind,
 * `close` (half of its numbers were guessed at most so far off, as a share of what was
 * computed) and what is `left` to do; all first guesses in the order of time, right or
 * not; how many answers are to texts that have changed since; the place last read.
 */
export function summarise(chapters, records) {
  const known = new Set(
    chapters.flatMap(({ things }) => things.map((t) => t.name)),
  );
  const answers = Object.keys(records).filter((n) => KINDS.includes(kindOf(n)));
  const firsts = Object.entries(records)
    .filter(([name]) => kindOf(name) === "guess")
    .map(([, { first, last }]) => first ?? last)
    .filter(({ right }) => right !== undefined)
    .sort((a, b) => a.at - b.at);
  return {
    chapters: chapters.map((chapter) => {
      const of = (kind) =>
        chapter.things.filter(({ name }) => kindOf(name) === kind);
      const counts = KINDS.map((kind) => [kind, countOf(of(kind), records)]);
      const offs = of("guess")
        .map(({ name }) => (records[name]?.first ?? records[name]?.last)?.off)
        .filter((off) => off !== undefined);
      const done = ({ name }) =>
        records[name] &&
        (kindOf(name) === "guess" || rightIn(records[name].last));
      return {
        ...chapter,
        ...Object.fromEntries(counts),
        close: median(offs),
        left: chapter.things.filter((thing) => !done(thing)),
      };
    }),
    guesses: firsts.map(({ right }) => right),
    unknown: answers.filter((name) => !known.has(name)).length,
    place: records["place:last"],
  };
}

/** How guesses got better: [right, of] of the first half and of the second. */
export function halves(guesses) {
  const middle = guesses.length >> 1;
  const count = (part) => [part.filter(Boolean).length, part.length];
  return [count(guesses.slice(0, middle)), count(guesses.slice(middle))];
}
