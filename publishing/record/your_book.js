// The page "Your book": what was done, chapter by chapter; export, import, erase.
import { make, save } from "./dom.js";
import { halves, summarise } from "./summary.js";

const { record: store, chapters } = window.zeroMeanUnitVariance;
const root = document.querySelector(".zm-your-book");

const count = ({ of, tried }) => (of ? `${tried} of ${of}` : "–");
const rights = ({ tried, first, last }) =>
  tried ? `${first}${last === first ? "" : ` → ${last}`}` : "–";
const percent = (share) => `${Number((100 * share).toPrecision(2))} %`;
/** Code in backticks, as it is written in a question. */
const inline = (text) =>
  text.split("`").map((part, i) => (i % 2 ? make("code", {}, part) : part));

function table(summary) {
  const head = [
    "Chapter",
    "Predicted",
    "right",
    "half of the numbers within",
    "Quiz",
    "right, first → last try",
    "Exercises",
  ];
  const rows = summary.chapters.map((one) => [
    make("a", { href: one.address }, one.title),
    count(one.guess),
    one.guess.tried ? String(one.guess.first) : "–",
    one.close === undefined ? "–" : percent(one.close),
    count(one.quiz),
    rights(one.quiz),
    one.exercise.of ? `${one.exercise.last} of ${one.exercise.of}` : "–",
  ]);
  const cells = (tag, row) => row.map((cell) => make(tag, {}, cell));
  return make(
    "div",
    {
      class: "table-wrapper container",
      tabindex: 0,
      role: "region",
      "aria-label": "Chapter by chapter",
    },
    make(
      "table",
      { class: "docutils zm-record" },
      make("thead", {}, make("tr", {}, cells("th", head))),
      make(
        "tbody",
        {},
        rows.map((row) => make("tr", {}, cells("td", row))),
      ),
    ),
  );
}

/** Each first guess as a mark, in the order of time, and what became of them. */
function guessesOf({ guesses }) {
  if (guesses.length < 4) return [];
  const [[before, of], [after, ofLater]] = halves(guesses);
  return [
    make("h2", {}, "How your guesses went"),
    make(
      "p",
      { class: "zm-guesses", "aria-hidden": "true" },
      guesses.map((right) => make("span", { class: right && "zm-right" })),
    ),
    make(
      "p",
      {},
      `Of your first ${of} predictions ${before} were right, of the ${ofLater} since then ${after}.`,
    ),
  ];
}

/** What is not done, or was wrong at the last try, with a link to each. */
function leftOf({ chapters }) {
  const begun = chapters.filter(
    ({ left, things }) => left.length && left.length < things.length,
  );
  if (!begun.length) return [];
  const WORDS = { guess: "Prediction", quiz: "Question", exercise: "Exercise" };
  return [
    make("h2", {}, "Left to do, or to try again"),
    begun.map(({ title, address, left }) =>
      make(
        "details",
        {},
        make("summary", {}, `${title}: ${left.length}`),
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
                `${WORDS[name.split(":")[0]]}: `,
                inline(text),
              ),
            ),
          ),
        ),
      ),
    ),
  ];
}

const said = make("p", { class: "zm-said", role: "status" });
const file = make("input", {
  type: "file",
  accept: ".json,application/json",
  hidden: true,
  "aria-label": "A file with a record of this book",
  async onchange() {
    said.textContent = store.take(await file.files[0].text());
    file.value = "";
  },
});
const button = (text, onclick) =>
  make("button", { type: "button", class: "zm-button", onclick }, text);
const erase = button("Erase", () => {
  if (erase.dataset.sure) {
    store.erase();
    said.textContent = "Erased.";
    calm();
    return;
  }
  erase.dataset.sure = "yes";
  erase.textContent = "Erase all of it, for good";
});
const calm = () => {
  delete erase.dataset.sure;
  erase.textContent = "Erase";
};
erase.addEventListener("blur", calm);
const actions = make(
  "div",
  { class: "zm-controls" },
  button("Export to a file", () =>
    save("zero-mean-unit-variance.json", "application/json", store.text()),
  ),
  button("Import a file", () => file.click()),
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
        "You were last reading ",
        make(
          "a",
          { href: `${where.address}#${place.last.anchor}` },
          place.last.heading,
        ),
        ".",
      ),
    table(summary),
    ...guessesOf(summary),
    ...leftOf(summary).flat(),
    unknown > 0 &&
      make(
        "p",
        {},
        `Kept, and not counted: ${unknown} answers to texts that have changed since.`,
      ),
    store.trouble() && make("p", { class: "zm-not-kept" }, store.trouble()),
  ];
  content.replaceChildren(...parts.filter(Boolean));
}

store.subscribe(show);
show();
root.replaceChildren(content, actions, said);
