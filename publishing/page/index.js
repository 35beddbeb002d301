// What this room offers to a page's script.
export { layOutTheRest } from "./arrival.js";
export { offerCopies } from "./copy.js";
export { markFound } from "./found.js";
