// The small decoder that TransformerExplorer shows: it writes digit by digit, and the
// gradient of one digit's logit goes back through all of it.
import {
  layerNorm,
  layerNormBackward,
  rmsNorm,
  rmsNormBackward,
} from "./formulas.js";
import { normals } from "./sampling.js";

// Loops: a digit that is dragged has a hundred thousand products taken anew, and
// map() would take two thirds of the time.
const dot = (a, b) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};
function add(a, b) {
  const sum = [];
  for (let i = 0; i < a.length; i++) sum.push(a[i] + b[i]);
  return sum;
}
function times(rows, x) {
  const product = [];
  for (let i = 0; i < rows.length; i++) product.push(dot(rows[i], x));
  return product;
}

/** What comes back through `times`: the sum of the rows, each times its g. */
function timesBackward(rows, g) {
  const sum = [];
  for (let j = 0; j < rows[0].length; j++) sum.push(rows[0][j] * g[0]);
  for (let i = 1; i < rows.length; i++) {
    const [row, factor] = [rows[i], g[i]];
    for (let j = 0; j < sum.length; j++) sum[j] += factor * row[j];
  }
  return sum;
}

function softmax(scores) {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

/** The numbers that Python packed: base64 of bfloat16, a float32's upper half. */
export function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const halves = Uint32Array.from(
    { length: bytes.length / 2 },
    (_, i) => (bytes[2 * i] << 16) | (bytes[2 * i + 1] << 24),
  );
  return Array.from(new Float32Array(halves.buffer));
}

/** All parameters as training begins with them: explorables/transformer.py's. */
export function initial({ shapes, beginnings, embeddings, seed }) {
  const sizes = shapes.map(([name, rows, columns]) =>
    name in beginnings ? 0 : rows * columns,
  );
  const drawn = normals(
    seed,
    sizes.reduce((a, b) => a + b),
  );
  let from = 0;
  return shapes.flatMap(([name, rows, columns]) => {
    if (name in beginnings)
      return new Array(rows * columns).fill(beginnings[name]);
    const scale = embeddings.includes(name) ? 1 : Math.sqrt(columns);
    return drawn
      .slice(from, (from += rows * columns))
      .map((value) => value / scale);
  });
}

/** A vector of parameters as rows, by name. */
export function named(weights, { shapes }) {
  let from = 0;
  return Object.fromEntries(
    shapes.map(([name, rows, columns]) => [
      name,
      Array.from({ length: rows }, () =>
        weights.slice(from, (from += columns)),
      ),
    ]),
  );
}

/** For each norm x-hat of x, and the gradient of x from that of x-hat. */
const NORMS = {
  none: { forward: (x) => x, backward: (g) => g },
  LayerNorm: { forward: layerNorm, backward: layerNormBackward },
  RMSNorm: { forward: rmsNorm, backward: rmsNormBackward },
  DyT: {
    forward: (x, { alpha }) => x.map((value) => Math.tanh(alpha * value)),
    backward: (g, x, { alpha }) =>
      g.map((value, i) => value * alpha * (1 - Math.tanh(alpha * x[i]) ** 2)),
  },
};

/** The norms of a decoder by their number: hat(x, i), forward(x, i), backward(g, x, i). */
function normsOf({ gamma, beta, alpha }, { norm, gain, eps }) {
  const { forward, backward } = NORMS[norm];
  const options = (i) => ({ eps, alpha: alpha[i][0] });
  const scaled = (values, i) =>
    norm === "none"
      ? values
      : values.map((value, j) => value * gain * gamma[i][j]);
  const shifted = (values, i) =>
    norm === "LayerNorm" || norm === "DyT" ? add(values, beta[i]) : values;
  const hat = (x, i) => forward(x, options(i));
  return {
    hat,
    forward: (x, i) => shifted(scaled(hat(x, i), i), i),
    backward: (g, x, i) => backward(scaled(g, i), x, options(i)),
  };
}

/** Attention with one head: a position after the other, which sees those before it. */
function attention(qkv, out) {
  const d = out.length;
  const root = Math.sqrt(d);
  const [queries, keys, values] = [[], [], []];
  const seen = []; // at each position, how much of it and of those before
  return {
    seen,
    forward(x) {
      const all = times(qkv, x);
      queries.push(all.slice(0, d));
      keys.push(all.slice(d, 2 * d));
      values.push(all.slice(2 * d));
      const shares = softmax(
        keys.map((key) => dot(queries.at(-1), key) / root),
      );
      seen.push(shares);
      return times(out, timesBackward(values, shares));
    },
    backward(gradients) {
      // Of a position's query, key and value, one after the other.
      const sums = gradients.map(() => new Float64Array(3 * d));
      const grow = (sum, from, factor, x) => {
        for (let i = 0; i < d; i++) sum[from + i] += factor * x[i];
      };
      gradients.forEach((gradient, p) => {
        const g = timesBackward(out, gradient);
        const shares = seen[p];
        const forShares = shares.map((_, j) => dot(g, values[j]));
        const middle = dot(shares, forShares);
        shares.forEach((share, j) => {
          const forScore = (share * (forShares[j] - middle)) / root;
          grow(sums[p], 0, forScore, keys[j]);
          grow(sums[j], d, forScore, queries[p]);
          grow(sums[j], 2 * d, share, g);
        });
      });
      return sums.map((sum) => timesBackward(qkv, sum));
    },
  };
}

/** An MLP with a ReLU, for a position after the other. */
function mlp(up, down) {
  const hidden = [];
  return {
    forward(x) {
      hidden.push(times(up, x).map((value) => Math.max(0, value)));
      return times(down, hidden.at(-1));
    },
    backward: (gradients) =>
      gradients.map((gradient, p) => {
        const g = timesBackward(down, gradient);
        return timesBackward(
          up,
          g.map((value, i) => (hidden[p][i] > 0 ? value : 0)),
        );
      }),
  };
}

/** A vector of numbers per position for each of `count` things. */
const tables = (count) => Array.from({ length: count }, () => []);

function partsOf(parameters, branches) {
  return Array.from({ length: branches }, (_, i) =>
    i % 2
      ? mlp(parameters[`up${i - 1}`], parameters[`down${i - 1}`])
      : attention(parameters[`qkv${i}`], parameters[`out${i}`]),
  );
}

/** Write the answer to `digits`, and keep all that was computed on the way. */
function forward(parameters, digits, { norms, parts, place }) {
  const count = parts.length;
  const [post, sandwich] = [place === "post", place === "sandwich"];
  const streams = tables(count + 1);
  const entering = tables(count);
  const ends = tables(count); // of the branches, before a norm that stands there
  const [answer, logits] = [[], []];
  parameters.position.forEach((own, p) => {
    const token = p < digits.length ? digits[p] : answer[p - digits.length];
    let x = add(parameters.digit[token], own);
    streams[0].push(x);
    parts.forEach((part, i) => {
      const end = part.forward(post ? x : norms.forward(x, i));
      ends[i].push(end);
      const sum = add(x, sandwich ? norms.forward(end, count + i) : end);
      entering[i].push(post ? sum : x);
      x = post ? norms.forward(sum, i) : sum;
      streams[i + 1].push(x);
    });
    if (p < digits.length - 1) return;
    const out = times(parameters.read, post ? x : norms.forward(x, 2 * count));
    logits.push(out);
    answer.push(Math.max(0, out.indexOf(Math.max(...out))));
  });
  return { answer, logits, streams, entering, ends };
}

/** The gradients of the logit of the answer's digit k, with respect to the streams. */
function backward(parameters, digits, { norms, parts, place }, run, k) {
  const count = parts.length;
  const at = digits.length - 1 + k; // what comes later has no part in it
  const through = (gradients, rows, i) =>
    gradients.map((one, p) => norms.backward(one, rows[p], i));
  const top = run.streams[count].slice(0, at + 1);
  const logit = parameters.read[run.answer[k]];
  let g = top.map((x) => x.map(() => 0));
  g[at] = place === "post" ? logit : norms.backward(logit, top[at], 2 * count);
  const gradients = [g];
  for (let i = count - 1; i >= 0; i--) {
    const entering = run.entering[i];
    const ofSum = place === "post" ? through(g, entering, i) : g;
    const ofEnd =
      place === "sandwich" ? through(ofSum, run.ends[i], count + i) : ofSum;
    const ofStart = parts[i].backward(ofEnd);
    const ofBranch = place === "post" ? ofStart : through(ofStart, entering, i);
    g = ofSum.map((one, p) => add(one, ofBranch[p]));
    gradients.unshift(g);
  }
  return gradients;
}

/**
 * The decoder with these parameters, norms and place, run on `digits`: its `answer`,
 * with `logits` and `probabilities` for each digit of it; the `streams` before the
 * first and after each branch, and their `gradients`, those of the logit of the
 * answer's digit k; what is `entering` each branch's norm, and its `hats`; and what each
 * attention has `seen`. All but the answer's by branch, then by position.
 */
export function decode(parameters, digits, how, k) {
  const norms = normsOf(parameters, how);
  const parts = partsOf(parameters, how.branches);
  const network = { norms, parts, place: how.place };
  const run = forward(parameters, digits, network);
  return {
    ...run,
    probabilities: run.logits.map(softmax),
    gradients: backward(parameters, digits, network, run, k),
    hats: run.entering.map((rows, i) => rows.map((x) => norms.hat(x, i))),
    seen: parts.map(({ seen }) => seen ?? []),
  };
}
