// What d3-scale needs of d3-interpolate, for scales between numbers, as all of a
// figure's are: build.mjs has it take this, since the whole, with its colours, dates and
// texts, would be a tenth of what a page loads.
const interpolateNumber = (a, b) => (t) => a * (1 - t) + b * t;
const interpolateRound = (a, b) => (t) => Math.round(a * (1 - t) + b * t);
const piecewise = undefined; // of scales that no figure has

export {
  interpolateNumber as interpolate,
  interpolateNumber,
  interpolateRound,
  piecewise,
};
