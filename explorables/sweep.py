"""Sweep: a slider over what only Python can compute, for a page without Python."""

import itertools

import traitlets
from IPython.display import display
from tqdm import tqdm

from explorables.base import Explorable, Number
from explorables.plots import figure_svg, take_title
from explorables.words import WORDS

# What is said meanwhile.
COMPUTING = "computing frames"


class _ProgressTrait:
    """A file for tqdm whose every line becomes a widget's `progress`."""

    def __init__(self, sweep):
        self.sweep = sweep

    def write(self, text):
        if text.strip():
            self.sweep.progress = text.strip()

    def flush(self):
        """Do nothing: each line was written at once."""


class Sweep(Explorable):
    """A plain function's matplotlib figures, one for each value of its parameters.

    ``Sweep(draw, momentum=[0.01, 0.1, 1.0], title=..., alt=...)`` calls
    ``draw(momentum=0.01)`` and so on when it is first shown, with a progress bar,
    and gives a slider over the frames. A published page loads the frames when the
    figure comes into view; where there is a kernel, readers can ask for other values.

    Parameters
        function: takes one or two keyword arguments, returns a matplotlib figure.
        title: the finding. invitation: one line on what to do.
        alt: what is to be seen, for those who cannot see it.
        labels: the name of a parameter in the figure, by its name in the function; by
            default that name with spaces for underscores.
        **values: one or two parameters by name, each with 2 to 60 numbers, or with 2
            to 60 names (the reader chooses one).

    Traits
        parameters: list of {"name", "label", "values"}. index: which value of each is
        shown.
        frames: SVG texts, the last parameter varying fastest. captions: their titles,
        which the figure shows as text.
        asked: values to compute a frame for, numbers or names, or empty. answer: that
        frame, its title.
        progress, error: what the figure says about the computation.
        shown: whether a front end shows the figure, which then gets its frames.

    Errors: TypeError for no parameters or more than two, and for names among numbers;
    ValueError for too few or too many values, and for a label without a parameter. A
    function that raises stops the cell, with its traceback. If it raises for a value
    that the reader asked for, the figure says so and keeps its frame.
    """

    parameters = traitlets.List().tag(sync=True)
    index = traitlets.List(traitlets.Int(min=0)).tag(sync=True)
    frames = traitlets.List(traitlets.Unicode()).tag(sync=True, lazy=True)
    captions = traitlets.List(traitlets.Unicode()).tag(sync=True, lazy=True)
    asked = traitlets.List(traitlets.Union([Number(), traitlets.Unicode()])).tag(
        sync=True
    )
    answer = traitlets.List(traitlets.Unicode()).tag(sync=True)
    progress = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    shown = traitlets.Bool().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True, words="a figure's title")
    invitation = traitlets.Unicode("Move the slider.").tag(
        sync=True, words="what to do with a figure"
    )
    alt = traitlets.Unicode().tag(sync=True, words="what is to be seen")

    def __init__(self, function, *, title, alt, invitation=None, labels=None, **values):
        if len(values) not in (1, 2):
            raise TypeError(
                f"Sweep takes one or two parameters with their values, got "
                f"{len(values)}: {', '.join(values) or 'none'}"
            )
        for name, given in values.items():
            if not 2 <= len(given) <= 60:
                raise ValueError(
                    f"Sweep takes 2 to 60 values a parameter, got {len(given)} "
                    f"for {name}"
                )
            if len({isinstance(value, str) for value in given}) > 1:
                raise TypeError(
                    f"Sweep takes numbers or names for {name}, not both: {given}"
                )
        labels = labels or {}
        if unknown := sorted(set(labels) - set(values)):
            raise ValueError(
                f"labels names {', '.join(unknown)}; the parameters are "
                f"{', '.join(values)}"
            )
        self.function = function
        texts = {"title": title, "alt": alt}
        if invitation is not None:
            texts["invitation"] = invitation
        super().__init__(
            parameters=[
                {
                    "name": name,
                    "label": labels.get(name, name.replace("_", " ")),
                    "values": list(given),
                }
                for name, given in values.items()
            ],
            index=[0] * len(values),
            **texts,
        )

    def frame(self, *values):
        """Return the figure for these parameter values: (SVG text, its title)."""
        names = [parameter["name"] for parameter in self.parameters]
        figure = self.function(**dict(zip(names, values, strict=True)))
        caption = take_title(figure)
        return WORDS.svg(figure_svg(figure)), WORDS.drawn(caption)

    def compute(self):
        """Compute every frame, showing tqdm's progress in the figure itself."""
        settings = itertools.product(*(p["values"] for p in self.parameters))
        bar = tqdm(
            list(settings), desc=WORDS(COMPUTING), file=_ProgressTrait(self), ncols=60
        )
        try:
            frames = [self.frame(*values) for values in bar]
        finally:
            self.progress = ""
        self.captions = [caption for _, caption in frames]
        self.frames = [svg for svg, _ in frames]

    def _ipython_display_(self):
        """Show the figure, then fill it, so that its progress can be seen."""
        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)
        if not self.frames:
            self.compute()

    @traitlets.validate("index")
    def _valid_index(self, proposal):
        limits = [len(parameter["values"]) for parameter in self.parameters]
        index = proposal.value
        if len(index) != len(limits) or not all(
            i < limit for i, limit in zip(index, limits, strict=True)
        ):
            raise traitlets.TraitError(
                f"Sweep.index must hold {len(limits)} numbers below {limits}, "
                f"got {index}"
            )
        return index

    @traitlets.observe("shown")
    def _fill(self, change):
        """Compute the frames when a front end shows the figure, as in a box."""
        if not change.new or self.frames:
            return
        self.error = ""
        try:
            self.compute()
        except Exception as error:  # the author's function, whatever it did
            self.error = f"{type(error).__name__}: {error}"

    @traitlets.observe("asked")
    def _answer(self, change):
        self.error = ""
        if not change.new:
            self.answer = []
            return
        try:
            self.answer = self.frame(*map(_as_given, change.new, self.parameters))
        except Exception as error:  # the reader's value, whatever it did
            self.answer = []
            self.error = f"{type(error).__name__}: {error}"

    @classmethod
    def reworded(cls, state, words):
        """Return the state in other words, what is drawn in its pictures included.

        A parameter's names stay its values, and are shown as its "texts".
        """
        return super().reworded(state, words) | {
            "parameters": [_named(one, words) for one in state["parameters"]],
            "captions": [words.drawn(one) for one in state["captions"]],
            "frames": [words.svg(one) for one in state["frames"]],
        }

    def quantities(self):
        """Nothing but its own frames."""
        return {}

    def __repr__(self):
        parameters = ", ".join(
            f"{parameter['name']}={parameter['values']}"
            for parameter in self.parameters
        )
        return f"Sweep({self.title!r}, {parameters})"


def _named(parameter, words):
    named = isinstance(parameter["values"][0], str)
    texts = [words(value, "a choice") for value in parameter["values"] if named]
    label = words(parameter.get("label", ""), "a slider's or a choice's name")
    return parameter | {"label": label} | ({"texts": texts} if named else {})


def _as_given(value, parameter):
    """Return a whole number as an int where all of the author's values are ints."""
    whole = all(isinstance(given, int) for given in parameter["values"])
    return int(value) if whole and value.is_integer() else value
