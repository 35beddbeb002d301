// What this room offers to a page's script.
export { openFigures } from "./mount.js";
export { stateIn } from "./written.js";
