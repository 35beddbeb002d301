// How numbers and texts are written in a figure.
import assert from "node:assert/strict";
import test from "node:test";
import { asked, inline, unbroken } from "../../explorables/lib/marks.js";
import { label, plain } from "../../explorables/lib/numbers.js";
import { textOf } from "../../explorables/lib/tree.js";

test("what is rounded to 0 has no sign", () => {
  assert.equal(label(-0.004, 2), "0.00");
  assert.equal(label(-0.006, 2), "−0.01");
  assert.equal(label(-0), "0");
  assert.equal(label(-1e-9), "−1.0e−9");
});

test("thousands stand apart as Intl.NumberFormat has them", () => {
  const { format } = new Intl.NumberFormat("en", { maximumFractionDigits: 20 });
  for (let size = 1; size < 1e15; size *= 3)
    for (const value of [size, -size, Math.round(size * Math.random())])
      for (const digits of [0, 1, 4]) {
        const shown = value + +Math.random().toFixed(digits);
        assert.equal(plain(shown), format(shown));
      }
});

test("no line ends in a list, a ratio, a difference, or beside its =", () => {
  const held = "\u00a0";
  const cases = {
    "x̂ = (1.3, 2)": `x̂${held}=${held}(1.3,${held}2)`,
    "after the mean = 2": `after the mean =${held}2`,
    "divided by N − 1 it is": `divided by N${held}−${held}1 it is`,
    "1/(N − 1), y − x": `1/(N${held}−${held}1), y${held}−${held}x`,
    "left − right": "left − right",
    "at 2/η": "at 2/\u2060η",
    "乘以 1/√24": "乘以 1/\u2060√24",
    "at |w| = 2": `at |w|\u2060${held}=${held}2`,
    "nothing to hold": "nothing to hold",
  };
  for (const [text, written] of Object.entries(cases))
    assert.equal(unbroken(text), written);
});

test("an apostrophe is curved, but in code", () => {
  assert.equal(unbroken("the layers' and torch's"), "the layers’ and torch’s");
  const [name, rest, code] = inline("`var`'s, not `f'{x}'`").filter(Boolean);
  assert.deepEqual(
    [name.props.children, rest, code.props.children],
    ["var", "’s, not ", "f'{x}'"],
  );
});

test("a clause of a Chinese question is a box, and a bracket is not cut", () => {
  const clauses = (text) => asked(text, "1. ").map((one) => textOf(one));
  assert.deepEqual(clauses("γ 从 1 出发，它停在哪里？（瞎猜：2.30。）"), [
    "1. γ 从 1 出发，",
    "它停在哪里？",
    "（瞎猜：2.30。）",
  ]);
  assert.deepEqual(clauses("它的输出能朝几个方向移动（不计 ε）？"), [
    "1. ",
    "它的输出能朝几个方向移动（不计 ε）？",
  ]);
  assert.deepEqual(clauses("Which, and why?"), ["1. ", "Which, and why?"]);
});
