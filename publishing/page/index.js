export { offerCopies } from "./copy.js";
