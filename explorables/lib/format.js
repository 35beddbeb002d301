// What d3-scale imports of d3-format, for tickFormat(), which no figure calls: lib/axis.js
// writes a tick by lib/numbers.js. build.mjs has it take this.
export const format = undefined;
export const formatPrefix = undefined;
export const formatSpecifier = undefined;
export const precisionFixed = undefined;
export const precisionPrefix = undefined;
export const precisionRound = undefined;
