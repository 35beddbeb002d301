// What a figure says, in the language of its state. The English text is the key:
// say`Draw ${count}` is looked up as "Draw {0}", and is English where it is missing.
// A page, or a notebook, in another language than English brings the messages.
const catalogues = () => globalThis.zeroMeanUnitVarianceMessages ?? {};

/** Text in which no line ends between a number and its %. */
export const joined = (text) => text.replaceAll(" %", "\u00a0%");

const APOSTROPHE = /(^|[\p{L}\d])'/gu; // one at the beginning follows `code`

/** Text with ’ for '. */
export const curved = (text) => text.replace(APOSTROPHE, "$1’");

const NONE = {};
const known = new WeakMap(); // a catalogue's pieces, by the template's texts

/** What a template's texts say, cut where its values come: text, which value, text, ... */
function piecesOf(texts, catalogue) {
  if (!known.has(catalogue)) known.set(catalogue, new WeakMap());
  const pieces = known.get(catalogue);
  if (!pieces.has(texts)) {
    const key = texts.reduce((sum, text, i) => `${sum}{${i - 1}}${text}`);
    const cut = (catalogue[key] ?? key).split(/\{(\d+)\}/);
    pieces.set(
      texts,
      cut.map((piece, i) => (i % 2 ? piece : joined(piece))),
    );
  }
  return pieces.get(texts);
}

/**
 * The template tag `say` of a language, which makes a string. say.parts makes a list
 * of strings and of whatever the template was given: numbers of a readout, a <br>.
 * What Python says comes translated.
 */
export function speaker({ language }) {
  const catalogue = catalogues()[language] ?? NONE;
  const parts = (texts, ...values) =>
    piecesOf(texts, catalogue).map((piece, i) =>
      i % 2 ? values[piece] : piece,
    );
  const say = (texts, ...values) => parts(texts, ...values).join("");
  say.parts = parts;
  // Between two sentences, after one without its mark, and between items of a list.
  const chinese = language?.startsWith("zh");
  say.space = chinese ? "" : " ";
  say.stop = chinese ? "。" : ". ";
  say.comma = chinese ? "，" : ", ";
  return say;
}
