// What this room offers to a page's script.
export { followFold, openAround, openKnown, openTarget } from "./fold.js";
