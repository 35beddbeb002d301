// What a figure says, in the language of its state. The English text is the key:
// say`Draw ${count}` is looked up as "Draw {0}", and is English where it is missing.
// A page, or a notebook, in another language than English brings the messages.
const catalogues = () => globalThis.zeroMeanUnitVarianceMessages ?? {};

/** Text in which no line ends between a number and its %. */
export const joined = (text) => text.replaceAll(" %", "\u00a0%");

/**
 * The template tag `say` of a language, which makes a string. say.parts makes a list
 * of strings and of whatever the template was given: numbers of a readout, a <br>.
 * What Python says comes translated.
 */
export function speaker({ language }) {
  const catalogue = catalogues()[language] ?? {};
  function parts(texts, ...values) {
    const key = texts.reduce((sum, text, i) => `${sum}{${i - 1}}${text}`);
    return (catalogue[key] ?? key)
      .split(/\{(\d+)\}/)
      .map((piece, i) => (i % 2 ? values[piece] : joined(piece)));
  }
  const say = (texts, ...values) => parts(texts, ...values).join("");
  say.parts = parts;
  // Between two sentences, after one without its mark, and between items of a list.
  const chinese = language?.startsWith("zh");
  say.space = chinese ? "" : " ";
  say.stop = chinese ? "。" : ". ";
  say.comma = chinese ? "，" : ", ";
  return say;
}
