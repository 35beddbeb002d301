// Repeatable random samples.
import { randomLcg, randomNormal } from "d3-random";
import { sumOfSquares } from "./formulas.js";

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
      // d3's generator takes a fraction of 2³² for its seed.
      normal = randomNormal.source(randomLcg((seed + 0.5) / 2 ** 31))(0, 1);
    }
    while (sums.length < draws)
      sums.push(sumOfSquares(Array.from({ length: n }, normal)));
    return sums;
  };
}
