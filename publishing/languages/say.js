// What the scripts of a page say, in the page's language.
import { speaker } from "../../explorables/lib/say.js";

const { lang = "en" } = globalThis.document?.documentElement ?? {};
export const say = speaker({ language: lang.replace("-", "_") });
