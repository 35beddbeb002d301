// Things to drag in a picture: by mouse, by touch, and with the keys.
import { circle, g, rect } from "./marks.js";

const GRIPS = {
  circle: circle({ class: "zm-grip", r: 8 }),
  square: rect({ class: "zm-grip", x: -7, y: -7, width: 14, height: 14 }),
};
const HIT = circle({ class: "zm-hit", r: 14 });
const FAR = 10; // steps at once, with Shift or a page key
const PUSH = 4; // pixels that an arrow key moves a point by

/** Without the digits that a product with 0.01 leaves. */
const tidy = (value) => +value.toPrecision(12);

/** How many CSS pixels of the page one unit of the picture takes. */
const pixels = (node) => node.getScreenCTM().a;

// The same for all handles: Preact need not set them anew.
const HELD = {
  onlostpointercapture({ currentTarget }) {
    currentTarget.grabbed = null;
  },
  // Or the page would scroll: touch-action does nothing inside an <svg>.
  ontouchstart: (event) => event.preventDefault(),
};

/**
 * What grabs: begin(node) returns what a move needs to know, and move(way, begun) is
 * told the way since then, in the picture's units. By the page's coordinates, since
 * asking the picture in the midst of a drag would have the page laid out once more.
 */
const dragging = (begin, move) => ({
  onpointerdown(event) {
    if (event.button) return;
    const node = event.currentTarget;
    node.setPointerCapture(event.pointerId);
    node.focus({ preventScroll: true });
    node.grabbed = {
      from: [event.pageX, event.pageY],
      unit: pixels(node),
      begun: begin(),
    };
    event.preventDefault();
  },
  onpointermove(event) {
    const node = event.currentTarget;
    if (!node.grabbed || !node.hasPointerCapture(event.pointerId)) return;
    const { from, unit, begun } = node.grabbed;
    move(
      [(event.pageX - from[0]) / unit, (event.pageY - from[1]) / unit],
      begun,
    );
  },
  ...HELD,
});

/**
 * A thing to drag along `scale`, also with the arrow keys (Shift: ten steps; Home and
 * End: the limits). It stands at `value`; across its way at `y`, where it moves along
 * x, or at `x`, where it moves along y. `set` takes a value within the limits.
 */
export function handle({
  name,
  role = "input",
  shape = "circle",
  x,
  y,
  value,
  set,
  scale,
  limits: [low, high],
  step,
  text,
}) {
  const vertical = x !== undefined;
  const along = scale(value);
  const put = (to) => set(Math.min(high, Math.max(low, tidy(to))));
  const toGrid = (to) => Math.round(to / step) * step;
  return g(
    {
      class: `zm-handle zm-${role}`,
      role: "slider",
      tabindex: 0,
      "aria-label": name,
      "aria-orientation": vertical ? "vertical" : "horizontal",
      "aria-valuemin": low,
      "aria-valuemax": high,
      "aria-valuenow": value,
      "aria-valuetext": text,
      transform: `translate(${vertical ? [x, along] : [along, y]})`,
      ...dragging(
        () => along,
        ([right, down], begun) =>
          put(toGrid(scale.invert(begun + (vertical ? down : right)))),
      ),
      onkeydown(event) {
        const size = step * (event.shiftKey ? FAR : 1);
        const target = {
          ArrowRight: value + size,
          ArrowUp: value + size,
          ArrowLeft: value - size,
          ArrowDown: value - size,
          PageUp: value + FAR * step,
          PageDown: value - FAR * step,
          Home: low,
          End: high,
        }[event.key];
        if (target === undefined) return;
        event.preventDefault();
        put(target);
      },
    },
    HIT,
    GRIPS[shape],
  );
}

/** A handle for each value: options(value, i) are those of the i-th. */
export const handles = (values, options) =>
  values.map((value, i) => handle({ value, ...options(value, i) }));

/**
 * A thing to drag freely in the plane of the picture, from where it stands (`at`), and
 * to move with the arrow keys (Shift: ten times as far). `move` takes a place [x, y].
 * `value` is the number that stands for it, `text` what a screen reader hears.
 */
export function planeHandle({ name, role = "input", at, value, text, move }) {
  const by = (right, down) => move([at[0] + right, at[1] + down]);
  return g(
    {
      class: `zm-handle zm-${role}`,
      role: "slider",
      "aria-roledescription": "point to move in two directions",
      tabindex: 0,
      "aria-label": name,
      "aria-valuenow": value,
      "aria-valuetext": text,
      transform: `translate(${at})`,
      ...dragging(
        () => at,
        ([right, down], begun) => move([begun[0] + right, begun[1] + down]),
      ),
      onkeydown(event) {
        const way = {
          ArrowRight: [PUSH, 0],
          ArrowLeft: [-PUSH, 0],
          ArrowUp: [0, -PUSH],
          ArrowDown: [0, PUSH],
        }[event.key];
        if (!way) return;
        event.preventDefault();
        const far = event.shiftKey ? FAR : 1;
        by(way[0] * far, way[1] * far);
      },
    },
    HIT,
    GRIPS.circle,
  );
}
