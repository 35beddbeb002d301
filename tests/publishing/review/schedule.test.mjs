// When a prompt is due, and the files for other programs.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ankiText, calendarText } from "../../../publishing/review/files.js";
import {
  FORGOT,
  REMEMBERED,
  due,
  nextDay,
  plan,
} from "../../../publishing/review/schedule.js";

const DAY = 24 * 3600;
const START = 1_700_000_000;
const MOMENT = START * 1000;

/** The log of someone who answers on the day that a prompt is due. */
function punctual(grades) {
  const log = [[START, grades[0]]];
  for (const grade of grades.slice(1))
    log.push([Math.ceil(due(log) / 1000), grade]);
  return log;
}

test("what is remembered is asked less and less often", () => {
  let before = 0;
  for (let count = 1; count <= 6; count += 1) {
    const log = punctual(Array(count).fill(REMEMBERED));
    const days = (due(log) / 1000 - log.at(-1)[0]) / DAY;
    assert.ok(days > 1.5 * before, `${count}: ${days} after ${before}`);
    before = days;
  }
});

test("what was forgotten comes sooner than what was remembered", () =>
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(FORGOT, REMEMBERED), { maxLength: 8 }),
      (grades) => {
        const last = (grade) => {
          const log = punctual([...grades, grade]);
          return due(log) / 1000 - log.at(-1)[0];
        };
        assert.ok(last(FORGOT) >= DAY);
        assert.ok(last(FORGOT) <= last(REMEMBERED));
      },
    ),
    { numRuns: 200 },
  ));

const prompts = ["a", "b", "c", "d"].map((id, i) => ({
  name: `prompt:${id}`,
  page: i < 3 ? "chapters/one" : "chapters/two",
}));
const asked = (at, grade = REMEMBERED) => ({
  page: "chapters/one",
  log: [[at, grade]],
});

test("due are those whose time has come; new ones wait for their chapter", () => {
  const records = {
    "prompt:a": asked(START - 30 * DAY),
    "prompt:b": asked(START - DAY),
    "prompt:c": asked(START - 40 * DAY),
  };
  const found = plan(prompts, records, MOMENT);
  assert.deepEqual(
    found.now.map(({ name }) => name),
    ["prompt:c", "prompt:a"],
  );
  assert.deepEqual(found.fresh, []);
  assert.equal(found.later.length, 1);
  const all = plan(prompts, records, MOMENT, { begun: false });
  assert.deepEqual(all.fresh, [prompts[3]]);
  const begun = plan(
    prompts,
    { ...records, "quiz:x": { page: "chapters/two", last: { at: 1 } } },
    MOMENT,
  );
  assert.deepEqual(begun.fresh, [prompts[3]]);
});

test("the calendar's day is at least tomorrow, and counts all due by then", () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 60 * DAY })),
      fc.nat(3),
      (waits, overdue) => {
        const later = waits
          .map((wait) => MOMENT + 1000 * wait)
          .sort((a, b) => a - b);
        const next = nextDay({ now: Array(overdue), later }, MOMENT);
        if (!overdue && !later.length) {
          assert.equal(next, undefined);
          return;
        }
        const [year, month, date] = next.day;
        const begin = new Date(year, month - 1, date).getTime();
        const end = new Date(year, month - 1, date + 1).getTime();
        assert.ok(begin > MOMENT);
        assert.equal(
          next.count,
          overdue + later.filter((at) => at < end).length,
        );
        assert.ok(next.count > 0);
        // No day before it has anything that this one has not.
        const tomorrow = new Date(MOMENT).setHours(24, 0, 0, 0);
        if (begin > tomorrow)
          assert.ok(!overdue && later.every((at) => at >= begin));
      },
    ),
  ));

test("a calendar's lines have at most 75 bytes, and say what they were given", () =>
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.date({
        min: new Date(0),
        max: new Date("2200-01-01"),
        noInvalidDate: true,
      }),
      (summary, now) => {
        const text = calendarText(
          {
            day: [2027, 2, 9],
            summary,
            description: "a, b; c",
            address: "https://x.org/",
          },
          now,
        );
        const lines = text.split("\r\n");
        assert.equal(lines.pop(), "");
        for (const line of lines) assert.ok(Buffer.byteLength(line) <= 75);
        const unfolded = text.replaceAll("\r\n ", "").split("\r\n");
        assert.equal(
          unfolded.filter((line) => line.startsWith("SUMMARY:")).length,
          1,
        );
        const shown = unfolded
          .find((line) => line.startsWith("SUMMARY:"))
          .slice(8)
          .replace(/\\(.)/g, (_, one) => (one === "n" ? "\n" : one));
        assert.equal(shown, summary.replace(/\r\n?/g, "\n"));
        assert.ok(unfolded.includes("DTSTART;VALUE=DATE:20270209"));
        assert.ok(unfolded.includes("DESCRIPTION:a\\, b\\; c"));
        assert.match(text, /DTSTAMP:\d{8}T\d{6}Z/);
      },
    ),
  ));

test("an Anki file has a line for each card, and four fields in it", () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          id: fc.stringMatching(/^[a-z0-9]{4}$/),
          question: fc.string(),
          answer: fc.string(),
          tag: fc.constant("one"),
        }),
      ),
      (cards) => {
        const lines = ankiText(cards, "The book").trimEnd().split("\n");
        assert.equal(lines[0], "#separator:tab");
        const rows = lines.filter((line) => /\tzero-mean/.test(line));
        assert.equal(rows.length, cards.length);
        for (const row of rows) assert.equal(row.split("\t").length, 4);
      },
    ),
  ));
