// The book's arithmetic, in float64. tests/explorables/test_formulas.py holds
// every function here to torch; a new one is not done before it is listed there.

/** Mean of the numbers `x`; nan for none, as torch.mean. */
export function mean(x) {
  let sum = 0;
  for (const value of x) sum += value;
  return sum / x.length;
}

/** Sum of squared deviations from the mean. */
export function sumOfSquares(x) {
  const m = mean(x);
  let sum = 0;
  for (const value of x) sum += (value - m) ** 2;
  return sum;
}

/**
 * Variance with divisor max(N - correction, 0), as torch.var(x, correction=...):
 * nan where it is 0 / 0, infinity where only the divisor is 0.
 */
export function variance(x, correction = 1) {
  return sumOfSquares(x) / Math.max(x.length - correction, 0);
}

/**
 * LayerNorm over all of `x`, as F.layer_norm for correction = 0; correction = 1 is
 * the mistake that chapter 1 opens with. gamma and beta: numbers for each feature.
 */
export function layerNorm(x, { eps = 1e-5, correction = 0, gamma, beta } = {}) {
  const m = mean(x);
  const scale = Math.sqrt(variance(x, correction) + eps);
  return x.map(
    (value, i) => ((value - m) / scale) * (gamma?.[i] ?? 1) + (beta?.[i] ?? 0),
  );
}

/**
 * Of the estimator SS / (n - correction) on n independent normal numbers of
 * variance 1: its expectation, bias and mean squared error.
 */
export function estimatorMoments(n, correction) {
  const divisor = n - correction;
  const expectation = (n - 1) / divisor;
  const bias = (correction - 1) / divisor;
  return {
    expectation,
    bias,
    meanSquaredError: (2 * (n - 1)) / divisor ** 2 + bias ** 2,
  };
}

/**
 * How much smaller an output is that was normalized with 1/(d-1) than with 1/d:
 * 1 - sqrt((d-1)/d), written so that no digits cancel.
 */
export function divisorGap(d) {
  return 1 / d / (1 + Math.sqrt((d - 1) / d));
}
