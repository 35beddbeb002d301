// The store over browsers that keep, refuse, are full, or hold something else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KEY, VERSION } from "../../../publishing/record/format.js";
import { createStore } from "../../../publishing/record/store.js";

/** A browser's storage; its tabs share it, and each hears of the others' writing. */
function browser({ room = Infinity } = {}) {
  const values = new Map();
  const tabs = [];
  let time = 1000;
  const storageOf = (tab) => ({
    getItem: (key) => values.get(key) ?? null,
    setItem(key, value) {
      if (value.length > room)
        throw Object.assign(new Error("full"), { name: "QuotaExceededError" });
      values.set(key, value);
      for (const other of tabs) if (other !== tab) other.stale = true;
    },
    removeItem: (key) => values.delete(key),
  });
  return {
    values,
    tab() {
      const tab = {};
      const storage = storageOf(tab);
      tab.store = createStore({
        storage: () => storage,
        now: () => (time += 1),
      });
      tab.store.refresh();
      tabs.push(tab);
      return tab.store;
    },
  };
}

const answer = { choice: 1, right: true };

test("a reload finds what was kept", () => {
  const place = browser();
  place.tab().put("quiz:a", "intro", answer);
  const again = place.tab();
  assert.equal(again.get("quiz:a").last.choice, 1);
  assert.equal(again.trouble(), "");
  assert.deepEqual([...place.values.keys()], [KEY]);
});

test("two tabs lose nothing of each other's, without hearing of it either", () => {
  const place = browser();
  const [one, other] = [place.tab(), place.tab()];
  one.put("quiz:a", "intro", answer);
  other.put("quiz:b", "intro", answer);
  one.put("quiz:a", "intro", { choice: 2, right: false });
  other.review("prompt:p", "intro", 3);
  const all = place.tab();
  assert.deepEqual(Object.keys(all.all()).sort(), [
    "prompt:p",
    "quiz:a",
    "quiz:b",
  ]);
  assert.equal(all.get("quiz:a").first.choice, 1);
  assert.equal(all.get("quiz:a").last.choice, 2);
});

test("another tab's writing is told", () => {
  const place = browser();
  const [one, other] = [place.tab(), place.tab()];
  let told = 0;
  const leave = other.subscribe(() => (told += 1));
  one.put("quiz:a", "intro", answer);
  other.changed();
  assert.equal(told, 1);
  assert.ok(other.get("quiz:a"));
  leave();
  other.changed();
  assert.equal(told, 1);
});

test("what one tab erases, the others do not bring back", () => {
  const place = browser();
  const [one, other] = [place.tab(), place.tab()];
  one.put("quiz:a", "intro", answer);
  other.changed();
  one.erase();
  other.put("quiz:b", "intro", answer);
  assert.deepEqual(Object.keys(place.tab().all()), ["quiz:b"]);
});

for (const [name, storage] of [
  [
    "a getter that throws",
    () => {
      throw Object.assign(new Error("no"), { name: "SecurityError" });
    },
  ],
  ["no storage at all", () => undefined],
  ["null", () => null],
])
  test(`${name}: it works until the page is left, and says so`, () => {
    const store = createStore({ storage });
    store.refresh();
    store.put("quiz:a", "intro", answer);
    store.review("prompt:a", "intro", 1);
    assert.equal(store.get("quiz:a").last.choice, 1);
    assert.match(store.trouble(), /does not allow .* gone when you leave/);
    const text = store.text();
    store.erase();
    assert.deepEqual(store.all(), {});
    assert.match(store.take(text), /Taken over: 2 records/);
    assert.ok(store.get("quiz:a"));
  });

test("what lasts no longer than the tab is kept that long, and told", () => {
  const values = new Map();
  const storage = () => ({
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => values.set(key, value),
  });
  const options = { storage, lasting: () => false };
  createStore(options).put("quiz:a", "intro", answer);
  const next = createStore(options);
  next.refresh();
  assert.ok(next.get("quiz:a"));
  assert.match(next.trouble(), /does not allow/);
});

test("no room: said, worked on, and kept again once there is some", () => {
  const options = { room: 0 };
  const values = new Map();
  const store = createStore({
    storage: () => ({
      getItem: (key) => values.get(key) ?? null,
      setItem(key, value) {
        if (value.length > options.room)
          throw Object.assign(new Error(), { name: "QuotaExceededError" });
        values.set(key, value);
      },
    }),
  });
  store.put("quiz:a", "intro", answer);
  assert.match(store.trouble(), /no room left/);
  options.room = 1e6;
  store.put("quiz:b", "intro", answer);
  assert.equal(store.trouble(), "");
  assert.match(values.get(KEY), /quiz:a.*quiz:b/);
});

for (const [name, text] of [
  ["broken text", '{"book'],
  ["another program's", "[1, 2]"],
  [
    "a newer edition's",
    `{"book": "${KEY}", "version": ${VERSION + 1}, "records": {}}`,
  ],
])
  test(`${name} is left as it is until the reader erases it`, () => {
    const place = browser();
    place.values.set(KEY, text);
    const store = place.tab();
    store.put("quiz:a", "intro", answer);
    assert.equal(place.values.get(KEY), text);
    assert.match(store.trouble(), /gone when you leave/);
    assert.ok(store.get("quiz:a"));
    store.erase();
    store.put("quiz:b", "intro", answer);
    assert.equal(store.trouble(), "");
    assert.deepEqual(Object.keys(place.tab().all()), ["quiz:b"]);
  });
