// The page "Review": asks what is due, one prompt after the other.
import { say } from "../languages/say.js";
import { make, save } from "../record/dom.js";
import { addButtons, promptsIn } from "./answering.js";
import { ankiText, calendarText } from "./files.js";
import { FORGOT, MOST_AT_ONCE, nextDay, plan } from "./schedule.js";

const { record: store } = window.zeroMeanUnitVariance;
const root = document.querySelector(".zm-review");
const prompts = promptsIn(document);
for (const prompt of prompts) addButtons(prompt, store);

let queue = []; // prompts of this session, the one that is asked first
const asked = make("div", { class: "zm-asked" });
const status = make("p", { role: "status" });
const button = (text, onclick) =>
  make("button", { type: "button", class: "zm-button", onclick }, text);
const count = (number) =>
  number === 1 ? say`1 prompt` : say`${number} prompts`;

const planNow = (options) => plan(prompts, store.all(), Date.now(), options);

/** Ask what is due, what was never asked last, as many as fit a few minutes. */
function begin(options) {
  const { now, fresh } = planNow(options);
  queue = [...now, ...fresh].slice(0, MOST_AT_ONCE);
  ask();
}

function ask() {
  const [prompt] = queue;
  if (!prompt) {
    asked.replaceChildren();
    show();
    return;
  }
  status.textContent = say`${count(queue.length)} to go.`;
  start.hidden = all.hidden = true;
  const copy = prompt.node.cloneNode(true);
  copy.open = false;
  copy.querySelector(".zm-controls").remove();
  for (const one of copy.querySelectorAll("[id]")) one.removeAttribute("id");
  addButtons({ ...prompt, node: copy }, store, (grade) => {
    queue.shift();
    if (grade === FORGOT) queue.push(prompt); // once more before the end
    ask();
  });
  asked.replaceChildren(copy);
  copy.querySelector("summary").focus();
}

/** What there is to do, before and after a session. */
function show() {
  const { now, fresh, later } = planNow();
  calendar.hidden = !nextDay({ now, later }, Date.now());
  if (queue.length) return;
  const ready = now.length + fresh.length;
  const next = nextDay({ now: [], later }, Date.now());
  status.textContent = ready
    ? say`${count(ready)} to answer: ${now.length} due again, ${fresh.length} new. At most ${MOST_AT_ONCE} at a time.`
    : next
      ? say`Nothing is due. Next: ${count(next.count)} on ${written(next.day)}.`
      : say`Nothing is due: prompts come up once something was done in their chapter.`;
  start.hidden = !ready;
  all.hidden = Boolean(ready) || !planNow({ begun: false }).fresh.length;
}

/** A day in words, its month counted from one. */
const written = ([year, month, date]) =>
  new Date(year, month - 1, date).toLocaleDateString(
    document.documentElement.lang,
    { day: "numeric", month: "long" },
  );

/** A prompt's HTML for another program: formulas as TeX, links in full. */
function htmlOf(node) {
  const copy = node.cloneNode(true);
  for (const math of copy.querySelectorAll(".math, math")) {
    const tex = math.querySelector("annotation")?.textContent;
    if (tex) math.replaceWith(`\\(${tex.trim()}\\)`);
  }
  for (const link of copy.querySelectorAll("a"))
    if (location.protocol.startsWith("http")) {
      const { href } = new URL(link.getAttribute("href"), location.href);
      link.replaceWith(make("a", { href }, ...link.childNodes));
    } else link.remove();
  copy.querySelector(".zm-controls")?.remove();
  return copy.innerHTML;
}

function saveCards() {
  const cards = prompts.map(({ node, name, page }) => {
    const [question, ...answer] = node.cloneNode(true).children;
    return {
      id: name.slice("prompt:".length),
      question: htmlOf(question),
      answer: answer
        .filter((one) => !one.matches(".zm-controls"))
        .map(htmlOf)
        .join("<br>"),
      tag: page.replace(/\W+/g, "-"),
    };
  });
  save(
    "zero-mean-unit-variance-anki.txt",
    "text/plain",
    ankiText(cards, document.title),
  );
}

function saveEntry() {
  const next = nextDay(planNow(), Date.now());
  const text = calendarText(
    {
      day: next.day,
      summary: say`Review ${count(next.count)}`,
      description: document.title,
      address: location.protocol.startsWith("http") && location.href,
    },
    Date.now(),
  );
  save("review.ics", "text/calendar", text);
}

const start = button(say`Begin`, () => begin());
const all = button(say`Ask me all the same`, () => begin({ begun: false }));
const calendar = button(say`Calendar entry for the next time`, saveEntry);
root.replaceChildren(
  status,
  asked,
  make(
    "div",
    { class: "zm-controls" },
    start,
    all,
    calendar,
    button(say`All prompts as Anki cards`, saveCards),
  ),
);
store.subscribe(show);
show();
