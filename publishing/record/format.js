// What a reader's browser keeps of this book, as plain values: read from text,
// joined with another tab's or a file's, made small enough, written as text.
//
//     { version, era, records: { "quiz:1a2b3c": { page, first, last }, ... } }
//
// A record's name says its kind and, by a hash of its text, what it is of: an edited
// question begins anew, and no other is touched. `first` and `last` are entries with
// a time, `at`, in milliseconds; where there has been one only, and of what happens
// all the time, `first` is left out. A review prompt has a `log` of its answers
// instead, [seconds, grade] each. Records of an earlier `era` were erased.
import { say } from "../say.js";

export const KEY = "zero-mean-unit-variance";
export const VERSION = 1;
export const MOST_BYTES = 64 * 1024;
const LONGEST_LOG = 30; // answers to one prompt
export const LONGEST_CODE = 8192; // characters
const TOMORROW = 24 * 3600e3; // a clock may be wrong, but not by more
const NAME =
  /^(quiz|guess|exercise|prompt|figure|page|place):[\p{L}\p{N}_./#-]{1,160}$/u;

export const empty = () => ({ version: VERSION, era: 0, records: {} });

const isText = (value, most = 300) =>
  typeof value === "string" && value.length <= most;
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const optional = (is) => (value) => value === undefined || is(value);
const isNumber = (value) => Number.isFinite(value);
const isGuess = (value) =>
  isNumber(value) ||
  isText(value) ||
  (Array.isArray(value) &&
    value.length <= 64 &&
    value.every((one) => isNumber(one) || isText(one)));

// What an entry of each kind holds besides its time.
const FIELDS = {
  quiz: { choice: isCount, right: (value) => typeof value === "boolean" },
  // Opened without a guess where there is none. `off`: how far from what was
  // computed, as a share of it.
  guess: {
    guess: optional(isGuess),
    off: optional((value) => isNumber(value) && value >= 0),
    right: optional((value) => typeof value === "boolean"),
  },
  exercise: {
    solved: (value) => typeof value === "boolean",
    code: optional((value) => isText(value, LONGEST_CODE)),
  },
  figure: {},
  page: { done: isCount, of: isCount },
  place: { anchor: optional(isText), heading: optional(isText) },
};

const LAST_ONLY = new Set(["figure", "page", "place"]);

const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const kindOf = (name) => name.slice(0, name.indexOf(":"));

/** An entry with its own fields alone, or undefined. */
function entryOf(kind, value, now) {
  if (!isObject(value) || !isTime(value.at, now)) return undefined;
  const entry = { at: value.at };
  for (const [field, is] of Object.entries(FIELDS[kind])) {
    if (!is(value[field])) return undefined;
    if (value[field] !== undefined) entry[field] = value[field];
  }
  return entry;
}

const isTime = (value, now) => isCount(value) && value <= now + TOMORROW;

/** A record as this book writes it, or undefined. */
function recordOf(name, value, now) {
  if (!NAME.test(name) || !isObject(value) || !isText(value.page))
    return undefined;
  const { page } = value;
  const kind = kindOf(name);
  if (kind === "prompt") {
    const { log } = value;
    const good =
      Array.isArray(log) &&
      log.length > 0 &&
      log.every(
        (one) =>
          Array.isArray(one) &&
          isTime(1000 * one[0], now) &&
          [1, 3].includes(one[1]),
      );
    return good
      ? { page, log: log.map(([at, grade]) => [at, grade]) }
      : undefined;
  }
  const last = entryOf(kind, value.last, now);
  if (!last) return undefined;
  if (value.first === undefined) return { page, last };
  const first = entryOf(kind, value.first, now);
  return first && { page, first, last };
}

/**
 * What a text holds: { kept, ignored } with the number of records not understood, or
 * { trouble } with the reason why nothing of it could be taken.
 */
export function read(text, now) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return { trouble: "unreadable" };
  }
  if (!isObject(value) || value.book !== KEY || !isObject(value.records))
    return { trouble: "foreign" };
  if (!Number.isSafeInteger(value.version)) return { trouble: "foreign" };
  if (value.version > VERSION) return { trouble: "newer" };
  if (value.version < VERSION) return { trouble: "older" };
  const records = {};
  let ignored = 0;
  for (const [name, one] of Object.entries(value.records)) {
    const record = recordOf(name, one, now);
    if (record) records[name] = record;
    else ignored += 1;
  }
  const era = isTime(value.era, now) ? value.era : 0;
  return { kept: { version: VERSION, era, records }, ignored };
}

/** The text that is stored and exported. */
export const write = ({ version, era, records }) =>
  JSON.stringify({ book: KEY, version, era, records });

// At the same time, the same one wherever two are joined.
const earlier = (a, b) => a.at - b.at || (order(a) < order(b) ? -1 : 1);
const order = (entry) => JSON.stringify(Object.entries(entry).sort());

function joinRecords(kind, a, b) {
  // Both speak of one item, on one page, unless that was moved.
  const page = a.page > b.page ? a.page : b.page;
  if (a.log || b.log) {
    const answers = new Map(
      [...(a.log ?? []), ...(b.log ?? [])].map((one) => [String(one), one]),
    );
    const log = [...answers.values()].sort(
      (one, other) => one[0] - other[0] || one[1] - other[1],
    );
    return { page, log };
  }
  const entries = [a.first ?? a.last, a.last, b.first ?? b.last, b.last];
  entries.sort(earlier);
  const [first, last] = [entries[0], entries[3]];
  return LAST_ONLY.has(kind) || order(first) === order(last)
    ? { page, last }
    : { page, first, last };
}

/**
 * Two states as one: nothing that either has is lost, in whatever order tabs and files
 * meet, unless it was erased in the other.
 */
export function join(a, b) {
  if (a.era !== b.era) return a.era > b.era ? a : b;
  const records = { ...a.records };
  for (const [name, record] of Object.entries(b.records))
    records[name] = Object.hasOwn(records, name)
      ? joinRecords(kindOf(name), records[name], record)
      : record;
  return { ...a, records };
}

/** `kept` with one more entry of an item; of a prompt, `entry` is [at, grade]. */
export function add(kept, name, page, entry) {
  const record =
    kindOf(name) === "prompt" ? { page, log: [entry] } : { page, last: entry };
  return join(kept, { ...kept, records: { [name]: record } });
}

const latest = ({ last, log }) => last?.at ?? 1000 * log.at(-1)[0];
const size = (text) => new TextEncoder().encode(text).length;

/**
 * { kept, dropped }: `kept` with as many records as `most` bytes hold, and how many
 * were too many: figures first, which count least, then the oldest.
 */
export function fit(kept, most = MOST_BYTES) {
  const records = Object.fromEntries(
    Object.entries(kept.records).map(([name, record]) => [
      name,
      record.log ? { ...record, log: record.log.slice(-LONGEST_LOG) } : record,
    ]),
  );
  let bytes = size(write({ ...kept, records }));
  if (bytes <= most) return { kept: { ...kept, records }, dropped: 0 };
  const names = Object.keys(records).sort(
    (a, b) =>
      (kindOf(a) !== "figure") - (kindOf(b) !== "figure") ||
      latest(records[a]) - latest(records[b]),
  );
  let dropped = 0;
  while (bytes > most) {
    const name = names[dropped];
    bytes -= size(JSON.stringify({ [name]: records[name] })) - 1; // with its comma
    delete records[name];
    dropped += 1;
  }
  return { kept: { ...kept, records }, dropped };
}

/**
 * What is kept once a file was read: { kept, said }, `said` being the sentence that
 * tells what was taken and what was ignored. Nothing that was kept is lost.
 */
export function takeFile(kept, text, now) {
  const found = read(text, now);
  if (found.trouble) return { kept, said: REASONS[found.trouble]() };
  // Wanted back, also where it was erased here since.
  const joined = join(kept, { ...found.kept, era: kept.era });
  const count = Object.keys(found.kept.records).length;
  const taken =
    count === 1
      ? say`Taken over: 1 record.`
      : say`Taken over: ${count} records.`;
  return {
    kept: joined,
    said: found.ignored
      ? say`${taken} Ignored, since they could not be understood: ${found.ignored}.`
      : taken,
  };
}

const REASONS = {
  unreadable: () =>
    say`The file is damaged, or is no JSON. Nothing was taken over, and nothing was lost.`,
  foreign: () =>
    say`The file is not a record of this book. Nothing was taken over, and nothing was lost.`,
  newer: () =>
    say`The file was written by a newer edition of this book. Nothing was taken over, and nothing was lost.`,
  older: () =>
    say`The file has a version that this book has never written. Nothing was taken over, and nothing was lost.`,
};
