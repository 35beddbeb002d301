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

/** Mean of the squares: what RMSNorm has in place of a variance. */
export const meanSquare = (x) => mean(x.map((value) => value ** 2));

/** RMSNorm over all of `x`, as F.rms_norm. */
export function rmsNorm(x, { eps = 1e-5 } = {}) {
  const scale = Math.sqrt(meanSquare(x) + eps);
  return x.map((value) => value / scale);
}

/** `x` by a mean and a variance that are not its own: BatchNorm in eval. */
export function normalizeBy(x, m, v, eps = 1e-5) {
  const scale = Math.sqrt(v + eps);
  return x.map((value) => (value - m) / scale);
}

/**
 * What LayerNorm's backward pass takes out of h = gamma * gradOutput: `mean`, that
 * of h, and `slope`, the multiple of x-hat that is in h.
 */
export function backwardParts(h, xhat) {
  return { mean: mean(h), slope: mean(h.map((value, i) => value * xhat[i])) };
}

/** The gradient of x, one row: what autograd gives through F.layer_norm. */
export function layerNormBackward(gradOutput, x, { eps = 1e-5, gamma } = {}) {
  const xhat = layerNorm(x, { eps });
  const h = gradOutput.map((value, i) => value * (gamma?.[i] ?? 1));
  const parts = backwardParts(h, xhat);
  const scale = Math.sqrt(variance(x, 0) + eps);
  return h.map(
    (value, i) => (value - parts.mean - xhat[i] * parts.slope) / scale,
  );
}

/** The gradient of x, one row: what autograd gives through F.rms_norm. */
export function rmsNormBackward(gradOutput, x, { eps = 1e-5 } = {}) {
  const xhat = rmsNorm(x, { eps });
  const { slope } = backwardParts(gradOutput, xhat);
  const scale = Math.sqrt(meanSquare(x) + eps);
  return gradOutput.map((value, i) => (value - xhat[i] * slope) / scale);
}

/**
 * SGD on ½ (gamma * xhat + beta - target)² after t steps, in closed form: gamma,
 * beta, and the error that is left of the output. t = Infinity gives the end, where
 * the factor 1 - lr (xhat² + 1) is below 1 in size.
 */
export function sgdOnLine({ xhat, target, gamma, beta, lr }, t) {
  const first = gamma * xhat + beta - target;
  const curvature = xhat ** 2 + 1;
  const left = (1 - lr * curvature) ** t;
  const way = (first * (1 - left)) / curvature;
  return {
    gamma: gamma - way * xhat,
    beta: beta - way,
    error: first * left,
  };
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

/**
 * An exponential moving average from `start` on: [start, after one value, ...].
 * momentum is the weight of the new value, as in torch.nn.BatchNorm1d.
 */
export function runningAverage(values, momentum, start) {
  const averages = [start];
  for (const [k, value] of values.entries())
    averages.push((1 - momentum) * averages[k] + momentum * value);
  return averages;
}

/** Steps after which half of a running average's way is done: (1 - momentum)^h = ½. */
export function halfLife(momentum) {
  return -Math.LN2 / Math.log1p(-momentum);
}

/**
 * The line through the points (x, y) with the least sum of squared errors of y. Where
 * x has no spread any slope will do: 0.
 */
export function regression(x, y) {
  const [mx, my] = [mean(x), mean(y)];
  const spread = sumOfSquares(x);
  let products = 0;
  for (let i = 0; i < x.length; i++) products += (x[i] - mx) * (y[i] - my);
  const slope = spread > 0 ? products / spread : 0;
  return { slope, intercept: my - slope * mx };
}

/**
 * The rms of a residual stream after `depth` branches that keep the variance, times
 * `gain`, by where the norm stands: "none", "post", or before or in the branch.
 */
export function residualRms(placement, depth, gain = 1) {
  if (placement === "post") return 1;
  return placement === "none"
    ? (1 + gain ** 2) ** (depth / 2)
    : Math.sqrt(1 + depth * gain ** 2);
}
