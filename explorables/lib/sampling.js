// Repeatable random samples.
import { randomLcg, randomNormal } from "d3-random";

// d3's generator takes a fraction of 2³² for its seed.
const standardNormal = (seed) =>
  randomNormal.source(randomLcg((seed + 0.5) / 2 ** 31))(0, 1);

/** The first `count` standard normal numbers of a seed. */
export function normals(seed, count) {
  const normal = standardNormal(seed);
  return Array.from({ length: count }, () => normal());
}

/**
 * Returns sums(seed, n, draws): the sums of squared deviations of `draws` samples
 * of n standard normal numbers. The same three numbers give the same sums, more
 * draws only add to them, and a larger n, up to `most`, only adds to each sample.
 */
export function normalSums(most) {
  let drawn = null; // the seed of the samples
  let normal;
  let samples = []; // for each the sum of its first 0, 1, ..., `most` numbers
  return (seed, n, draws) => {
    if (drawn !== seed) {
      drawn = seed;
      normal = standardNormal(seed);
      samples = [];
    }
    while (samples.length < draws) samples.push(growingSums(most, normal));
    return samples.slice(0, draws).map((sums) => sums[n]);
  };
}

/** Sums of squared deviations of 0, 1, ..., most numbers (Welford's method). */
function growingSums(most, draw) {
  const sums = [0];
  let mean = 0;
  for (let n = 1; n <= most; n++) {
    const value = draw();
    const off = value - mean;
    mean += off / n;
    sums.push(sums[n - 1] + off * (value - mean));
  }
  return sums;
}

/**
 * Returns stream(seed, n): what `of` makes of each of `count` batches of n standard
 * normal numbers. A larger n, up to `most`, only adds to each batch.
 * explorables/sampling.py draws the same numbers, `most` for each batch.
 */
export function normalBatches(count, most, of = (batch) => batch) {
  let drawn = null; // the seed of the numbers in `all`
  let all = [];
  let made = new Map(); // from n to what `of` made
  return (seed, n) => {
    if (drawn !== seed) {
      drawn = seed;
      const normal = standardNormal(seed);
      all = Array.from({ length: count }, () =>
        Array.from({ length: most }, normal),
      );
      made = new Map();
    }
    if (!made.has(n))
      made.set(
        n,
        all.map((batch) => of(batch.slice(0, n))),
      );
    return made.get(n);
  };
}
