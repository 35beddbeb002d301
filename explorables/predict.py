"""Predict: what a cell computes, guessed before its output is opened."""

import json
import math
import string
from collections.abc import Mapping

import traitlets

from explorables.base import Explorable, Number, item_of
from explorables.words import QUESTION

FORMS = ("number", "choice", "order", "bars", "points", "curve")
DRAWN = ("bars", "points", "curve")
MOST = 64  # numbers of a guess
# Letters and digits half a turn on, as in ROT13. What is scrambled more than that could
# not be compressed, and would be a tenth of what a chapter loads.
TURNED = str.maketrans(
    {
        letter: letters[(i + len(letters) // 2) % len(letters)]
        for letters in (
            string.ascii_lowercase,
            string.ascii_uppercase,
            string.digits,
            "".join(map(chr, range(0x4E00, 0xA000))),  # 汉字
        )
        for i, letter in enumerate(letters)
    }
)


class Predict(Explorable):
    """Guess what was computed: a number, several, a choice, an order, or a drawing.

    ``Predict("What does it print first?", truth=y[0], within=0.001)`` goes below the
    cell that computed ``y``. On the page that cell's folded output moves below the
    question; a guess opens it, and all that follows up to the next heading or the
    next thing to do.

    Parameters
        question: what is asked. Text in backticks is shown as code; on a page, a link
            in what is said of a guess, as [words](#fig-...?d=4), moves its figure.
        truth: what was computed: a number or several; one of the choices; with
            `order`, a number for each thing; with `draw`, a number for each place.
        within, percent: how far off still counts as right, absolutely, or as a share
            of each number. A drawing is right where it is on average within `within`.
        labels: names of several numbers, or of the places of a drawing.
        choices: texts, or a dictionary from each to a sentence on it.
        order: names of things to be sorted, the smallest truth first.
        draw: "bars", "points" or "curve". axis: its (lowest, highest) value. places:
            where the points are, along x. start: the values before anything is drawn,
            by default 0 or the middle. given: other values, shown beside the guess,
            as (name, values). names: of x and y.
        wrong: foreseen wrong answers, each with its sentence: a dictionary, or a list
            of pairs where an answer is several numbers.
        right: a sentence for the right answer.
        again: the question was asked before, and its second answer is kept by itself.

    Traits
        question, form, labels, places, axis, start, given, names: what is shown.
        sealed: the answer and what is said of it, not to be read at a glance.
        guess: the numbers that were guessed; of a choice its index, of an order the
            indices of the things. Empty for none.
        opened: whether the answer is shown. item: what the answer is kept under.

    Errors: TypeError, ValueError, which say what is missing; TraitError for a guess of
    more than 64 numbers.
    """

    anchor = "predict"

    question = traitlets.Unicode().tag(sync=True, words=QUESTION)
    form = traitlets.Enum(FORMS, "number").tag(sync=True)
    labels = traitlets.List(traitlets.Unicode()).tag(
        sync=True, words="a choice, or a number's name, in a prediction"
    )
    places = traitlets.List(Number(), maxlen=MOST).tag(sync=True)
    axis = traitlets.List(Number(), maxlen=2).tag(sync=True)
    start = traitlets.List(Number(), maxlen=MOST).tag(sync=True)
    given = traitlets.List(Number(), maxlen=MOST).tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(
        sync=True, words="an axis of a prediction"
    )
    sealed = traitlets.Unicode().tag(sync=True)
    guess = traitlets.List(Number(), maxlen=MOST).tag(sync=True)
    opened = traitlets.Bool(False).tag(sync=True)
    item = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        question,
        *,
        truth,
        within=None,
        percent=None,
        labels=(),
        choices=None,
        order=None,
        draw=None,
        axis=(),
        places=(),
        start=(),
        given=None,
        names=("", ""),
        wrong=(),
        right="",
        again=False,
        **traits,
    ):
        form = _form_of(choices, order, draw)
        texts = {}
        if form == "choice":
            texts = choices if isinstance(choices, Mapping) else dict.fromkeys(choices)
            labels = [*texts]
            truth = [_index_of(truth, labels)]
        else:
            truth = _numbers(truth)
        labels = [*(order or labels)]
        _check(form, truth, labels, within, percent, axis)
        if form in DRAWN:
            start = (
                start
                if len(start)
                else [0 if axis[0] <= 0 <= axis[1] else sum(axis) / 2] * len(truth)
            )
        pairs = wrong.items() if isinstance(wrong, Mapping) else wrong
        answer = {
            "truth": truth,
            "within": float(within or 0),
            "percent": float(percent or 0),
            "wrong": [
                [_indices(value, labels) if form == "order" else _numbers(value), text]
                for value, text in pairs
            ],
            "right": right,
            "texts": [texts.get(label) or "" for label in labels],
        }
        name, given = given or ("", [])
        item = item_of(question, form, *labels)
        super().__init__(
            question=question,
            form=form,
            labels=labels,
            places=_numbers(places) if len(places) else [],
            axis=[*axis],
            start=_numbers(start) if len(start) else [],
            given=_numbers(given) if len(given) else [],
            names=[*names, name],
            item=f"{item}.again" if again else item,
            sealed=seal(answer),
            **traits,
        )

    @classmethod
    def reworded(cls, state, words):
        """Return the state in other words, what is sealed in it included."""
        state = super().reworded(state, words)
        answer = unseal(state["sealed"])
        answer["right"] = words(answer["right"], "what is said of a right guess")
        answer["texts"] = [
            words(one, "what is said of a choice") for one in answer["texts"]
        ]
        answer["wrong"] = [
            [value, words(one, "what is said of a wrong guess")]
            for value, one in answer["wrong"]
        ]
        return state | {"sealed": seal(answer)}

    @classmethod
    def questions_of(cls, state):
        """Return the question, by the name of its guess's record."""
        return {f"guess:{state['item']}": state["question"]}

    @classmethod
    def answers_of(cls, state):
        """Return the answer, which is sealed."""
        return unseal(state["sealed"])

    def quantities(self):
        """Return the numbers of an opened guess, beside the computed ones."""
        answer = unseal(self.sealed)
        if not self.opened or self.form in ("choice", "order"):
            return {}
        shown = {f"computed_{i}": value for i, value in enumerate(answer["truth"])}
        if self.form in DRAWN:
            shown = {}
        if len(self.guess) != len(answer["truth"]):
            return shown
        distances = [
            abs(guess - value)
            for guess, value in zip(self.guess, answer["truth"], strict=True)
        ]
        if self.form in DRAWN:
            return {"mean_distance": sum(distances) / len(distances)}
        return (
            shown
            | {f"guess_{i}": value for i, value in enumerate(self.guess)}
            | {f"distance_{i}": value for i, value in enumerate(distances)}
        )

    def __repr__(self):
        return f"Predict({self.question!r})"


def seal(answer):
    """Return an answer, a dictionary for JSON, as text that does not give it away."""
    return json.dumps(answer, ensure_ascii=False).translate(TURNED)


def unseal(sealed):
    """Return the answer that `seal` has made this text of."""
    return json.loads(sealed.translate(TURNED))


def _form_of(choices, order, draw):
    given = [name for name, value in (("choices", choices), ("order", order),
                                      ("draw", draw)) if value is not None]  # fmt: skip
    if len(given) > 1:
        raise TypeError(f"Predict takes one of choices, order and draw, got {given}")
    if draw is not None and draw not in DRAWN:
        raise ValueError(f"draw is one of {', '.join(DRAWN)}; got {draw!r}")
    return draw or {"choices": "choice", "order": "order"}.get("".join(given), "number")


def _numbers(values):
    """Return a number, or numbers in any nesting, as a list of floats."""
    values = getattr(values, "tolist", lambda: values)()
    if isinstance(values, list | tuple):
        return [number for value in values for number in _numbers(value)]
    if not math.isfinite(values):
        raise ValueError(f"Predict takes finite numbers, got {values}")
    # The last digits differ between machines, and decide nothing.
    return [float(f"{values:.12g}")]


def _index_of(truth, labels):
    if truth not in labels:
        raise ValueError(f"the truth is one of the choices {labels}; got {truth!r}")
    return labels.index(truth)


def _indices(names, labels):
    return [_index_of(name, labels) for name in names]


def _check(form, truth, labels, within, percent, axis):
    """Raise an error if the arguments do not make a question."""
    if form in ("order", "bars") and len(labels) != len(truth):
        raise ValueError(
            f"Predict needs a name for each of the {len(truth)} numbers; got {labels}"
        )
    if form not in ("choice", "order") and within is None and percent is None:
        raise TypeError(
            "Predict needs within=... or percent=...: how far off still counts as right"
        )
    if form in DRAWN and (len(axis) != 2 or axis[0] >= axis[1] or within is None):
        raise TypeError("what is drawn needs axis=(lowest, highest) and within=...")
    if form in DRAWN and not all(axis[0] <= value <= axis[1] for value in truth):
        raise ValueError(f"the axis {axis} does not hold what was computed: {truth}")
    if form == "number" and len(truth) > 1 and len(labels) != len(truth):
        raise ValueError(
            f"Predict needs labels=[...], a name for each of the {len(truth)} numbers"
        )
