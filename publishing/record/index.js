// What this room offers to a page's script.
export { openRecord } from "./page.js";
