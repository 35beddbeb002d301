// A block of cells to click, slice by slice: who shares what with the chosen one.
import { range } from "d3-array";
import { div, p } from "./lib/marks.js";
import { keptWhile } from "./lib/memo.js";

// What a key adds to the indices of a cell.
const WAYS = {
  ArrowRight: [0, 0, 1],
  ArrowLeft: [0, 0, -1],
  ArrowDown: [0, 1, 0],
  ArrowUp: [0, -1, 0],
  PageDown: [1, 0, 0],
  PageUp: [-1, 0, 0],
};

/** The cell that a key leads to, from one slice into the next; undefined: no way. */
const next = (cell, key, shape) =>
  WAYS[key]?.map((way, axis) => (cell[axis] + way + shape[axis]) % shape[axis]);

/** Focus the cell with these indices, beside one that is focused. */
function focus(node, [i, j, k]) {
  const slice = node.closest(".zm-slices").children[i];
  slice.querySelectorAll(".zm-row")[j].children[k].focus();
}

function drawCell(say, at, { cell }, { shape, axes, shares }, set) {
  const [one, other] = [shares.mean(at), shares.gamma?.(at)];
  const chosen = String(at) === String(cell);
  const name = axes
    .map((axis, i) => `${letter(axis)} ${at[i]}`)
    .join(say.comma);
  const label = [name, one && say`same mean`, other && say`same gamma`]
    .filter(Boolean)
    .join(say.comma);
  return keptWhile(
    [label, chosen],
    div(
      {
        class: `zm-cell${one ? " zm-shares-mean" : ""}${other ? " zm-shares-gamma" : ""}`,
        role: "gridcell",
        tabindex: chosen ? 0 : -1,
        "aria-selected": String(chosen),
        "aria-label": label,
        onclick: () => set({ cell: at }),
        onkeydown(event) {
          const to = next(at, event.key, shape);
          if (!to) return;
          event.preventDefault();
          set({ cell: to });
          focus(event.currentTarget, to);
        },
      },
      chosen ? "x" : "",
    ),
  );
}

/** The letter of an index: that of a sample in the batch is n. */
const letter = (axis) => (axis === "B" ? "n" : axis);

/**
 * Slice i of the block. `shares` tells whether a cell, given by its indices, shares the
 * chosen one's mean and its gamma; a row for which `begins` is true begins a group.
 */
export function drawSlice(say, i, state, block, set) {
  const { shape, axes, begins } = block;
  const [samples, down, across] = axes;
  const nameId = `${state.id}-slice-${i + 1}`;
  return div(
    { class: "zm-slice" },
    p(
      { class: "zm-slice-name", id: nameId },
      say`${letter(samples)} = ${i}: ${down} down, ${across} across`,
    ),
    div(
      { class: "zm-grid", role: "grid", "aria-labelledby": nameId },
      range(shape[1]).map((j) =>
        div(
          {
            class: `zm-row${begins?.(j) ? " zm-begins" : ""}`,
            role: "row",
          },
          range(shape[2]).map((k) =>
            drawCell(say, [i, j, k], state, block, set),
          ),
        ),
      ),
    ),
  );
}
