// The book's arithmetic, in float64. tests/explorables/test_formulas.py holds
// every function here to torch; a new one is not done before it is listed there.

// Loops over indices, and products for squares: while something is dragged these run
// many times before a browser has compiled them, and map(), for...of and ** take
// several times as long until then.

/** Mean of the numbers `x`; nan for none, as torch.mean. */
export function mean(x) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum / x.length;
}

/** Sum of squared deviations from the mean, `m`. */
export function sumOfSquares(x, m = mean(x)) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - m) * (x[i] - m);
  return sum;
}

/** Mean of the products a[i] b[i]. */
function meanProduct(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum / a.length;
}

/** Each number less m, divided by `scale`. */
function standardized(x, m, scale) {
  const values = [];
  for (let i = 0; i < x.length; i++) values.push((x[i] - m) / scale);
  return values;
}

/**
 * Variance with divisor max(N - correction, 0), as torch.var(x, correction=...):
 * nan where it is 0 / 0, infinity where only the divisor is 0. `m` is x's mean.
 */
export function variance(x, correction = 1, m = mean(x)) {
  return sumOfSquares(x, m) / Math.max(x.length - correction, 0);
}

/**
 * LayerNorm over all of `x`, as F.layer_norm for correction = 0; correction = 1 is
 * the mistake that chapter 1 opens with. gamma and beta: numbers for each feature.
 */
export function layerNorm(x, { eps = 1e-5, correction = 0, gamma, beta } = {}) {
  const m = mean(x);
  const scale = Math.sqrt(variance(x, correction, m) + eps);
  const xhat = standardized(x, m, scale);
  if (!gamma && !beta) return xhat;
  return xhat.map((value, i) => value * (gamma?.[i] ?? 1) + (beta?.[i] ?? 0));
}

/** Mean of the squares: what RMSNorm has in place of a variance. */
export const meanSquare = (x) => meanProduct(x, x);

/** RMSNorm over all of `x`, as F.rms_norm. */
export function rmsNorm(x, { eps = 1e-5 } = {}) {
  return standardized(x, 0, Math.sqrt(meanSquare(x) + eps));
}

/** `x` by a mean and a variance that are not its own: BatchNorm in eval. */
export function normalizeBy(x, m, v, eps = 1e-5) {
  return standardized(x, m, Math.sqrt(v + eps));
}

/**
 * What LayerNorm's backward pass takes out of h = gamma * gradOutput: `mean`, that
 * of h, and `slope`, the multiple of x-hat that is in h.
 */
export function backwardParts(h, xhat) {
  return { mean: mean(h), slope: meanProduct(h, xhat) };
}

/** The gradient of x, one row: what autograd gives through F.layer_norm. */
export function layerNormBackward(gradOutput, x, { eps = 1e-5, gamma } = {}) {
  const m = mean(x);
  const scale = Math.sqrt(variance(x, 0, m) + eps);
  const xhat = standardized(x, m, scale);
  const h = gamma ? gradOutput.map((value, i) => value * gamma[i]) : gradOutput;
  const parts = backwardParts(h, xhat);
  return without(h, xhat, parts, scale);
}

/** The gradient of x, one row: what autograd gives through F.rms_norm. */
export function rmsNormBackward(gradOutput, x, { eps = 1e-5 } = {}) {
  const scale = Math.sqrt(meanSquare(x) + eps);
  const xhat = standardized(x, 0, scale);
  const slope = meanProduct(gradOutput, xhat);
  return without(gradOutput, xhat, { mean: 0, slope }, scale);
}

/** What is left of h without its parts, divided by `scale`. */
function without(h, xhat, { mean, slope }, scale) {
  const left = [];
  for (let i = 0; i < h.length; i++)
    left.push((h[i] - mean - xhat[i] * slope) / scale);
  return left;
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
