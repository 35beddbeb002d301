// Predict: a question, a guess, and how far it was from what was computed.
import { h } from "preact";
import { button } from "./lib/controls.js";
import { distances, isDrawn, judged, parsed } from "./lib/guess.js";
import { asked, br, inline, span } from "./lib/marks.js";
import { label, number, plain } from "./lib/numbers.js";
import { speaker } from "./lib/say.js";

const DIGITS = 4;

const isWhole = (value) =>
  Math.abs(value - Math.round(value)) <= 1e-6 * Math.max(1, Math.abs(value));

/** A number as it is shown; beside whole ones without a fraction that says nothing. */
function written(value, amongWhole) {
  if (!amongWhole || !Number.isFinite(value)) return label(value, DIGITS);
  const shown = +value.toFixed(isWhole(value) ? 0 : DIGITS);
  return plain(shown).replace("-", "−");
}

/** Fields for numbers; what is typed is remembered also while it is no number. */
function fields(say, state, set) {
  const { guess, labels, opened, local } = state;
  const texts = local.typed;
  const count = Math.max(1, labels.length);
  return Array.from({ length: count }, (_, i) =>
    h(
      "label",
      { class: "zm-typed" },
      count > 1 && span({ class: "zm-name" }, labels[i]),
      h("input", {
        type: "text",
        inputmode: "decimal",
        autocomplete: "off",
        disabled: opened,
        "aria-label": count > 1 ? undefined : say`Your guess`,
        value: texts[i] ?? (guess[i] === undefined ? "" : label(guess[i])),
        oninput({ target }) {
          const typed = Array.from({ length: count }, (_, j) =>
            j === i ? target.value : (texts[j] ?? ""),
          );
          const values = typed.map(parsed);
          const whole = values.every((value) => value !== undefined);
          set({ guess: whole ? values : [] }, { typed });
        },
        onkeydown(event) {
          if (event.key !== "Enter" || !guess.length) return;
          set({ opened: true });
          // The field is disabled then; and the key is not for the button.
          event.preventDefault();
          event.currentTarget
            .closest(".zm-guess")
            ?.querySelector(".zm-open")
            .focus();
        },
      }),
    ),
  );
}

function choices(say, { id, guess, labels, opened }, set) {
  return h(
    "fieldset",
    { class: "zm-options", disabled: opened },
    h("legend", { class: "zm-hidden" }, say`Your guess`),
    labels.map((text, i) =>
      h(
        "label",
        {},
        h("input", {
          type: "radio",
          name: `${id}-guess`,
          checked: guess[0] === i,
          onchange: () => set({ guess: [i] }),
        }),
        span({ class: "zm-option" }, inline(text)),
      ),
    ),
  );
}

/** Things in a row, smallest first, each with a button that moves it up. */
function order(say, { guess, labels, opened }, set) {
  const all = labels.map((_, i) => i);
  // A kernel can set what is no order.
  const isOrder =
    guess.length === labels.length && all.every((i) => guess.includes(i));
  const now = isOrder ? guess : all;
  const moved = (from, to) => {
    const next = [...now];
    next.splice(to, 0, ...next.splice(from, 1));
    return next;
  };
  return h(
    "ol",
    { class: "zm-order" },
    now.map((one, place) => {
      const name = labels[one].replaceAll("`", "");
      const last = place === now.length - 1;
      return h(
        "li",
        {},
        span({ class: "zm-option" }, inline(name)),
        !opened &&
          button(
            last ? "↑" : "↓",
            ({ currentTarget }) => {
              const to = last ? place - 1 : place + 1;
              const list = currentTarget.closest("ol");
              set({ guess: moved(place, to) });
              // The focus goes with what was moved, once it is drawn.
              requestAnimationFrame(() =>
                list?.children[to]?.querySelector("button")?.focus(),
              );
            },
            {
              "aria-label": last
                ? say`Move ${name} up`
                : say`Move ${name} down`,
            },
          ),
      );
    }),
  );
}

/** How a guess is made, in one line. */
function invitation(say, { form, labels, names }) {
  if (form === "choice") return say`Choose one, then open the output.`;
  if (form === "order")
    return say`Put them in order, the smallest first, then open the output.`;
  if (form === "number")
    return labels.length > 1
      ? say`Type your guesses, then open the output.`
      : say`Type your guess, then open the output.`;
  return names[2]
    ? say`Drag the handles to where you expect them; “${names[2]}” is shown for comparison. Then open the output.`
    : say`Drag the handles to where you expect them, then open the output.`;
}

/** What was guessed, what was computed, and how far apart they are. */
function result(say, state) {
  const { form, guess, labels } = state;
  const { truth, right, text } = judged(state);
  const guessed = right !== undefined;
  const verdict = !guessed
    ? []
    : right
      ? [say`Right.`, say.space]
      : [say`Not quite.`, say.space];
  const reason = text ? [say.space, inline(text, state)] : [];
  if (form === "choice") {
    const [one] = truth.map((i) => inline(labels[i]));
    return right
      ? [verdict, reason]
      : [verdict, say.parts`Computed: ${one}.`, reason];
  }
  if (form === "order") {
    const sorted = labels
      .map((_, i) => i)
      .sort((a, b) => truth[a] - truth[b])
      .flatMap((i, k) => [k > 0 && " < ", inline(labels[i])]);
    return [verdict, say.parts`Computed: ${sorted}.`, reason];
  }
  if (isDrawn(state))
    return guessed
      ? [
          verdict,
          say.parts`On average you were ${number("mean_distance", mean(distances(guess, truth)), 2)} away.`,
          reason,
        ]
      : [say`Below is what was computed; the picture has it, too.`];
  const whole = truth.every(isWhole);
  const several = truth.length > 1; // each in a line of its own
  const rows = truth.map((value, i) => {
    const name = several && [(guessed || i > 0) && br(), say`${labels[i]}: `];
    const shown = (what, one, role) =>
      number(`${what}_${i}`, one, DIGITS, role, written(one, whole));
    const computed = shown("computed", value, "normalized");
    if (!guessed)
      return several
        ? [name, say.parts`computed ${computed}. `]
        : say.parts`Computed: ${computed}. `;
    const yours = shown("guess", guess[i]);
    const away = shown("distance", Math.abs(guess[i] - value));
    return several
      ? [
          name,
          say.parts`guessed ${yours}, computed ${computed}, ${away} apart. `,
        ]
      : say.parts`Guessed ${yours}, computed ${computed}, ${away} apart. `;
  });
  return [verdict, ...rows, several && text && br(), reason];
}

const mean = (values) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** `drawing` makes the picture that a guess is drawn into. */
export function view(state, width, set, drawing) {
  const say = speaker(state);
  const { form, guess, opened } = state;
  const drawn = isDrawn(state);
  // What is asked for where it is not drawn.
  const parts = { number: fields, choice: choices, order };
  const compare = say`Compare with what is computed`;
  const open = opened
    ? say`Close it again`
    : guess.length
      ? compare
      : say`Show it without a guess`;
  // As they stand they are an order, too, and nobody has to move one to say so.
  const asTheyStand = form === "order" && !opened && !guess.length;
  return {
    className: "zm-predict",
    title: asked(state.question),
    invitation: invitation(say, state),
    pictures: drawn && [drawing(say, state, width, set)],
    untouched: !opened && !guess.length,
    asked: [
      !drawn && parts[form](say, state, set),
      asTheyStand &&
        button(compare, () =>
          set({ guess: state.labels.map((_, i) => i), opened: true }),
        ),
      button(open, () => set({ opened: !opened }), {
        class: "zm-button zm-open",
        "aria-expanded": String(opened),
      }),
    ],
    readout: opened && result(say, state),
  };
}

/** What was typed, until the guess is taken back from outside. */
function remember({ guess, local }) {
  const typed = local?.typed ?? [];
  const whole =
    typed.length && typed.every((text) => parsed(text) !== undefined);
  return { typed: whole && !guess.length ? [] : typed };
}

// A page has this alone until a state asks for more, by the name of its script.
export default {
  keys: ["guess", "opened"],
  view,
  remember,
  more: (state) => isDrawn(state) && "predict_drawn",
};
