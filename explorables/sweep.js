// Sweep: the frames that Python computed, one for each value of one or two
// parameters. Where a kernel answers, also for values in between.
import { frame, write } from "./lib/old/chart.js";
import { choice, element, label, slider, uid } from "./lib/old/controls.js";

const MOST_AHEAD = 60; // pictures made before they are asked for

/** Values that are names, not numbers. */
const named = (values) => typeof values[0] === "string";
const text = (value) => (typeof value === "string" ? value : label(value));

/** Which frame belongs to one index per parameter: the last varies fastest. */
function position(parameters, index) {
  return parameters.reduce(
    (sum, { values }, axis) => sum * values.length + index[axis],
    0,
  );
}

export default function render({ model, el }) {
  const parameters = model.get("parameters");
  const { picture, controls, start } = frame({
    model,
    el,
    title: model.get("title"),
    invitation: model.get("invitation"),
    keys: ["index", "asked"],
  });
  picture.classList.add("zm-plot");
  picture.setAttribute("role", "img");

  // What is shown: the answer to a question, or the frame under the sliders.
  const shownValues = () =>
    model.get("asked").length
      ? model.get("asked")
      : parameters.map(({ values }, axis) => values[model.get("index")[axis]]);
  const pick = (axis, i) => {
    const index = model.get("index").map((old, a) => (a === axis ? i : old));
    write(model, { index, asked: [] });
  };
  const pickers = parameters.map(({ name, values }, axis) =>
    named(values)
      ? choice({
          name,
          values,
          get: () => shownValues()[axis],
          set: (value) => pick(axis, values.indexOf(value)),
        })
      : slider({
          name,
          min: 0,
          max: values.length - 1,
          step: 1,
          text: () => text(shownValues()[axis]),
          get: () => model.get("index")[axis],
          set: (i) => pick(axis, i),
        }),
  );
  controls.append(...pickers.map(({ node }) => node));
  // The published page's model has no send: nobody there could compute a frame.
  if (model.send) controls.append(question(model, parameters));

  // A step of the slider only exchanges pictures: they are made once, before they are
  // asked for where the browser finds the time (Safari does not say when).
  const made = new Map();
  function pictureOf(svg) {
    if (!made.has(svg)) {
      const template = element("template");
      template.innerHTML = svg;
      made.set(svg, template.content.firstElementChild);
    }
    return made.get(svg);
  }
  for (const svg of model.get("frames").slice(0, MOST_AHEAD))
    globalThis.requestIdleCallback?.(() => pictureOf(svg));

  let drawn;
  return start(() => {
    const values = shownValues();
    for (const one of pickers) one.update();
    const place = position(parameters, model.get("index"));
    const [svg, caption] =
      model.get("asked").length && model.get("answer").length
        ? model.get("answer")
        : [model.get("frames")[place], model.get("captions")[place]];
    if (svg && svg !== drawn) {
      picture.replaceChildren(pictureOf(svg));
      drawn = svg;
    }
    const settings = parameters
      .map(({ name }, axis) => `${name} = ${text(values[axis])}`)
      .join(", ");
    picture.setAttribute("aria-label", `${model.get("alt")} (${settings})`);
    const trouble = model.get("progress") || model.get("error");
    return [trouble || `${settings}. ${caption ?? ""}`];
  });
}

/** Number fields and a button that ask the kernel for values in between. */
function question(model, parameters) {
  const form = element("form", "zm-question");
  const fields = parameters.map(({ name, values }) => {
    const id = uid();
    const input = named(values)
      ? element("select", "", { id })
      : element("input", "", {
          id,
          type: "number",
          step: values.every(Number.isInteger) ? 1 : "any",
          required: "",
          value: values[0],
        });
    if (named(values))
      input.append(...values.map((value) => element("option", "", {}, value)));
    form.append(element("label", "", { for: id }, `other ${name}`), input);
    return () => (named(values) ? input.value : Number(input.value));
  });
  form.append(
    element("button", "zm-button", { type: "submit" }, "Ask the kernel"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    write(model, { asked: fields.map((read) => read()) });
  });
  return form;
}
