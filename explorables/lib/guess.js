// What a guess is worth: the sealed answer, read, and compared.

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
const [FIRST, HALF, ALL] = [0x4e00, 0x2900, 0x5200]; // of 汉字

const turned = (letter, alphabet) =>
  alphabet[(alphabet.indexOf(letter) + alphabet.length / 2) % alphabet.length];

/** The answer that Python's `seal` has made this text of. */
export const unseal = ({ sealed }) =>
  JSON.parse(
    sealed.replace(
      /[a-z]|([A-Z])|(\d)|([\u4e00-\u9fff])/g,
      (letter, capital, digit, han) =>
        han
          ? String.fromCharCode(
              FIRST + ((han.charCodeAt() - FIRST + HALF) % ALL),
            )
          : turned(
              letter,
              digit ? DIGITS : capital ? LETTERS.toUpperCase() : LETTERS,
            ),
    ),
  );

export const isDrawn = ({ form }) => /^(bars|points|curve)$/.test(form);

const mean = (values) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** How far from each other, number by number. */
export const distances = (a, b) => a.map((value, i) => Math.abs(value - b[i]));

/** Whether `guess` is taken for `value`. */
function isNear(state, guess, value, { within, percent }) {
  if (guess.length !== value.length) return false;
  const away = distances(guess, value);
  if (isDrawn(state)) return mean(away) <= within;
  // As Python's own rounding has it: 0.1 + 0.2 lies within 0 of 0.3.
  return away.every(
    (far, i) =>
      far <=
      Math.max(within, (percent / 100) * Math.abs(value[i])) +
        1e-12 * Math.abs(value[i]),
  );
}

function isRight(state, guess, answer) {
  if (state.form !== "order") return isNear(state, guess, answer.truth, answer);
  const sorted = guess.map((i) => answer.truth[i]);
  return sorted.every((value, i) => !i || sorted[i - 1] <= value);
}

/** The sentence on a foreseen wrong answer, the nearest one that is near enough. */
function foreseen(state, guess, { wrong, within, percent }) {
  const exact = /^(choice|order)$/.test(state.form);
  // A reader rounds, and a drawing is a sketch.
  const looser = exact
    ? { within: 0, percent: 0 }
    : { within, percent: Math.max(percent, 0.5) };
  return wrong
    .filter(([value]) => isNear(state, guess, value, looser))
    .map(([value, text]) => [mean(distances(guess, value)), text])
    .sort(([a], [b]) => a - b)[0]?.[1];
}

/**
 * What there is to say of a state's guess: { truth, right, off, text }. `off` is the
 * distance as a share of what was computed, or undefined where that says nothing;
 * `right` is undefined where there is no guess.
 */
export function judged(state) {
  const answer = unseal(state);
  const { truth, texts } = answer;
  const { form, guess } = state;
  const length = form === "choice" ? 1 : truth.length;
  if (guess.length !== length) return { truth };
  const right = isRight(state, guess, answer);
  const size = mean(truth.map(Math.abs));
  const measured = form !== "choice" && form !== "order" && size > 0;
  return {
    truth,
    right,
    off: measured ? mean(distances(guess, truth)) / size : undefined,
    text:
      (right && answer.right) ||
      (form === "choice" && texts[guess[0]]) ||
      (!right && foreseen(state, guess, answer)) ||
      "",
  };
}

/** A number as somebody types it: −1.34, 1,5, 1/3, 13.4 %, 1e-5; or undefined. */
export function parsed(text) {
  const plain = text
    .trim()
    .replace(/[−–]/g, "-")
    .replace(/\s*%$/, "")
    .replace(/^([+-]?\d+),(\d+)$/, "$1.$2");
  const [top, below = "1", ...more] = plain.split("/");
  const isNumber = (one) =>
    /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(one);
  if (more.length || !isNumber(top) || !isNumber(below)) return undefined;
  const value = Number(top) / Number(below);
  return Number.isFinite(value) ? value : undefined;
}
