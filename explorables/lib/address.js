// A figure's state in an address, `x=1,2,3,4&n=5`: traits by name, only those that
// differ from the state that the figure began with; and back, within the limits.

export const LONGEST = 300; // characters of an address's state

const text = (value) =>
  typeof value === "string" ? encodeURIComponent(value) : String(value);

/** Numbers as JavaScript writes them, exactly: rows of a list apart by ";". */
function written(value) {
  if (!Array.isArray(value)) return text(value).replace("e+", "e");
  return value.map(written).join(Array.isArray(value[0]) ? ";" : ",");
}

const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/i;

/** The value of one item, of the kind of `like`, or undefined. */
function itemOf(word, like, { min, max, choices, whole }) {
  let value = decodeURIComponent(word);
  if (typeof like === "boolean") {
    if (value !== "true" && value !== "false") return undefined;
    return value === "true";
  }
  if (typeof like !== "string") {
    if (!NUMBER.test(value)) return undefined;
    value = Number(value);
    if (!Number.isFinite(value) || (whole && !Number.isInteger(value)))
      return undefined;
  }
  if (choices && !choices.includes(value)) return undefined;
  return value < min || value > max ? undefined : value;
}

function listOf(words, like, limits) {
  const rows = Array.isArray(like[0]);
  const parts = words.split(rows ? ";" : ",");
  const { shortest = 0, longest } = limits;
  // Where nothing says how long it may be, it is as long as it was.
  const free = !rows && longest !== undefined;
  const fits = free
    ? parts.length >= shortest && parts.length <= longest
    : parts.length === like.length;
  if (!fits) return undefined;
  const values = parts.map((part, i) =>
    rows ? listOf(part, like[i], {}) : itemOf(part, like[0], limits),
  );
  return values.includes(undefined) ? undefined : values;
}

const valueOf = (words, like, limits) =>
  Array.isArray(like)
    ? listOf(words, like, limits)
    : itemOf(words, like, limits);

/** The same state by the names that an address uses: a Sweep's parameters have theirs. */
function named({ parameters, index, ...state }, keys) {
  if (!parameters)
    return Object.fromEntries(
      keys.map((key) => [key, { index, ...state }[key]]),
    );
  return Object.fromEntries(
    parameters.map(({ name, values }, i) => [name, values[index[i]]]),
  );
}

function limitsOf({ parameters, limits }) {
  if (!parameters) return limits;
  return Object.fromEntries(
    parameters.map(({ name, values }) => [name, { choices: values }]),
  );
}

/**
 * The address's part for a state, "" where it is as it began; undefined where it would
 * be too long. `keys` are the traits that a reader can change.
 */
export function encode(state, begun, keys) {
  const before = named(begun, keys);
  const words = Object.entries(named(state, keys))
    .filter(([name, value]) => written(value) !== written(before[name]))
    .map(([name, value]) => `${encodeURIComponent(name)}=${written(value)}`)
    .join("&");
  return words.length <= LONGEST ? words : undefined;
}

/**
 * { traits, ignored }: what an address's part sets, and the names of what it cannot
 * set: unknown, malformed, or out of range.
 */
export function decode(words, begun, keys) {
  const before = named(begun, keys);
  const limits = limitsOf(begun);
  const found = {};
  const ignored = [];
  for (const pair of words.split("&").filter(Boolean)) {
    const [name, value] = pairOf(pair);
    const known = Object.hasOwn(before, name);
    let taken;
    try {
      taken = known
        ? valueOf(value, before[name], limits[name] ?? {})
        : undefined;
    } catch {
      // A broken percent sign is no value.
    }
    if (taken === undefined) ignored.push(name);
    else found[name] = taken;
  }
  return { traits: traitsOf(begun, { ...before, ...found }, keys), ignored };
}

function pairOf(pair) {
  const [name, ...rest] = pair.split("=");
  try {
    return [decodeURIComponent(name), rest.join("=")];
  } catch {
    return [name, ""];
  }
}

/** From the names of an address to traits. */
function traitsOf({ parameters }, values, keys) {
  if (!parameters)
    return Object.fromEntries(keys.map((key) => [key, values[key]]));
  const index = parameters.map(({ name, values: all }) =>
    all.indexOf(values[name]),
  );
  return { index };
}
