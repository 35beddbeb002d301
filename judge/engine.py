"""How a function is recognised: it is compared with every function that is known.

A `Task` is a function written in stages, such as LayerNorm's mean, variance, root and
affine map. A `Variant` replaces some of the stages: a mistake that people make, or
another library's convention. A submission is run on inputs that tell all variants
apart, and is the variant that it agrees with, or two mistakes at once.

Runs in CPython and in MicroPython: no imports but `math`.
"""

import math

from judge.words import phrase, say

CLOSE = 1e-9  # relative: a few roundings of float64
CLOSE_SINGLE = 2e-5  # of float32
RETURNED = "returned "  # begins the text of what is not what was asked for
SHRINKS = 60  # smaller cases that are tried before one is shown


class Case:
    """What a function was given, what it returned, and what was expected.

    input: the arguments by name. got, expected: numbers, or lists of them; `got` is
    text where the function raised or returned something else.
    """

    def __init__(self, input, got, expected):
        self.input, self.got, self.expected = input, got, expected

    def __repr__(self):
        return f"Case(input={self.input}, got={self.got}, expected={self.expected})"


class Result:
    """What the judge found. `str` gives it as a sentence.

    verdict: "right", "convention" (right by another library's convention), "wrong" (a
    known mistake, or two), or "unknown" (wrong in a way that has no name here).
    name: of what was found; None if unknown. case: a `Case` that shows the
    difference; None if right. sentence: the words. error: the exception that the
    function raised in this case, or None.
    """

    def __init__(self, verdict, name, sentence, case=None, error=None):
        self.verdict, self.name = verdict, name
        self.sentence, self.case, self.error = sentence, case, error

    def __str__(self):
        return self.sentence

    def __repr__(self):
        return self.sentence  # what a notebook shows of a cell's last line


class Variant:
    """A function that differs from the right one in some stages.

    name: a short name. sentence: what it does, in words that go on after "This".
    stages: the stages that it replaces, by name.
    """

    def __init__(self, name, sentence, **stages):
        self.name, self.sentence, self.stages = name, sentence, stages


class Task:
    """A function to be written: the right one in stages, and the ones to recognise.

    title: its name in sentences. parameters: the names of its arguments.
    run(stages, arguments): what the function with these stages returns, as
    {part: number or list}, or an exception's name. A stage is reached as an attribute.
    read(arguments, returned): the same of what a submission returned (and may have
    changed in its arguments).
    cases: lists of arguments, those that are easiest to read first.
    behaviours: pairs of a function (got, right, cases, fits), which returns whether
    this is it, and its Variant, for mistakes whose numbers depend on rounding; its
    stages are one example.
    parts: the names in what `run` returns, in the order in which they are shown;
    MicroPython's dictionaries have none.
    """

    def __init__(
        self, title, parameters, run, read, stages, cases, mistakes,
        conventions=(), behaviours=(), parts=("output",),
    ):  # fmt: skip
        self.title, self.parameters = title, parameters
        self.run, self.read, self.stages, self.cases = run, read, stages, cases
        self.mistakes, self.conventions = mistakes, conventions
        self.behaviours, self.parts = behaviours, parts

    def without(self, is_left_out):
        """Return the same task without the cases that `is_left_out` picks."""
        return Task(
            self.title,
            self.parameters,
            self.run,
            self.read,
            self.stages,
            [one for one in self.cases if not is_left_out(one)],
            self.mistakes,
            self.conventions,
            self.behaviours,
            self.parts,
        )

    def known(self):
        """Return all variants that have a name, conventions first."""
        found = list(self.conventions) + list(self.mistakes)
        return found + [variant for behaviour, variant in self.behaviours]

    def compute(self, arguments, *variants):
        """Return what the right function returns, with the stages of `variants`."""
        stages = dict(self.stages)
        for variant in variants:
            stages.update(variant.stages)
        return self.run(_Stages(stages), _copy(arguments))


class _Stages:
    def __init__(self, stages):
        for name in stages:
            setattr(self, name, stages[name])


def _copy(value):
    if isinstance(value, (list, tuple)):
        return [_copy(one) for one in value]
    return value


# ---- numbers ----


def plain(value):
    """Return a number or nested lists of numbers as floats; TypeError if it is not.

    Takes what has `tolist`, as tensors and arrays do.
    """
    if hasattr(value, "detach"):
        value = value.detach()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"not a number: {value!r}")
    return float(value)


def _same(got, expected, tolerance):
    if isinstance(expected, str) or isinstance(got, str):
        return got == expected
    if isinstance(expected, list) != isinstance(got, list):
        return False
    if isinstance(expected, list):
        return len(got) == len(expected) and all(
            _same(one, other, tolerance) for one, other in zip(got, expected)
        )
    if not (math.isfinite(expected) and math.isfinite(got)):
        # x / 0 is inf or nan, as the library has it
        return not math.isfinite(expected) and not math.isfinite(got)
    return abs(got - expected) <= tolerance * max(1.0, abs(expected))


def _is_finite(value):
    if isinstance(value, list):
        return all(_is_finite(one) for one in value)
    return math.isfinite(value)


def same(got, expected, tolerance=CLOSE):
    """Return whether two results agree, part by part."""
    if isinstance(got, str) or isinstance(expected, str):
        return got == expected
    return all(_same(got[part], expected[part], tolerance) for part in expected)


def number(value):
    """Return a number as the book prints it: four digits, a real minus sign."""
    if isinstance(value, str):
        return value
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "−inf"
    size = abs(value)
    whole = value == int(value) and size < 1e15
    text = f"{value:.4g}" if size and not 1e-3 <= size < 1e6 else f"{value:.4f}"
    text = str(int(value)) if whole else text
    text = text.replace("e-0", "e-")
    if "e" not in text and "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("0" if text == "-0" else text).replace("-", "−")


def numbers(value):
    """Return a list of numbers in words: 1, 2, 3; rows in brackets."""
    if not isinstance(value, list):
        return number(value) if isinstance(value, (int, float)) else str(value)
    if value and isinstance(value[0], list):
        return ", ".join([f"[{numbers(row)}]" for row in value])
    return ", ".join([numbers(one) for one in value])


def _first_difference(got, expected, tolerance):
    """Return the first pair of numbers, or of lists of other lengths, that differ."""
    if (
        isinstance(got, list)
        and isinstance(expected, list)
        and len(got) == len(expected)
    ):
        for one, other in zip(got, expected):
            if not _same(one, other, tolerance):
                return _first_difference(one, other, tolerance)
    return got, expected


# ---- the search ----


def call(task, function, arguments, convert):
    """Return what a submission returns for a case, as the task's parts, or text.

    Where that is the text of an exception, the exception is the second of two results.
    """
    given = convert(_copy(arguments))
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
        return not all(_is_finite(expected[part]) for part in expected)
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
            if not _same(got[part], expected[part], tolerance):
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
    close = CLOSE if _same(case.got, case.expected, CLOSE_SINGLE) else CLOSE_SINGLE
    got, expected = _first_difference(case.got, case.expected, close)
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


# ---- what has no name ----


def _unknown(task, function, convert, got, right):
    failed = [
        arguments
        for tolerance in (CLOSE_SINGLE, CLOSE)
        for arguments, value, expected in zip(task.cases, got, right)
        if not _fits(value, expected, tolerance)
    ]
    arguments = _shrink(task, function, convert, failed[0])
    value, error = call(task, function, arguments, convert)
    case, part = _case(task, arguments, value, task.compute(arguments))
    sentence = phrase("unknown", example=_on(task, case, part))
    return Result("unknown", None, sentence, case, error)


def _shrink(task, function, convert, arguments):
    """Return the smallest case found that still fails."""
    tries = 0
    smaller = True
    while smaller:
        smaller = False
        for candidate in _simpler(arguments):
            tries += 1
            if tries > SHRINKS:
                return arguments
            try:
                expected = task.compute(candidate)
            except (ZeroDivisionError, IndexError, ValueError, TypeError):
                continue
            if not _fits(call(task, function, candidate, convert)[0], expected):
                arguments, smaller = candidate, True
                break
    return arguments


def _simpler(arguments):
    """Yield the same arguments with fewer rows, fewer numbers, or rounder ones."""
    rows = [one for one in arguments if _is_rows(one)]
    if rows and len(rows[0]) > 1:
        count = len(rows[0])
        for i in range(count):
            yield [_without_row(one, i, count) for one in arguments]
    width = _width(arguments)
    if width > 1:
        for i in range(width):
            yield [_without_column(one, i, width) for one in arguments]
    first = arguments[0]
    if _is_rows(first) and _is_rows(first[0]) and len(first[0][0]) > 1:
        for i in range(len(first[0][0])):  # a position of all channels
            fewer = [[_without(channel, i) for channel in one] for one in first]
            yield [fewer] + arguments[1:]
    rounder = [_rounded(one) for one in arguments]
    if rounder != arguments:
        yield rounder


def _is_rows(value):
    return isinstance(value, list) and bool(value) and isinstance(value[0], list)


def _width(arguments):
    first = arguments[0]
    return len(first[0]) if _is_rows(first) else len(first)


def _without_row(value, i, count):
    one_each = isinstance(value, list) and len(value) == count
    if _is_rows(value) or (one_each and count != _width([value])):
        return _without(value, i)
    return value


def _without(values, i):
    return values[:i] + values[i + 1 :]


def _without_column(value, i, width):
    if _is_rows(value):  # whose rows may be of channels
        return [_without(row, i) if len(row) == width else row for row in value]
    if isinstance(value, list) and len(value) == width and isinstance(value[0], float):
        return _without(value, i)
    if isinstance(value, list) and value == [width]:
        return [width - 1]
    return value


def _rounded(value):
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    if isinstance(value, float) and 1 <= abs(value) < 1e6:
        return float(round(value))
    return value
