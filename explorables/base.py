"""What all explorables share: the bundle, a repr, finite numbers."""

import hashlib
import math
import pathlib
import sys

import anywidget
import traitlets

from explorables.words import SAID, WORDS

LIMITS = ("min", "max", "choices", "shortest", "longest")
STATIC = pathlib.Path(__file__).parent / "static"

if not (STATIC / "explorables.js").exists():
    raise ImportError(
        "the explorables' bundle is missing: run `pip install -e .` in the book's "
        "folder (or `npm ci && npm run build`)"
    )


class Explorable(anywidget.AnyWidget):
    """A figure with a handle: typed traits here, its picture in the browser.

    A subclass lists its traits with ``sync=True``, returns in `quantities` what its
    readout shows, and has a renderer of the same name in ``index.js``. A trait
    tagged ``lazy=True`` is too large for a page: the published book loads it when
    the figure comes into view. One tagged ``repr=False`` is left out of the repr.

    Errors: a value outside a trait's range raises `traitlets.TraitError`, and the
    old value stays.
    """

    _esm = STATIC / "explorables.js"
    _css = STATIC / "explorables-style.css"
    kind = traitlets.Unicode(read_only=True).tag(sync=True)
    # What each trait may be, for the browser: it says so nowhere else.
    limits = traitlets.Dict(read_only=True).tag(sync=True)
    # And what else its picture computes with that `quantities` does: a subclass that
    # has such numbers redefines this, with them as the default.
    constants = traitlets.Dict(read_only=True).tag(sync=True)
    if SAID:  # else the browser need not be told
        language = traitlets.Unicode(SAID["language"], read_only=True).tag(sync=True)
    # What its address on a page begins with; "" for one that has no address.
    anchor = "fig"
    # ipywidgets 7 would show a repr cut off at 110 characters; without its method
    # IPython takes anywidget's `_repr_mimebundle_`, as with ipywidgets 8.
    _ipython_display_ = None

    def __init_subclass__(cls, **options):
        """Reject a trait that every widget already has, such as `layout`."""
        super().__init_subclass__(**options)
        taken = set(vars(cls)) & set(anywidget.AnyWidget.class_trait_names())
        if taken := {name for name in taken if not name.startswith("_")}:
            raise TypeError(f"{cls.__name__} redefines {', '.join(sorted(taken))}")

    def __init__(self, **traits):
        unknown = sorted(set(traits) - set(self.trait_names()))
        if unknown:
            raise TypeError(
                f"{type(self).__name__} has no trait {', '.join(unknown)}; it has "
                f"{', '.join(self.own_traits())}"
            )
        super().__init__(**traits)
        if SAID:
            state = {name: getattr(self, name) for name in self.own_traits()}
            for name, value in self.reworded(state, WORDS).items():
                setattr(self, name, value)

    # Defaults: a front end is told of the state as soon as the widget is made.
    @traitlets.default("kind")
    def _kind_of_class(self):
        return type(self).__name__

    @traitlets.default("limits")
    def _limits_of_class(self):
        return self.all_limits()

    @classmethod
    def own_traits(cls):
        """Names of the traits that make up an explorable's state, sorted."""
        shared = set(Explorable.class_trait_names())
        own = set(cls.class_trait_names(sync=True)) - shared
        # anywidget adds the bundle as traits of the instance's class.
        return sorted(name for name in own if not name.startswith("_"))

    @classmethod
    def all_limits(cls):
        """Return for each trait of the state its limits, see `limits_of`."""
        return {name: limits_of(getattr(cls, name)) for name in cls.own_traits()}

    @classmethod
    def class_state(cls):
        """Return what the browser is told about the class: its limits and constants."""
        return {"limits": cls.all_limits(), "constants": cls.constants.default()}

    @classmethod
    def reworded(cls, state, words):
        """Return a widget's state with its texts in other words, see `words.Words`.

        These are the traits tagged with what they are, ``words="a title"``.
        """
        texts = {
            name: (trait.metadata["words"], state[name])
            for name, trait in cls.class_traits(words=bool).items()
        }
        return state | {
            name: words(value, kind)
            if isinstance(value, str)
            else [words(one, kind) for one in value]
            for name, (kind, value) in texts.items()
        }

    @classmethod
    def questions_of(cls, state):
        """Return what a reader is asked: {name of the answer's record: question}."""
        return {}

    @classmethod
    def answers_of(cls, state):
        """Return all that may be said of an answer, as a value for JSON."""
        return []

    def quantities(self):
        """Return the readout's numbers, by name, computed by torch in float64.

        The picture computes the same in JavaScript; tests compare the two.
        """
        raise NotImplementedError(f"{type(self).__name__} shows no numbers")

    def __repr__(self):
        """Show the traits alone: no address, so that outputs can be compared."""
        lazy = self.class_trait_names(lazy=True)
        shown = [
            f"{name}={getattr(self, name)!r}"
            for name in self.own_traits()
            if name not in lazy and self.trait_metadata(name, "repr", True)
        ]
        return f"{type(self).__name__}({', '.join(shown)})"


def limits_of(trait):
    """Return a trait's limits, if it has any, as a dictionary for JSON.

    "min" and "max" of a number, "whole" of an integer; "choices" of an Enum; for a
    list "shortest" and "longest", and the limits of each of its items. A tag of one of
    these names says what a validator holds: ``List().tag(max=10)``.
    """
    limits = {}
    if isinstance(trait, traitlets.List):
        inner = trait._trait
        limits |= limits_of(inner) if inner is not None else {}
        limits |= {"shortest": trait._minlen, "longest": trait._maxlen}
    if isinstance(trait, traitlets.Enum):
        limits["choices"] = list(trait.values)
    for name in ("min", "max"):
        limits[name] = getattr(trait, name, limits.get(name))
    if isinstance(trait, traitlets.Int):
        limits["whole"] = True
    limits |= {name: trait.metadata[name] for name in LIMITS if name in trait.metadata}
    return {
        name: value
        for name, value in limits.items()
        if isinstance(value, list) or (value is not None and abs(value) < sys.maxsize)
    }


def item_of(*texts):
    """Return ten letters and digits that stand for these texts, and for no others."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:10]


class Number(traitlets.Float):
    """A finite float, optionally between `min` and `max`."""

    info_text = "a finite number"

    def validate(self, obj, value):
        """Raise TraitError for nan, infinity and a number out of range."""
        value = super().validate(obj, value)
        if not math.isfinite(value):
            self.error(obj, value)
        return value
