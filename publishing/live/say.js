// What the page's own scripts say, in the page's language. Not a text is looked up
// before it is said.
import { speaker } from "../../explorables/lib/say.js";

const here = () =>
  speaker({ language: globalThis.document?.documentElement.lang });

/** The template tag of lib/say.js; say.of and say.parts, too. */
export const say = (...template) => here()(...template);
say.of = (text) => here().of(text);
say.parts = (...template) => here().parts(...template);
