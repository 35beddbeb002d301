// The page "Your book": what was done, chapter by chapter; export, import, erase.
import { curved } from "../../explorables/lib/say.js";
import { make, save } from "../dom.js";
import { say } from "../say.js";
import { halves, summarise } from "./summary.js";

const { record: store, chapters } = window.zeroMeanUnitVariance;
const root = document.querySelector(".zm-your-book");

const percent = (share) => `${Number((100 * share).toPrecision(2))} %`;
/** Code in backticks, as it is written in a question. */
const inline = (text) =>
  text
    .split("`")
    .map((part, i) => (i % 2 ? make("code", {}, part) : curved(part)));

/** What was done of each kind, in words; a kind that the chapter lacks has none. */
function sentences({ guess, close, quiz, exercise }) {
  return [
    guess.of > 0 && [
      say`Predictions`,
      close === undefined
        ? say`${guess.tried} of ${guess.of} opened, ${guess.first} right`
        : say`${guess.tried} of ${guess.of} opened, ${guess.first} right; half of the numbers within ${percent(close)}`,
    ],
    quiz.of > 0 && [
      say`Quiz`,
      say`${quiz.tried} of ${quiz.of} answered, ${quiz.first} right at the first try, ${quiz.last} at the last`,
    ],
    exercise.of > 0 && [
      say`Exercises`,
      say`${exercise.last} of ${exercise.of} solved`,
    ],
  ].filter(Boolean);
}

/** A chapter: what was done, and what is left, or was wrong at the last try. */
function section(chapter) {
  const { title, address, things, left } = chapter;
  const begun = left.length < things.length;
  return make(
    "section",
    { class: "zm-chapter" },
    make("h2", {}, make("a", { href: address }, title)),
    make(
      "dl",
      {},
      sentences(chapter).flatMap(([kind, words]) => [
        make("dt", {}, kind),
        make("dd", {}, words),
      ]),
    ),
    begun && left.length > 0 && listOf(left, address),
  );
}

const WORDS = {
  guess: (text) => say.parts`Prediction: ${text}`,
  quiz: (text) => say.parts`Question: ${text}`,
  exercise: (text) => say.parts`Exercise: ${text}`,
};

const listOf = (left, address) =>
  make(
    "details",
    {},
    make("summary", {}, say`Left to do, or to try again: ${left.length}`),
    make(
      "ul",
      {},
      left.map(({ name, text, id }) =>
        make(
          "li",
          {},
          make(
            "a",
            { href: `${address}${id && `#${id}`}` },
            WORDS[name.split(":")[0]](inline(text)),
          ),
        ),
      ),
    ),
  );

/** Each first guess as a mark, in the order of time, and what became of them. */
function guessesOf({ guesses }) {
  if (guesses.length < 4) return [];
  const [[before, of], [after, ofLater]] = halves(guesses);
  return [
    make("h2", {}, say`How your guesses went`),
    make(
      "p",
      { class: "zm-guesses", "aria-hidden": "true" },
      guesses.map((right) => make("span", { class: right && "zm-right" })),
    ),
    make(
      "p",
      {},
      say`Of your first ${of} predictions ${before} were right, of the ${ofLater} since then ${after}.`,
    ),
  ];
}

const said = make("p", { class: "zm-said", role: "status" });
const file = make("input", {
  type: "file",
  accept: ".json,application/json",
  hidden: true,
  "aria-label": say`A file with a record of this book`,
  async onchange() {
    said.textContent = store.take(await file.files[0].text());
    file.value = "";
  },
});
const button = (text, onclick) =>
  make("button", { type: "button", class: "zm-button", onclick }, text);
const erase = button(say`Erase`, () => {
  if (erase.dataset.sure) {
    store.erase();
    said.textContent = say`Erased.`;
    calm();
    return;
  }
  erase.dataset.sure = "yes";
  erase.textContent = say`Erase all of it, for good`;
});
const calm = () => {
  delete erase.dataset.sure;
  erase.textContent = say`Erase`;
};
erase.addEventListener("blur", calm);
const actions = make(
  "div",
  { class: "zm-controls" },
  button(say`Export to a file`, () =>
    save("zero-mean-unit-variance.json", "application/json", store.text()),
  ),
  button(say`Import a file`, () => file.click()),
  file,
  erase,
);
const content = make("div");

function show() {
  const summary = summarise(chapters, store.all());
  const { place, unknown } = summary;
  const where = chapters.find(({ page }) => page === place?.page);
  const parts = [
    where &&
      make(
        "p",
        {},
        say.parts`You were last reading ${make(
          "a",
          { href: `${where.address}#${place.last.anchor}` },
          place.last.heading,
        )}.`,
      ),
    ...guessesOf(summary),
    ...summary.chapters.map(section),
    unknown > 0 &&
      make(
        "p",
        {},
        say`Kept, and not counted: ${unknown} answers to texts that have changed since.`,
      ),
    store.trouble() && make("p", { class: "zm-not-kept" }, store.trouble()),
  ];
  content.replaceChildren(...parts.filter(Boolean));
}

store.subscribe(show);
show();
root.replaceChildren(content, actions, said);
