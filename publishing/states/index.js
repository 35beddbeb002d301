// What this room offers to a page's script.
export { openStates } from "./states.js";
