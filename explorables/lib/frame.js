// The frame that every figure has: title, invitation, picture, readout, controls, Reset.
import { button } from "./controls.js";
import { div, p, unbroken } from "./marks.js";
import { speaker } from "./say.js";

const OWN_KEYS = /^(Arrow(Up|Down|Left|Right)|Page(Up|Down)|Home|End|Enter| )$/;

/**
 * Keys that a figure handles stay in it. JupyterLab hears of each key before the
 * figure does, and leaves those alone that are meant for an element with this
 * attribute; those with Control or Command (save, say) are the application's.
 */
const ownKeys = {
  "data-lm-suppress-shortcuts": "true",
  onfocusin: ({ currentTarget }) => keepKeys(currentTarget, true),
  onkeydown(event) {
    keepKeys(event.currentTarget, !event.ctrlKey && !event.metaKey);
    if (OWN_KEYS.test(event.key)) event.stopPropagation();
  },
  onkeyup: (event) =>
    keepKeys(event.currentTarget, !event.ctrlKey && !event.metaKey),
};

function keepKeys(root, keep) {
  if (root.hasAttribute("data-lm-suppress-shortcuts") === keep) return;
  if (keep) root.setAttribute("data-lm-suppress-shortcuts", "true");
  else root.removeAttribute("data-lm-suppress-shortcuts");
}

/**
 * The frame around what a view returned. `id` begins its ids, `reset` is what Reset
 * does, and `failed` says that the picture is an old one. Beside what is `asked` for in
 * place of controls stands Reset; where a view is `untouched`, it has nothing to do, and
 * is not seen. Alone, it takes no room then.
 */
export function frame(shown, { id, reset, language, failed = false }) {
  const say = speaker({ language });
  const { title, invitation, pictures, body, asked, controls, readout } = shown;
  const all = [controls].flat(Infinity).filter(Boolean);
  const buttons = all.filter(({ type }) => type === "button");
  const settings = all.filter(({ type }) => type !== "button");
  const className = classes(shown.className, failed && "zm-failed");
  const idle = shown.untouched && !failed;
  const resetting = button(
    say`Reset`,
    (event) => {
      reset();
      // Who has pressed it by the keyboard goes on with what is asked: it is gone.
      if (shown.untouched === false && event.detail === 0)
        event.currentTarget
          .closest(".zm-explorable")
          ?.querySelector(".zm-guess :enabled, fieldset :enabled")
          ?.focus();
    },
    {
      class: classes("zm-button zm-reset", idle && "zm-unseen"),
    },
  );
  return framed(
    { id, className, ...ownKeys },
    unbroken(title),
    invitation && p({ class: "zm-invitation" }, unbroken(invitation)),
    pictures && pictureOf(shown),
    asked ? div({ class: "zm-guess" }, asked, resetting) : body,
    p({ class: "zm-readout" }, unbroken(readout)),
    !asked &&
      !(idle && !all.length) &&
      div(
        { class: "zm-controls" },
        settings.length > 0 && div({ class: "zm-settings" }, settings),
        buttons,
        resetting,
      ),
    div({ class: "zm-hidden", "aria-live": "polite" }),
  );
}

/** What every frame is: a group that is named by its title. */
export const framed = ({ id, className, ...more }, title, ...content) =>
  div(
    {
      class: classes("zm-explorable", className),
      role: "group",
      "aria-labelledby": `${id}-title`,
      ...more,
    },
    p({ class: "zm-title", id: `${id}-title` }, title),
    ...content,
  );

/** What stands between invitation and readout; `alt` makes one image of it. */
export const pictureOf = ({ pictures, layout, alt }, ...more) =>
  div(
    {
      class: classes("zm-picture", layout, ...more),
      ...(alt && { role: "img", "aria-label": alt }),
    },
    pictures,
  );

const classes = (...names) => names.filter(Boolean).join(" ");
