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

/** What stands behind percent signs; a broken one stays as it is. */
export function plain(word) {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/i;

/** The value of one item, of the kind of `like`, or undefined. */
function itemOf(word, like, { min, max, choices, whole }) {
  let value = plain(word);
  if (typeof like === "boolean") {
    if (value !== "true" && value !== "false") return undefined;
    return value === "true";
  }
  if (typeof like !== "string") {
    if (!NUMBER.test(value)) return undefined;
    value = Number(value);
    if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value)))
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

// A trait that is a list of choices has a name for each of them: a Sweep's parameters
// have theirs, a quiz's questions are counted. `values` are what an item may be, `shown`
// how an address says it.
const PARTS = {
  index: ({ parameters }) =>
    parameters?.map(({ name, values }) => ({
      name,
      values: [...values.keys()],
      shown: values,
    })),
  answers: ({ questions }) =>
    questions?.map(({ choices }, q) => {
      const values = [-1, ...choices.keys()];
      return { name: `answer${q + 1}`, values, shown: values };
    }),
};

/** What an address may set: { trait, place, name, limits, get } each. */
function slotsOf(begun, keys) {
  return keys.flatMap((trait) => {
    const parts = PARTS[trait]?.(begun);
    if (!parts)
      return {
        name: trait,
        limits: begun.limits[trait] ?? {},
        get: (state) => state[trait],
        put: (traits, value) => ({ ...traits, [trait]: value }),
      };
    return parts.map(({ name, values, shown }, i) => ({
      name,
      limits: { choices: shown },
      get: (state) => shown[values.indexOf(state[trait][i])],
      put: (traits, value) => ({
        ...traits,
        [trait]: traits[trait].map((one, j) =>
          j === i ? values[shown.indexOf(value)] : one,
        ),
      }),
    }));
  });
}

/**
 * The address's part for a state, "" where it is as it began; undefined where it would
 * be too long. `keys` are the traits that a reader can change.
 */
export function encode(state, begun, keys) {
  const words = slotsOf(begun, keys)
    .map(({ name, get }) => [name, written(get(begun)), written(get(state))])
    .filter(([, before, now]) => now !== before)
    .map(([name, , now]) => `${encodeURIComponent(name)}=${now}`)
    .join("&");
  return words.length <= LONGEST ? words : undefined;
}

/**
 * { traits, ignored }: what an address's part makes of the state that the figure began
 * with, and the names of what it cannot set: unknown, malformed, or out of range.
 */
export function decode(words, begun, keys) {
  const slots = new Map(slotsOf(begun, keys).map((slot) => [slot.name, slot]));
  const ignored = [];
  let traits = Object.fromEntries(keys.map((key) => [key, begun[key]]));
  for (const pair of words.split("&").filter(Boolean)) {
    const [name, value] = pairOf(pair);
    const slot = slots.get(name);
    const taken = slot && valueOf(value, slot.get(begun), slot.limits);
    if (taken === undefined) ignored.push(name);
    else traits = slot.put(traits, taken);
  }
  return { traits, ignored };
}

function pairOf(pair) {
  const [name, ...rest] = pair.split("=");
  return [plain(name), rest.join("=")];
}
