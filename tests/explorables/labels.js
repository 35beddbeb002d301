// What of a picture's texts a reader cannot read, since something lies on it.
(() => {
  /** A contrast to the ground below which a mark is ground itself: a grid, a band, a
   * cloud of dots. */
  const FAINT = 2.3;
  const AXIS = ".zm-axis";

  const brush = new OffscreenCanvas(1, 1).getContext("2d", {
    willReadFrequently: true,
  });
  const known = new Map();

  /** Red, green, blue and opacity, from 0 to 1, of a colour, however it is written. */
  function rgba(colour) {
    if (!known.has(colour)) {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = colour;
      brush.fillRect(0, 0, 1, 1);
      const { data } = brush.getImageData(0, 0, 1, 1);
      known.set(
        colour,
        [...data].map((byte) => byte / 255),
      );
    }
    return known.get(colour);
  }
  const luminance = (rgb) =>
    rgb
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
      .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);

  /** How a paint looks: { out, opaque }, whether it stands out, and whether it covers. */
  function looksOf(paint, opacity, ground) {
    if (paint === "none" || paint.startsWith("url")) return {};
    const [r, g, b, a] = rgba(paint);
    const share = a * opacity;
    const mixed = [r, g, b].map((v, i) => v * share + ground[i] * (1 - share));
    const [low, high] = [mixed, ground].map(luminance).sort((p, q) => p - q);
    const out = (high + 0.05) / (low + 0.05) >= FAINT;
    return { out, opaque: share === 1 };
  }

  /** How a mark looks: { stroke, fill, plate }. */
  function seenOf(node, svg, ground) {
    let opacity = 1;
    for (let at = node; at !== svg.parentNode; at = at.parentNode)
      opacity *= getComputedStyle(at).opacity;
    const style = getComputedStyle(node);
    const fill = looksOf(style.fill, opacity * style.fillOpacity, ground);
    const stroke = looksOf(style.stroke, opacity * style.strokeOpacity, ground);
    return {
      stroke: stroke.out && parseFloat(style.strokeWidth) > 0,
      fill: fill.out,
      plate: fill.opaque,
    };
  }

  /** A box of a node's own coordinates on the screen. */
  function onScreen(node, x, y, width, height) {
    const matrix = node.getScreenCTM();
    const [one, other] = [
      [x, y],
      [x + width, y + height],
    ].map(([x, y]) => new DOMPoint(x, y).matrixTransform(matrix));
    return { left: one.x, top: one.y, right: other.x, bottom: other.y };
  }

  /** The box that a mark is cut off at: the picture's, a window's in it, a clip path's. */
  function windowOf(node, svg) {
    const boxes = [svg.getBoundingClientRect()];
    for (let at = node; at !== svg; at = at.parentNode) {
      const [, id] = /#([^")]+)/.exec(at.getAttribute("clip-path")) ?? [];
      const clip =
        id && svg.querySelector(`#${CSS.escape(id)} rect`)?.getBBox();
      if (clip)
        boxes.push(onScreen(at, clip.x, clip.y, clip.width, clip.height));
      if (at.localName === "svg") {
        const { x, y, width, height } = at.viewBox.baseVal;
        boxes.push(onScreen(at, x, y, width, height));
      }
    }
    return {
      left: Math.max(...boxes.map((box) => box.left)),
      right: Math.min(...boxes.map((box) => box.right)),
      top: Math.max(...boxes.map((box) => box.top)),
      bottom: Math.min(...boxes.map((box) => box.bottom)),
    };
  }

  /** Where a text's letters are: no room above and below, and no edges. */
  function coreOf(node) {
    const { left, right, top, height } = node.getBoundingClientRect();
    return {
      left: left + 1,
      right: right - 1,
      top: top + 0.3 * height,
      bottom: top + 0.74 * height,
    };
  }

  /** Points around a box, closer together than a line is wide. */
  function outline({ left, right, top, bottom }) {
    const points = [];
    for (let x = left; x <= right; x += 1.5)
      points.push(new DOMPoint(x, top), new DOMPoint(x, bottom));
    for (let y = top; y <= bottom; y += 1.5)
      points.push(new DOMPoint(left, y), new DOMPoint(right, y));
    return points;
  }

  const meet = (a, b) =>
    a.left < b.right &&
    b.left < a.right &&
    a.top < b.bottom &&
    b.top < a.bottom;
  const isIn = (a, b) =>
    a.left >= b.left &&
    a.right <= b.right &&
    a.top >= b.top &&
    a.bottom <= b.bottom;
  const wider = ({ left, right, top, bottom }, by) => ({
    ...{ left: left - by, right: right + by },
    ...{ top: top - by, bottom: bottom + by },
  });
  const isAfter = (one, other) =>
    other.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;

  /** How a mark lies on a text: "through" it, "over" it, as its "plate", or not at all. */
  function lies({ node, look, box, view }, text) {
    const { core } = text;
    if (!meet(box, core) || !meet(view, core)) return null;
    const own = node.closest(AXIS);
    if (own && own === text.node.closest(AXIS)) return null;
    // A mark that matplotlib uses again, or that is smaller than the text.
    if (!node.isPointInFill || isIn(box, core))
      return look.stroke || look.fill ? "through" : null;
    const matrix = node.getScreenCTM().inverse();
    const points = outline(core)
      .filter(({ x, y }) =>
        isIn({ left: x, right: x, top: y, bottom: y }, view),
      )
      .map((point) => point.matrixTransform(matrix));
    if (look.stroke && points.some((point) => node.isPointInStroke(point)))
      return "through";
    const inside = points.filter((point) => node.isPointInFill(point)).length;
    if (inside === points.length && !isAfter(node, text.node))
      return look.plate ? "plate" : null;
    if (!inside || !look.fill) return null;
    return inside < points.length ? "through" : "over";
  }

  const short = (text) => text.replace(/\s+/g, " ").trim();

  function crossedIn(svg, ground) {
    const seen = (node) =>
      node.checkVisibility() && !node.closest("defs, clipPath");
    const texts = [...svg.querySelectorAll("text")]
      .filter((node) => node.textContent.trim() && seen(node))
      .map((node) => ({ node, core: coreOf(node), under: [] }));
    for (const node of svg.querySelectorAll(
      "path, line, circle, rect, polygon, use",
    )) {
      if (!seen(node)) continue;
      const room = node.localName === "use" ? -0.5 : 1;
      const box = wider(node.getBoundingClientRect(), room);
      const near = texts.filter(({ core }) => meet(box, core));
      if (!near.length) continue;
      const look = seenOf(node, svg, ground);
      const mark = { node, look, box, view: windowOf(node, svg) };
      for (const text of near) {
        if (node.closest(".zm-map") && text.node.matches(".zm-halo")) continue;
        const how = lies(mark, text);
        if (how === "plate")
          text.under = []; // what is below it is not seen
        else if (how) text.under.push(node);
      }
    }
    const name = (node) => node.getAttribute("class") ?? node.localName;
    const frame = wider(svg.getBoundingClientRect(), 1);
    const said = (node, what) =>
      `${short(node.textContent)} / ${what}, in a picture ${svg.viewBox.baseVal.width} wide`;
    const cut = texts
      .filter(({ core }) => meet(core, frame) && !isIn(core, frame))
      .map(({ node }) => said(node, "the edge"));
    const crossed = texts.flatMap(({ node, under }) =>
      under.map((mark) => said(node, name(mark))),
    );
    return [...cut, ...crossed];
  }

  /**
   * Texts of a figure's pictures that a mark goes through, with the mark's name, or that
   * the picture's edge cuts off.
   *
   * The rule: where a text's letters are, no curve, dot, handle, line or edge of an area
   * may be that stands out from the ground, halo or not. What is no fault: a mark that
   * is as faint as a grid; the text's own axis; a mark under an opaque plate on which
   * the text stands; an area in whose inside all of the text is, as a name on a bar; and
   * under a halo the lines of a map (.zm-map), which is drawn all over its picture.
   */
  window.crossed = (el) => {
    for (const one of el.getAnimations({ subtree: true })) one.finish();
    return [...el.querySelectorAll(".zm-picture svg:not(svg svg)")]
      .filter((svg) => svg.checkVisibility())
      .flatMap((svg) => {
        const card = getComputedStyle(svg.closest(".zm-explorable"));
        return crossedIn(svg, rgba(card.backgroundColor).slice(0, 3));
      });
  };
})();
