// Where a line may end in a language that leaves no spaces between its words.
const segmenter = /* @__PURE__ */ new Intl.Segmenter("zh", {
  granularity: "word",
});
export const WIDE = /[\u2e80-\uffef]/; // also their marks
const PARTICLES = "的地得了着过吗呢吧们";
// What no line begins with, and what none ends with.
const CLOSING = /* @__PURE__ */ new RegExp(
  `[\\p{Pe}\\p{Pf}\\p{Po}\\s${PARTICLES}]`,
  "u",
);
const OPENING = /[\p{Ps}\p{Pi}\s]/u;

/**
 * The text with U+200B between its words. Beside a word of one character there is none
 * but after a mark or a particle: of a term that the segmenter does not know, it makes
 * single characters.
 */
export function withBreaks(text) {
  if (!WIDE.test(text)) return text;
  const words = [...segmenter.segment(text)].map(({ segment }) => segment);
  const ends = (word) => word && (word.length > 1 || CLOSING.test(word));
  const may = (before, word) =>
    before &&
    (WIDE.test(before) || WIDE.test(word)) &&
    !OPENING.test(before.at(-1)) &&
    !CLOSING.test(word[0]) &&
    ends(before) &&
    (word.length > 1 || /^[\p{Po}\p{Pe}\p{Pf}]$/u.test(before));
  return words.reduce(
    (all, word, i) => `${all}${may(words[i - 1], word) ? "\u200b" : ""}${word}`,
    "",
  );
}
