// What this room offers to other scripts.
export { WIDE, withBreaks } from "./breaks.js";
export { keepLanguage } from "./switch.js";
