// What this room offers to a page's script.
export { followFold, openKnown, openTarget } from "./fold.js";
