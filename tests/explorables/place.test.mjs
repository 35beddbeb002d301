import assert from "node:assert/strict";
import test from "node:test";
import {
  along,
  around,
  placer,
  ring,
  roomOf,
} from "../../explorables/lib/place.js";

const SIZE = { width: 200, height: 100 };

test("a text takes the first place that is free of marks and of texts", () => {
  const places = [...around([100, 50], "name", { towards: 0 })];
  const free = placer(SIZE, []);
  assert.equal(free("name", places), places[0]);
  assert.notEqual(free("name", places), places[0]);
  const line = along([
    [100, 50],
    [200, 50],
  ]);
  const { y } = placer(SIZE, line)("name", places);
  assert.ok(y < 48 || y - 11 > 50, "above the line or below it");
});

test("where no place is free, and outside of the picture, there is no text", () => {
  const places = [...around([100, 50], "name")];
  const rings = [10, 15, 20, 25, 30, 35, 40].flatMap((r) => ring([100, 50], r));
  assert.equal(placer(SIZE, rings)("name", places), undefined);
  assert.equal(placer(SIZE, [])("name", [{ x: 190, y: 50 }]), undefined);
  assert.ok(placer(SIZE, [])("name", [{ x: 190, y: 50, end: true }]));
});

test("a text has the room that it takes in a wide face, a bold one, too", () => {
  // Pixels in DejaVu Sans, as Chromium measures them: 13 high, and 14 high and bold.
  const widths = {
    balance: [51.2, 61.5],
    w: [10.6, 12.9],
    x̂: [7.7, 9],
    "norm first": [63.5, 78.3],
  };
  for (const [content, [usual, bold]] of Object.entries(widths)) {
    assert.ok(roomOf(content) >= usual, content);
    assert.ok(roomOf(content, { bold: true }) >= bold, content);
    assert.ok(roomOf(content) < usual + 13, content);
  }
});
