"""How a function is recognised: it is compared with every function that is known.

A `Task` is a function written in stages, such as LayerNorm's mean, variance, root and
affine map. A `Variant` replaces some of the stages: a mistake that people make, or
another library's convention. A submission is run on inputs that tell all variants
apart, and is the variant that it agrees with, or two mistakes at once.

Runs in CPython and in MicroPython: no imports but `math`.
"""

from judge.numbers import (
    CLOSE,
    CLOSE_SINGLE,
    agree,
    first_difference,
    is_finite,
    numbers,
    same,
)
from judge.smaller import smallest
from judge.task import Case, Result, copied
from judge.words import phrase, say

RETURNED = "returned "  # begins the text of what is not what was asked for


def call(task, function, arguments, convert):
    """Return what a submission returns for a case, as the task's parts, or text.

    Where that is the text of an exception, the exception is the second of two results.
    """
    given = convert(copied(arguments))
    try:
        returned = function(*given)
    except Exception as error:  # a reader's function may raise anything
        return f"{type(error).__name__}: {error}", error
    try:
        return task.read(given, returned), None
    except (TypeError, ValueError, IndexError) as error:
        if "llipsis" in str(error):  # a blank inside of what may be long
            returned = ...
        return f"{RETURNED}{_short(returned)}", None


def _short(value):
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def judge(task, function, convert):
    """Return the Result of a function that takes what `convert` makes of arguments."""
    got = [call(task, function, one, convert)[0] for one in task.cases]
    right = [task.compute(one) for one in task.cases]
    if nothing := _nothing_written(got):
        return Result("unknown", None, phrase(nothing))

    def agrees(expected, tolerance=CLOSE):
        return all(_fits(one, other, tolerance) for one, other in zip(got, expected))

    if agrees(right):
        return _right(task, "right")
    for verdict, variants in (
        ("convention", task.conventions),
        ("wrong", task.mistakes),
    ):
        for variant in variants:
            if _agrees_with(task, got, (variant,)):
                return _named(task, got, right, verdict, (variant,))
    for is_it, variant in task.behaviours:
        if is_it(got, right, task.cases, _fits):
            return _named(task, got, right, "wrong", (variant,))
    if agrees(right, CLOSE_SINGLE):
        return _right(task, "single")
    for variant in task.conventions:
        if _agrees_with(task, got, (variant,), CLOSE_SINGLE):
            return _named(task, got, right, "convention", (variant,))
    every = list(task.conventions) + list(task.mistakes)
    for i, one in enumerate(every):
        for other in every[i + 1 :]:
            if not _overlap(one, other) and _agrees_with(task, got, (one, other)):
                return _named(task, got, right, "wrong", (one, other))
    return _unknown(task, function, convert, got, right)


def _right(task, name):
    return Result("right", task.title, phrase(name, title=say(task.title)))


def _nothing_written(got):
    """Return the name of the sentence for a function that is not written yet."""
    if all(one == f"{RETURNED}None" for one in got):
        return "empty"
    if any(isinstance(one, str) and _is_of_blank(one) for one in got):
        return "blank"
    return None


def _is_of_blank(text):
    """Return whether a text speaks of `...`, whose type has no name in MicroPython."""
    return "llipsis" in text or (text.startswith("TypeError") and "''" in text)


def _fits(got, expected, tolerance=CLOSE):
    """Return whether a result is the expected one; an error of any kind is an error.

    Where inf or nan is expected, plain Python has a ZeroDivisionError instead.
    """
    if isinstance(expected, str):
        return isinstance(got, str) and not got.startswith(RETURNED)
    if isinstance(got, str) and got.startswith("ZeroDivisionError"):
        return not all(is_finite(expected[part]) for part in expected)
    return same(got, expected, tolerance)


def _overlap(one, other):
    return any(stage in other.stages for stage in one.stages)


def _agrees_with(task, got, variants, tolerance=CLOSE):
    for arguments, value in zip(task.cases, got):
        if not _fits(value, task.compute(arguments, *variants), tolerance):
            return False
    return True


def _difference(task, got, right):
    """Return the first case that shows a difference, and the part that differs."""
    for tolerance in (CLOSE_SINGLE, CLOSE):  # rounding alone, only if that is all
        for arguments, value, expected in zip(task.cases, got, right):
            if not _fits(value, expected, tolerance):
                return _case(task, arguments, value, expected)
    raise ValueError("no case differs")


def _case(task, arguments, got, expected):
    given = dict(zip(task.parameters, arguments))
    if isinstance(got, str) or isinstance(expected, str):
        pair = [
            one if isinstance(one, str) else one[task.parts[0]]
            for one in (got, expected)
        ]
        return Case(given, pair[0], pair[1]), None
    for tolerance in (CLOSE_SINGLE, CLOSE):
        for part in task.parts:
            if not agree(got[part], expected[part], tolerance):
                return Case(given, got[part], expected[part]), part
    raise ValueError("the case agrees")


def _on(task, case, part):
    """Return the words that show a case: "On 1, 2 it gives ..., LayerNorm ..."."""
    given = []
    for i, name in enumerate(task.parameters):
        if name not in case.input or case.input[name] is None:
            continue
        if name == "normalized_shape":  # which the input shows
            continue
        value = case.input[name]
        words = str(value) if isinstance(value, bool) else numbers(value)
        given.append(words if i == 0 else f"{name} {words}")
    close = CLOSE if agree(case.got, case.expected, CLOSE_SINGLE) else CLOSE_SINGLE
    got, expected = first_difference(case.got, case.expected, close)
    what = f"{part} " if part and part != "output" else ""
    is_text = isinstance(got, str)
    raised = is_text and not got.startswith(RETURNED)
    if is_text and not raised:
        got = got[len(RETURNED) :]
    return phrase(
        "raised" if raised else "example",
        given="; ".join(given),
        got=got if is_text else f"{what}{numbers(got)}",
        title=say(task.title),
        expected=say(expected) if isinstance(expected, str) else numbers(expected),
    )


def _named(task, got, right, verdict, variants):
    case, part = _difference(task, got, right)
    what = say(variants[0].sentence)
    if len(variants) > 1:
        what = phrase("and", one=what, other=say(variants[1].sentence))
    return Result(
        verdict,
        " + ".join([variant.name for variant in variants]),
        phrase(verdict, what=what, example=_on(task, case, part)),
        case,
    )


def _unknown(task, function, convert, got, right):
    failed = [
        arguments
        for tolerance in (CLOSE_SINGLE, CLOSE)
        for arguments, value, expected in zip(task.cases, got, right)
        if not _fits(value, expected, tolerance)
    ]

    def fails(candidate):
        try:
            expected = task.compute(candidate)
        except (ZeroDivisionError, IndexError, ValueError, TypeError):
            return False
        return not _fits(call(task, function, candidate, convert)[0], expected)

    arguments = smallest(failed[0], fails)
    value, error = call(task, function, arguments, convert)
    case, part = _case(task, arguments, value, task.compute(arguments))
    sentence = phrase("unknown", example=_on(task, case, part))
    return Result("unknown", None, sentence, case, error)
