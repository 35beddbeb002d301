"""What is judged, and what comes of it: Task, Variant, Result and Case.

Runs in CPython and in MicroPython.
"""


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
        return self.run(Stages(stages), copied(arguments))


class Stages:
    """Stages by name, as attributes."""

    def __init__(self, stages):
        for name in stages:
            setattr(self, name, stages[name])


def copied(value):
    """Return lists as new lists, tuples too; numbers as they are."""
    if isinstance(value, (list, tuple)):
        return [copied(one) for one in value]
    return value
