// What TrainingReplay's two pictures share: a window with axes, and the scales.
import { scaleLinear } from "d3-scale";
import { axis } from "./lib/axis.js";
import { picture, squeezed, svg, text } from "./lib/marks.js";
import { label } from "./lib/numbers.js";

export const MARGIN = { left: 54, right: 14, top: 24, bottom: 36 };

/** Numbers of any size: fewer and shorter where they are long. */
function ticksOf(scale) {
  const large = scale.domain()[1] >= 1e4;
  return {
    ticks: large ? 3 : 5,
    format: (value) => label(value, large && value ? 0 : undefined),
  };
}

/** Title, axes, and a window that cuts off what leaves it. */
export function chart(
  { name, title, width, height },
  across,
  y,
  marks,
  ...outside
) {
  const bottom = height - MARGIN.bottom;
  // In the window, coordinates are those of the whole picture.
  const left = MARGIN.left - 4;
  const [w, h] = [across.range()[1] - left, bottom - MARGIN.top];
  return picture(
    { name, width, height },
    text(
      { class: "zm-panel-title", x: 2, y: 15, ...squeezed(width - 4, title) },
      title,
    ),
    axis(across, { y: bottom, ...ticksOf(across) }),
    axis(y, { x: MARGIN.left, ...ticksOf(y) }),
    svg(
      {
        "aria-hidden": "true",
        x: left,
        y: MARGIN.top,
        width: w,
        height: h,
        viewBox: `${left} ${MARGIN.top} ${w} ${h}`,
      },
      marks,
    ),
    ...outside,
  );
}

/** The scale of beta, and gamma's across it, as long. */
export function scales([low, high], height) {
  const [bottom, top] = [height - MARGIN.bottom, MARGIN.top];
  const right = MARGIN.left + bottom - top;
  return [
    scaleLinear([low, high], [MARGIN.left, right]),
    scaleLinear([low, high], [bottom, top]),
  ];
}
