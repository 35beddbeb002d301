// What this room offers to a page's script.
export { addButtons, promptsIn } from "./answering.js";
