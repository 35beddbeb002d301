// Repeatable random samples.
import { randomLcg, randomNormal } from "d3-random";
import { sumOfSquares } from "./formulas.js";

// d3's generator takes a fraction of 2³² for its seed.
const standardNormal = (seed) =>
  randomNormal.source(randomLcg((seed + 0.5) / 2 ** 31))(0, 1);

/**
 * Returns sums(seed, n, draws): the sums of squared deviations of `draws` samples
 * of n standard normal numbers. The same three numbers give the same sums, and
 * more draws only add to them.
 */
export function normalSums() {
  let key = "";
  let normal;
  let sums = [];
  return (seed, n, draws) => {
    if (key !== `${seed} ${n}` || draws < sums.length) {
      key = `${seed} ${n}`;
      sums = [];
      normal = standardNormal(seed);
    }
    while (sums.length < draws)
      sums.push(sumOfSquares(Array.from({ length: n }, normal)));
    return sums;
  };
}

/**
 * Returns stream(seed, n): what `of` makes of each of `count` batches of n standard
 * normal numbers. A larger n, up to `most`, only adds to each batch.
 * explorables/sampling.py draws the same numbers, `most` for each batch.
 */
export function normalBatches(count, most, of = (batch) => batch) {
  let key = "";
  let batches = [];
  return (seed, n) => {
    if (key !== `${seed} ${n}`) {
      key = `${seed} ${n}`;
      const normal = standardNormal(seed);
      batches = Array.from({ length: count }, () =>
        of(Array.from({ length: most }, normal).slice(0, n)),
      );
    }
    return batches;
  };
}
