// A number in a sentence that can be dragged: a link to a state with the title "Drag",
// whose words are one of the numbers that it sets. Without a script it is that link.
import { stateIn } from "../live/index.js";
import { say } from "../say.js";
import { make } from "../dom.js";

const PIXELS = 4; // for each step
const FAR = 10; // steps at once
const KEYS = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: FAR,
  PageDown: -FAR,
  Home: -Infinity,
  End: Infinity,
};

/** A whole number goes one by one, another by a hundredth of its range or finer. */
const stepOf = ({ min, max, whole }) =>
  whole ? 1 : 10 ** Math.floor(Math.log10((max - min) / 20));

/**
 * What stands in for a link: a slider in the line of text. The link sets `words`, those
 * of its address, in the figure `el`; move(words) is told others.
 */
export function draggable(link, { el, words, move }) {
  const text = link.textContent.replace("−", "-");
  const [name, begun] = words
    .split("&")
    .map((pair) => pair.split("="))
    .find(([, value]) => Number(value) === Number(text));
  const limits = stateIn(el).limits[name];
  const step = stepOf(limits);
  let value = Number(text);
  let grabbed; // { x, value }

  function set(to) {
    const whole = step * Math.round(to / step);
    value = +Math.min(limits.max, Math.max(limits.min, whole)).toPrecision(12);
    tell();
    const pair = (number) => `&${name}=${number}&`;
    move(`&${words}&`.replace(pair(begun), pair(value)).slice(1, -1));
  }
  function tell() {
    number.textContent = String(value).replace("-", "−");
    number.setAttribute("aria-valuenow", value);
  }
  const number = make("span", {
    class: "zm-drag",
    role: "slider",
    tabindex: "0",
    title: say`Drag this number`,
    "aria-label": `${name}: ${say`a number to drag`}`,
    "aria-valuemin": limits.min,
    "aria-valuemax": limits.max,
    onpointerdown(event) {
      if (event.button) return;
      number.setPointerCapture(event.pointerId);
      number.focus({ preventScroll: true });
      grabbed = { x: event.pageX, value };
      event.preventDefault();
    },
    onpointermove({ pageX, pointerId }) {
      if (!grabbed || !number.hasPointerCapture(pointerId)) return;
      const steps = Math.round((pageX - grabbed.x) / PIXELS);
      const to = grabbed.value + steps * step;
      if (to !== value) set(to);
    },
    onlostpointercapture: () => (grabbed = undefined),
    onkeydown(event) {
      const steps = KEYS[event.key];
      if (!steps || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      set(value + steps * step);
    },
  });
  tell();
  link.replaceWith(number);
}
