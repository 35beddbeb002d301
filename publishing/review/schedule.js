// When to ask a prompt again, by FSRS, from the log of its answers: nothing of the
// schedule is stored, so that two browsers' answers can be joined.
import { createEmptyCard, fsrs } from "ts-fsrs";

export const FORGOT = 1; // FSRS's Again
export const REMEMBERED = 3; // FSRS's Good
export const MOST_AT_ONCE = 20;

// Whoever comes back to a book comes back on another day, and the same log gives the
// same days.
const scheduler = fsrs({ enable_fuzz: false, enable_short_term: false });

/** When a prompt is due, in milliseconds; its log is [[seconds, grade], ...]. */
export function due(log) {
  let card = createEmptyCard(new Date(1000 * log[0][0]));
  for (const [at, grade] of log)
    card = scheduler.next(card, new Date(1000 * at), grade).card;
  return card.due.getTime();
}

/**
 * prompts: { name, page } each; records: as they are kept. Returns { now, fresh,
 * later }: the prompts that are due, longest first; those that were never asked, of
 * chapters in which something was done (or, without `begun`, of all); and the times,
 * sorted, at which others will be due.
 */
export function plan(prompts, records, now, { begun = true } = {}) {
  const pages = new Set(
    Object.entries(records)
      .filter(([name]) => !/^(page|place):/.test(name)) // it was only opened
      .map(([, { page }]) => page),
  );
  const timed = prompts
    .filter(({ name }) => records[name])
    .map((prompt) => ({ prompt, at: due(records[prompt.name].log) }))
    .sort((a, b) => a.at - b.at);
  return {
    now: timed.filter(({ at }) => at <= now).map(({ prompt }) => prompt),
    fresh: prompts.filter(
      ({ name, page }) => !records[name] && (!begun || pages.has(page)),
    ),
    later: timed.map(({ at }) => at).filter((at) => at > now),
  };
}

/**
 * The first day from tomorrow on on which something is due: { day, count }, `day`
 * being [year, month, date] of the reader's calendar, or undefined.
 */
export function nextDay({ now, later }, today) {
  const dateOf = (time) => new Date(time).setHours(0, 0, 0, 0);
  const tomorrow = new Date(today);
  tomorrow.setHours(24, 0, 0, 0);
  const first = now.length ? tomorrow.getTime() : later[0] && dateOf(later[0]);
  if (first === undefined) return undefined;
  const day = new Date(Math.max(first, tomorrow.getTime()));
  const end = new Date(day).setHours(24, 0, 0, 0);
  const count = now.length + later.filter((at) => at < end).length;
  return { day: [day.getFullYear(), day.getMonth() + 1, day.getDate()], count };
}
