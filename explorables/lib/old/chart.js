// The frame that every explorable has: title, invitation, picture, readout,
// controls, Reset. And what its picture is drawn with.
import { select, selection } from "d3-selection";
import { drag } from "d3-drag";
import { axisBottom, axisLeft } from "d3-axis";
import { element, button, label, uid } from "./controls.js";

const ANNOUNCE_AFTER = 700; // ms of quiet before a screen reader is told

// A step of a drag finds most attributes and texts as they have to be. To write one
// all the same costs a browser fifteen times what reading it does, and a layout.
const { attr, text } = selection.prototype;
selection.prototype.attr = function (name, value) {
  if (arguments.length < 2) return attr.call(this, name);
  const given = typeof value === "function" ? null : value;
  return this.each(function (datum, i, group) {
    const now = given ?? value?.call(this, datum, i, group);
    if (now == null) this.removeAttribute(name);
    else if (this.getAttribute(name) !== `${now}`) this.setAttribute(name, now);
  });
};
selection.prototype.text = function (value) {
  if (!arguments.length) return text.call(this);
  const given = typeof value === "function" ? null : value;
  return this.each(function (datum, i, group) {
    const now = `${given ?? value?.call(this, datum, i, group) ?? ""}`;
    if (this.textContent !== now) this.textContent = now;
  });
};

/**
 * Build the frame in `el` and keep it drawn.
 *
 * `keys` are the traits that the reader can change: Reset puts them back.
 * `draw(width)` redraws all that depends on traits or on the width in CSS
 * pixels, and returns the readout: strings and number(...)s. Where it throws, the
 * readout says so until the state changes; the first time, start throws too.
 * Returns { picture, controls, start }: fill the first two, then call start(draw),
 * whose result is the cleanup that anywidget expects of render.
 */
export function frame({ model, el, title, invitation, keys }) {
  const initial = Object.fromEntries(keys.map((key) => [key, model.get(key)]));
  const titleId = uid();
  const root = element("div", "zm-explorable", {
    role: "group",
    "aria-labelledby": titleId,
  });
  const picture = element("div", "zm-picture");
  const readout = element("p", "zm-readout");
  const controls = element("div", "zm-controls");
  const announcer = element("p", "zm-hidden", { "aria-live": "polite" });
  root.append(
    element("p", "zm-title", { id: titleId }, title),
    element("p", "zm-invitation", {}, invitation),
    picture,
    readout,
    controls,
    announcer,
  );
  el.replaceChildren(root);

  function start(draw) {
    const reset = button("Reset", () => write(model, initial));
    reset.classList.add("zm-reset");
    controls.append(reset);

    // Sizes come from the observer alone: asking the page for them in redraw would
    // make it lay itself out once more for each step of a drag.
    let width = picture.getBoundingClientRect().width || 640;
    let tallest = 0;
    let waiting = 0;
    let quiet = 0;
    const show = () => readout.replaceChildren(...draw(width));
    show();
    const redraw = () => {
      waiting = 0;
      try {
        show();
        root.classList.remove("zm-failed");
      } catch (error) {
        console.error(error);
        readout.textContent = `This cannot be drawn: ${error.message}`;
        // The picture is an old one, or half a new one.
        root.classList.add("zm-failed");
      }
    };
    // Many changes, one drawing a frame.
    const schedule = () => {
      waiting ||= requestAnimationFrame(redraw);
    };
    const changed = () => {
      schedule();
      clearTimeout(quiet);
      quiet = setTimeout(() => {
        announcer.textContent = readout.textContent;
      }, ANNOUNCE_AFTER);
    };
    model.on("change", changed);
    const observer = new ResizeObserver((entries) => {
      const sizes = new Map(
        entries.map(({ target, contentRect }) => [target, contentRect]),
      );
      const across = sizes.get(picture)?.width ?? width;
      if (across !== width) {
        width = across || 640;
        // The height that came with it is that of the old width.
        tallest = 0;
        readout.style.minHeight = "";
        schedule();
      } else if (sizes.get(readout)?.height > tallest) {
        // A readout that has once taken three lines keeps them: no control moves
        // away from under a finger.
        tallest = sizes.get(readout).height;
        readout.style.minHeight = `${tallest}px`;
      }
    });
    observer.observe(picture);
    observer.observe(readout);
    return () => {
      model.off("change", changed);
      observer.disconnect();
      cancelAnimationFrame(waiting);
      clearTimeout(quiet);
    };
  }
  return { picture, controls, start };
}

/** Set several traits and tell the kernel, where there is one. */
export function write(model, traits) {
  for (const [key, value] of Object.entries(traits)) model.set(key, value);
  model.save_changes();
}

/** An SVG in `parent`, described by `text` to who cannot see it. */
export function svg(parent, text) {
  const image = select(parent).append("svg").attr("class", "zm-svg");
  image.attr("role", "group").attr("aria-label", text);
  return image;
}

/** Draw `image` at this size in CSS pixels; text keeps its size on a phone. */
export function resize(image, width, height) {
  image
    .attr("width", width)
    .attr("height", height)
    .attr("viewBox", `0 0 ${width} ${height}`);
}

/**
 * Let `scale`'s domain hold all `values`, and at least [low, high]. It keeps its
 * ends while a handle moves between them, and only gives up what it has no use for
 * once the values fill less than a fifth of it.
 */
export function fitDomain(scale, values, [low, high]) {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const [left, right] = scale.domain();
  const usual = left === low && right === high;
  const filled = most - least >= (right - left) / 5;
  if (least >= left && most <= right && (usual || filled)) return;
  const inUsual = least >= low && most <= high;
  const pad = inUsual ? 0 : (most - least || Math.abs(most)) / 4;
  scale.domain([
    Math.min(low, least - (least < low ? pad : 0)),
    Math.max(high, most + (most > high ? pad : 0)),
  ]);
}

/**
 * An axis under (or left of) the marks, with its labels, which hang on nothing else
 * than what the scale and the ticks are: it is drawn anew only where these changed.
 */
export function axis(
  group,
  scale,
  { ticks = 6, format = label, left = false } = {},
) {
  const key = String([...scale.domain(), ...scale.range(), ticks]);
  if (group.property("drawn") === key) return;
  group.property("drawn", key);
  const draw = (left ? axisLeft : axisBottom)(scale).tickSizeOuter(0);
  if (Array.isArray(ticks)) draw.tickValues(ticks);
  else draw.ticks(ticks);
  group.attr("class", "zm-axis").attr("aria-hidden", "true");
  group.call(draw.tickFormat((value) => format(value))); // not d3's index too
}

// By the page's coordinates, of which one is a picture's unit: to ask the picture
// for its own would have the page restyled in the middle of a step.
const dragging = () =>
  drag()
    .touchable(() => true)
    .container(() => window);

/**
 * A thing to drag along x (or, `vertical`, along y), in `parent`: by mouse, touch
 * and arrow keys (Shift: ten steps; Home and End: the limits).
 * get() gives its value, set(value) takes one; place(at) redraws it, `at` being
 * its coordinate across the direction of dragging.
 */
export function handle(
  parent,
  {
    name,
    role = "input",
    shape = "circle",
    vertical = false,
    get,
    set,
    scale,
    limits,
    step,
    text,
  },
) {
  const clamp = (value) => {
    const [low, high] = limits();
    return Math.min(high, Math.max(low, value));
  };
  const group = parent
    .append("g")
    .attr("class", `zm-handle zm-${role}`)
    .attr("role", "slider")
    .attr("tabindex", 0)
    .attr("aria-label", name)
    .attr("aria-orientation", vertical ? "vertical" : "horizontal");
  group.append("circle").attr("class", "zm-hit").attr("r", 14);
  if (shape === "circle")
    group.append("circle").attr("class", "zm-grip").attr("r", 8);
  else
    group
      .append("rect")
      .attr("class", "zm-grip")
      .attr("x", -7)
      .attr("y", -7)
      .attr("width", 14)
      .attr("height", 14);
  group.call(
    dragging()
      .subject(() => ({ x: 0, y: 0, [vertical ? "y" : "x"]: scale()(get()) }))
      .on("start", () => group.node().focus({ preventScroll: true }))
      .on("drag", (event) => {
        const value = scale().invert(vertical ? event.y : event.x);
        const size = step(get());
        // To the grid, without the digits that a product with 0.01 leaves.
        set(clamp(+(Math.round(value / size) * size).toPrecision(12)));
      }),
  );
  group.on("keydown", (event) => {
    const [low, high] = limits();
    const size = step(get()) * (event.shiftKey ? 10 : 1);
    const target = {
      ArrowRight: get() + size,
      ArrowUp: get() + size,
      ArrowLeft: get() - size,
      ArrowDown: get() - size,
      PageUp: get() + 10 * step(get()),
      PageDown: get() - 10 * step(get()),
      Home: low,
      End: high,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    set(clamp(+target.toPrecision(12)));
  });
  return {
    place(at) {
      const [low, high] = limits();
      const along = scale()(get());
      group
        .attr("transform", `translate(${vertical ? [at, along] : [along, at]})`)
        .attr("aria-valuemin", low)
        .attr("aria-valuemax", high)
        .attr("aria-valuenow", get())
        .attr("aria-valuetext", text(get()));
    },
    remove: () => group.remove(),
  };
}

/**
 * As many of them as a list has numbers: returns match(count), which makes or removes
 * some, and gives all. options(i) are those of the i-th.
 */
export function handles(parent, options) {
  const all = [];
  return (count) => {
    while (all.length > count) all.pop().remove();
    while (all.length < count) all.push(handle(parent, options(all.length)));
    return all;
  };
}

/**
 * A thing to drag freely in the plane of the picture, and to move with the arrow
 * keys (Shift: ten times as far). move(dx, dy) takes the way in pixels;
 * place([x, y], now, words) redraws it, `now` being the number that stands for it
 * and `words` what a screen reader hears.
 */
export function planeHandle(parent, { name, role = "input", move }) {
  const group = parent
    .append("g")
    .attr("class", `zm-handle zm-${role}`)
    .attr("role", "slider")
    .attr("aria-roledescription", "point to move in two directions")
    .attr("tabindex", 0)
    .attr("aria-label", name);
  group.append("circle").attr("class", "zm-hit").attr("r", 14);
  group.append("circle").attr("class", "zm-grip").attr("r", 8);
  group.call(
    dragging()
      .on("start", () => group.node().focus({ preventScroll: true }))
      .on("drag", (event) => move(event.dx, event.dy)),
  );
  group.on("keydown", (event) => {
    const way = {
      ArrowRight: [4, 0],
      ArrowLeft: [-4, 0],
      ArrowUp: [0, -4],
      ArrowDown: [0, 4],
    }[event.key];
    if (!way) return;
    event.preventDefault();
    const far = event.shiftKey ? 10 : 1;
    move(way[0] * far, way[1] * far);
  });
  return {
    place([x, y], now, words) {
      group
        .attr("transform", `translate(${x},${y})`)
        .attr("aria-valuenow", now)
        .attr("aria-valuetext", words);
    },
  };
}
