"""All that the judge knows by name, as functions; runs in MicroPython, too."""

from judge.known import TASKS, VARIANTS, as_function, judged

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
    ("rms_norm", "epsilon outside the root", "scalar gamma"),
    ("rms_norm_backward", "rstd missing", "no sum in grad_weight"),
    ("group_norm", "divides by N − 1", "a gamma for each group"),
    ("normalize", "always centers", "epsilon outside the root"),
]


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
