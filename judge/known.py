"""All that the judge knows by name, for its table, its translators and its tests."""

from judge.axes import normalize
from judge.batch_norm_gradients import batch_norm_backward
from judge.batch_norms import batch_norm
from judge.engine import judge
from judge.groups import group_norm
from judge.layer_norm_gradients import layer_norm_backward
from judge.layer_norms import layer_norm
from judge.rms_norm_gradients import rms_norm_backward
from judge.rms_norms import rms_norm
from judge.variances import task as variance
from judge.words import SENTENCES

TASKS = {
    "variance": variance(1),
    "variance, correction=0": variance(0),
    "layer_norm": layer_norm,
    "layer_norm_backward": layer_norm_backward,
    "batch_norm": batch_norm,
    "batch_norm_backward": batch_norm_backward,
    "rms_norm": rms_norm,
    "rms_norm_backward": rms_norm_backward,
    "group_norm": group_norm,
    "normalize": normalize,
}
# (task's name, verdict, variant)
VARIANTS = [
    (name, verdict, variant)
    for name, task in TASKS.items()
    for verdict, those in (
        ("convention", task.conventions),
        ("wrong", task.mistakes),
        ("wrong", [variant for _, variant in task.behaviours]),
    )
    for variant in those
]


def as_function(task, *variants):
    """Return a function that behaves as the task with these variants does."""

    def function(*arguments):
        parts = task.compute(list(arguments), *variants)
        if isinstance(parts, str):
            raise ValueError(parts)
        values = tuple([parts[part] for part in task.parts])
        return values[0] if len(values) == 1 else values

    return function


def judged(task, function):
    """Return the judge's Result of a function that takes lists."""
    return judge(task, function, lambda arguments: arguments)


def texts():
    """Yield (where it stands, text) of all that the judge says; needs torch."""
    from judge import module

    for text in SENTENCES.values():
        yield "a sentence of the judge", text
    for task in TASKS.values():
        yield "the function that is to be written", task.title
        for text in map(task.compute, task.cases):
            if isinstance(text, str):
                yield "what is expected: {expected}", text
        for variant in task.known():
            yield "what a function does, or lacks: {what}", variant.sentence
    yield from module.texts()
