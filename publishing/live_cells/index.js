// What this room offers to a page's script.
export { offerCells } from "./begin.js";
