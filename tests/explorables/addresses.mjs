// Takes states to addresses and back, for a test: reads [{ kind, begun, states }] as
// JSON from standard input; writes for each state { words, traits, ignored }.
import { readFileSync } from "node:fs";
import { explorableOf } from "../../explorables/index.js";
import { decode, encode } from "../../explorables/lib/address.js";

const cases = JSON.parse(readFileSync(0, "utf8"));
const keysOf = (kind) => explorableOf(kind).keys ?? [];
process.stdout.write(
  JSON.stringify(
    cases.map(({ kind, begun, states, words }) => ({
      keys: keysOf(kind),
      states: (states ?? []).map((state) => {
        const encoded = encode(state, begun, keysOf(kind));
        return {
          words: encoded,
          ...(encoded !== undefined && decode(encoded, begun, keysOf(kind))),
        };
      }),
      decoded: (words ?? []).map((one) => decode(one, begun, keysOf(kind))),
    })),
  ),
);
