// AxesExplorer: a block of cells, and which of them share one mean or one gamma.
import { frame, write } from "./lib/old/chart.js";
import { choice, element, number, uid } from "./lib/old/controls.js";

const SHAPE = [3, 4, 5];
const NAMES = { "(N, T, D)": ["N", "T", "D"], "(N, C, L)": ["N", "C", "L"] };
// The axes that one mean runs over, and those that one gamma is shared over.
const AXES = {
  LayerNorm: {
    "(N, T, D)": { mean: [2], gamma: [0, 1] },
    "(N, C, L)": { mean: [1, 2], gamma: [0] },
  },
  BatchNorm: {
    "(N, T, D)": { mean: [0, 1], gamma: [0, 1] },
    "(N, C, L)": { mean: [0, 2], gamma: [0, 2] },
  },
};

const MODULES = {
  LayerNorm: { "(N, T, D)": "LayerNorm(D)", "(N, C, L)": "LayerNorm((C, L))" },
  BatchNorm: { "(N, T, D)": "BatchNorm1d(D)", "(N, C, L)": "BatchNorm1d(C)" },
};

const shape = (sizes) =>
  `(${sizes.join(", ")}${sizes.length === 1 ? "," : ""})`;

export default function render({ model, el }) {
  const { picture, controls, start } = frame({
    model,
    el,
    title: "Who shares a mean, and who shares a γ",
    invitation:
      "Click a cell: filled cells share its mean and variance, framed ones its γ and β.",
    keys: ["norm", "block", "cell"],
  });
  picture.classList.add("zm-slices");

  const cells = [];
  const captions = [];
  for (let i = 0; i < SHAPE[0]; i++) {
    const captionId = uid();
    const slice = element("div", "zm-slice");
    const caption = element("p", "zm-slice-name", { id: captionId });
    const grid = element("div", "zm-grid", {
      role: "grid",
      "aria-labelledby": captionId,
    });
    captions.push(caption);
    for (let j = 0; j < SHAPE[1]; j++) {
      const row = element("div", "zm-row", { role: "row" });
      for (let k = 0; k < SHAPE[2]; k++) {
        const node = element("div", "zm-cell", { role: "gridcell" });
        node.addEventListener("click", () => write(model, { cell: [i, j, k] }));
        node.addEventListener("keydown", (event) => move(event, [i, j, k]));
        cells.push({ node, at: [i, j, k] });
        row.append(node);
      }
      grid.append(row);
    }
    slice.append(caption, grid);
    picture.append(slice);
  }
  const find = (at) => cells.find((one) => String(one.at) === String(at));

  /** Arrow keys walk through the block, from one slice into the next. */
  function move(event, [i, j, k]) {
    const way = {
      ArrowRight: [0, 0, 1],
      ArrowLeft: [0, 0, -1],
      ArrowDown: [0, 1, 0],
      ArrowUp: [0, -1, 0],
      PageDown: [1, 0, 0],
      PageUp: [-1, 0, 0],
    }[event.key];
    if (!way) return;
    event.preventDefault();
    const cell = [i, j, k].map(
      (index, axis) => (index + way[axis] + SHAPE[axis]) % SHAPE[axis],
    );
    write(model, { cell });
    find(cell).node.focus();
  }

  const choices = [
    ["norm", Object.keys(AXES)],
    ["block", Object.keys(NAMES)],
  ].map(([trait, values]) =>
    choice({
      name: trait,
      values,
      get: () => model.get(trait),
      set: (value) => write(model, { [trait]: value }),
    }),
  );
  controls.append(...choices.map(({ node }) => node));

  return start(() => {
    const [norm, block, cell] = ["norm", "block", "cell"].map((key) =>
      model.get(key),
    );
    const names = NAMES[block];
    const { mean, gamma } = AXES[norm][block];
    const shares = (at, over) =>
      at.every((index, axis) => over.includes(axis) || index === cell[axis]);
    for (const { node, at } of cells) {
      const chosen = String(at) === String(cell);
      const [one, other] = [shares(at, mean), shares(at, gamma)];
      node.classList.toggle("zm-shares-mean", one);
      node.classList.toggle("zm-shares-gamma", other);
      node.textContent = chosen ? "x" : "";
      node.setAttribute("aria-selected", chosen);
      node.tabIndex = chosen ? 0 : -1;
      node.setAttribute(
        "aria-label",
        `${names.map((name, axis) => `${name} ${at[axis]}`).join(", ")}${
          one ? ", same mean" : ""
        }${other ? ", same gamma" : ""}`,
      );
    }
    captions.forEach((caption, i) => {
      caption.textContent = `${names[0]} = ${i}: ${names[1]} down, ${names[2]} across`;
    });
    for (const one of choices) one.update();

    const count = (over) => over.reduce((all, axis) => all * SHAPE[axis], 1);
    // LayerNorm keeps the axes it runs over as 1, BatchNorm one number a channel.
    const kept = SHAPE.filter((_, axis) => !mean.includes(axis));
    const meanShape =
      norm === "LayerNorm"
        ? SHAPE.map((size, axis) => (mean.includes(axis) ? 1 : size))
        : kept;
    const gammaShape = SHAPE.filter((_, axis) => !gamma.includes(axis));
    return [
      `nn.${MODULES[norm][block]} on ${block} = ${shape(SHAPE)}: one mean from `,
      number("cells_per_mean", count(mean), 0, "statistic"),
      ` cells, one γ for `,
      number("cells_per_gamma", count(gamma), 0, "parameter"),
      `. Shapes: μ, σ² ${shape(meanShape)}; γ, β ${shape(gammaShape)}.`,
    ];
  });
}
