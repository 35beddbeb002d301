"""All that the judge knows by name, as functions; runs in MicroPython, too."""

from judge import batch_norms, layer_norms, variances
from judge.engine import judge

TASKS = {
    "variance": variances.task(1),
    "LayerNorm's variance": variances.task(0),
    "layer_norm": layer_norms.layer_norm,
    "layer_norm_backward": layer_norms.layer_norm_backward,
    "batch_norm": batch_norms.batch_norm,
    "batch_norm_backward": batch_norms.batch_norm_backward,
}
VARIANTS = [
    (name, verdict, variant)
    for name, task in TASKS.items()
    for verdict, those in (("convention", task.conventions), ("wrong", task.mistakes))
    for variant in those
]
# Two mistakes at once that are seen in one piece of code.
PAIRS = [
    ("layer_norm", "divides by N − 1", "epsilon outside the root"),
    ("layer_norm", "divides by N − 1", "no epsilon"),
    ("layer_norm", "no epsilon", "scalar gamma"),
    ("layer_norm", "over the batch", "gamma and beta swapped"),
    ("layer_norm", "epsilon outside the root", "one plus gamma"),
    ("layer_norm_backward", "no sum in grad_weight", "no sum in grad_bias"),
    ("layer_norm_backward", "statistics as constants", "mean in grad_weight"),
    ("layer_norm_backward", "gamma missing in grad_input", "rstd missing"),
    ("batch_norm", "divides by N − 1", "momentum reversed"),
    ("batch_norm", "updates in eval", "batch statistics in eval"),
    ("batch_norm", "no epsilon", "standard deviation stored"),
    ("batch_norm_backward", "no projection on x-hat", "mean in grad_bias"),
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
    return judge(task, function, lambda arguments: arguments)


def verdicts():
    """Return what the judge says of every variant, every pair, and what is right."""
    found = []
    for name, _, variant in VARIANTS:
        task = TASKS[name]
        found.append([name, variant.name, judged(task, as_function(task, variant))])
    for name, one, other in PAIRS:
        by_name = {variant.name: variant for variant in TASKS[name].mistakes}
        both = as_function(TASKS[name], by_name[one], by_name[other])
        found.append([name, one + " + " + other, judged(TASKS[name], both)])
    for name in TASKS:
        found.append([name, "right", judged(TASKS[name], as_function(TASKS[name]))])
    return sorted(
        [name, variant, result.verdict, result.name, str(result)]
        for name, variant, result in found
    )
