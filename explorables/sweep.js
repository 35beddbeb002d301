// Sweep: the frames that Python computed, one for each value of one or two
// parameters. Where a kernel answers, also for values in between.
import { h } from "preact";
import { choice, slider } from "./lib/controls.js";
import { label } from "./lib/numbers.js";
import { joined, speaker } from "./lib/say.js";

/** Values that are names, not numbers. */
const named = (values) => typeof values[0] === "string";

/** A value as it is shown: a name may have another one in another language. */
const written = ({ values, texts = values }, value) =>
  typeof value === "string" ? texts[values.indexOf(value)] : label(value);

/** Which frame belongs to one index per parameter: the last varies fastest. */
const position = (parameters, index) =>
  parameters.reduce(
    (sum, { values }, axis) => sum * values.length + index[axis],
    0,
  );

/**
 * What is shown: the parameters' values and the frame of them, the answer to a question
 * or what lies under the sliders.
 */
export function compute({ parameters, index, asked, answer, ...all }) {
  const at = position(parameters, index);
  const [svg, caption] =
    asked.length && answer.length ? answer : [all.frames[at], all.captions[at]];
  const values = asked.length
    ? asked
    : parameters.map(({ values }, axis) => values[index[axis]]);
  return { values, svg, caption };
}

function picker(state, axis, shown, set) {
  const { id, index, parameters } = state;
  const { values } = parameters[axis];
  const name = parameters[axis].label;
  const pick = (i) =>
    set({ index: index.map((old, a) => (a === axis ? i : old)), asked: [] });
  if (named(values))
    return choice({
      name,
      group: `${id}-${axis}`,
      values,
      texts: values.map((one) => written(parameters[axis], one)),
      value: shown,
      set: (value) => pick(values.indexOf(value)),
    });
  return slider({
    name,
    min: 0,
    max: values.length - 1,
    step: 1,
    text: written(parameters[axis], shown),
    value: index[axis],
    set: pick,
  });
}

/** Fields and a button that ask the kernel for values in between. */
function question(say, { id, parameters }, set) {
  const fields = parameters.map((parameter, axis) => {
    const { label, values } = parameter;
    const field = `${id}-asked-${axis}`;
    return [
      h("label", { for: field }, say`other ${label}`),
      named(values)
        ? h(
            "select",
            { id: field, name: axis },
            values.map((value) =>
              h("option", { value }, written(parameter, value)),
            ),
          )
        : h("input", {
            id: field,
            name: axis,
            type: "number",
            step: values.every(Number.isInteger) ? 1 : "any",
            required: true,
            defaultValue: values[0],
          }),
    ];
  });
  return h(
    "form",
    {
      class: "zm-question",
      onsubmit(event) {
        event.preventDefault();
        const { elements } = event.currentTarget;
        const read = ({ values }, axis) =>
          named(values) ? elements[axis].value : Number(elements[axis].value);
        set({ asked: parameters.map(read) });
      },
    },
    fields,
    h("button", { class: "zm-button", type: "submit" }, say`Ask the kernel`),
  );
}

export function view(state, width, set) {
  const say = speaker(state);
  const { parameters } = state;
  const { values, svg, caption } = compute(state);
  const settings = parameters
    .map(
      (parameter, axis) =>
        `${parameter.label} = ${written(parameter, values[axis])}`,
    )
    .join(say.comma);
  return {
    title: state.title,
    invitation: state.invitation,
    layout: "zm-plot",
    alt: say`${state.alt} (${settings})`,
    pictures: svg && plot(svg),
    controls: [
      ...parameters.map((_, axis) => picker(state, axis, values[axis], set)),
      state.kernel && question(say, state, set),
    ],
    readout: [
      state.progress ||
        state.error ||
        say`${settings}. ${joined(caption ?? "")}`,
    ],
  };
}

const plot = (svg) =>
  h("div", {
    key: svg, // or Preact would have the browser write out the one before it
    class: "zm-drawn",
    dangerouslySetInnerHTML: { __html: svg },
  });

/** A Sweep that is shown by a kernel and has no frames yet asks for them. */
const wake = ({ kernel, frames }) =>
  kernel && !frames.length && { shown: true };

export default { keys: ["index", "asked"], view, wake };
