// The editor of a cell: CodeMirror with Python, in the page's colours. Its older mode of
// Python is 20 KiB smaller than its parser.
import {
  history,
  historyKeymap,
  indentWithTab,
  standardKeymap,
} from "@codemirror/commands";
import {
  StreamLanguage,
  bracketMatching,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { python } from "@codemirror/legacy-modes/mode/python";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  drawSelection,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tagHighlighter, tags } from "@lezer/highlight";
import { StyleModule } from "style-mod";
import { adopt } from "./sheets.js";

// CodeMirror would write its stylesheets into the page as elements.
StyleModule.mount = (root, modules) => {
  for (const one of [modules].flat()) adopt(one.getRules());
};

// The classes that Pygments writes for the page's code, which book.css colours.
const colours = tagHighlighter([
  { tag: [tags.keyword, tags.bool, tags.null], class: "k" },
  { tag: tags.string, class: "s" },
  { tag: tags.number, class: "m" },
  { tag: tags.comment, class: "c" },
]);

const mark = StateEffect.define(); // a line's number, or 0
const troubled = Decoration.line({ class: "zm-live-trouble" });
const marked = StateField.define({
  create: () => Decoration.none,
  update(lines, { changes, docChanged, effects, state }) {
    for (const effect of effects)
      if (effect.is(mark))
        return effect.value > 0 && effect.value <= state.doc.lines
          ? Decoration.set([troubled.range(state.doc.line(effect.value).from)])
          : Decoration.none;
    return docChanged ? lines.map(changes) : lines;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * An editor in `parent`, with `code` in it. `label` names it, `hint` is the id of what
 * describes its keys. onChange(code) and onRun() are called. Returns { read, write,
 * mark, focus }: `mark` takes the number of the line to be marked, or 0.
 */
export function createEditor({ parent, code, label, hint, onChange, onRun }) {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: code,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        indentUnit.of("    "),
        StreamLanguage.define(python),
        syntaxHighlighting(colours),
        marked,
        keymap.of([
          { key: "Shift-Enter", run: () => (onRun(), true) },
          ...standardKeymap,
          ...historyKeymap,
          indentWithTab, // Escape, then Tab leaves: CodeMirror's own
        ]),
        EditorView.contentAttributes.of({
          tabindex: "0",
          "aria-label": label,
          "aria-describedby": hint,
        }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) onChange(state.doc.toString());
        }),
      ],
    }),
  });
  return {
    read: () => view.state.doc.toString(),
    write: (text) =>
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
      }),
    mark: (line) => view.dispatch({ effects: mark.of(line) }),
    focus: () => view.focus(),
  };
}
