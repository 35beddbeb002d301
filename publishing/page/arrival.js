// A chapter that is begun at its top is laid out as far as the first screen needs it; the
// rest follows here while the browser is idle, a share at a time, so that it answers
// meanwhile. Whoever comes to a place in it, or back to it, has all of it at once.
import { idle } from "../dom.js";

const SHARE = 150; // elements

export function layOutTheRest() {
  const later = ".zm-arriving article section section > :not(section)"; // as in book.css
  const rest = [...document.querySelectorAll(later)];
  function next() {
    for (let share = 0; rest.length && share < SHARE;) {
      const block = rest.shift();
      block.style.contentVisibility = "visible";
      share += 1 + block.getElementsByTagName("*").length;
    }
    document.body.getBoundingClientRect(); // so that they are laid out in this task
    if (rest.length) idle(next);
  }
  idle(next);
}
