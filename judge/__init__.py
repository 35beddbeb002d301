"""A judge that knows normalization: it says which function you have written.

`print(judge.layer_norm(my_layer_norm))` runs the function on a few inputs, compares it
with the right one, with other libraries' conventions, and with the mistakes that
people make, and answers in a sentence. Plain Python: it runs in CPython and, on the
book's pages, in MicroPython.
"""

from judge.forms import best
from judge.task import Case, Result

# The variants are imported where they are needed: reading them takes MicroPython longer
# than starting does.

__all__ = [
    "Case",
    "Result",
    "batch_norm",
    "batch_norm_backward",
    "batch_norm_module",
    "group_norm",
    "layer_norm",
    "layer_norm_backward",
    "normalize",
    "rms_norm",
    "rms_norm_backward",
    "variance",
]


def variance(function, correction=1):
    """Judge `function(input)`: the sum of squared deviations over N - correction.

    input: a list of floats, or a tensor of shape (N,). correction: 1, as torch.var's
    default, or 0, as LayerNorm has it. Returns a Result.
    Raises ValueError for another correction, TypeError if function is not callable.
    Source: chapter 1; torch.var.
    """
    if correction not in (0, 1):
        raise ValueError(f"correction must be 0 or 1, got {correction!r}")
    from judge.variances import task

    return best(task(correction), function)


def layer_norm(function, rows=True):
    """Judge `function(input, normalized_shape, weight=None, bias=None, eps=1e-5)`.

    input: d floats or rows of d, as lists or as a tensor; normalized_shape: [d].
    rows: False for a function of one row, which is not called with several.
    Returns a Result. Raises TypeError if function is not callable.
    Source: chapter 2; torch.nn.functional.layer_norm.
    """
    from judge import layer_norms

    task = layer_norms.layer_norm if rows else layer_norms.one_row
    return best(task, function)


def layer_norm_backward(function):
    """Judge `function(grad_output, input, mean, rstd, weight)` of LayerNorm.

    It returns (grad_input, grad_weight, grad_bias). grad_output, input: rows of d;
    mean, rstd: one float a row (as tensors, shape (rows, 1)); weight: d.
    Returns a Result. Raises TypeError if function is not callable.
    Source: chapter 3; torch.ops.aten.native_layer_norm_backward.
    """
    from judge.layer_norm_gradients import layer_norm_backward as task

    return best(task, function, {2: (-1, 1), 3: (-1, 1)})


def batch_norm(function):
    """Judge `function(input, running_mean, running_var, weight, bias, training, ...)`.

    The last two are momentum=0.1 and eps=1e-5. input: rows of C. It returns the output,
    and updates running_mean and running_var, of C, in place; one that returns
    (output, running_mean, running_var) is judged as well.
    Returns a Result. Raises TypeError if function is not callable.
    Source: chapter 5; torch.nn.functional.batch_norm.
    """
    from judge.batch_norms import batch_norm as task

    return best(task, function)


def batch_norm_backward(function):
    """Judge `function(grad_output, input, mean, rstd, weight, training=True)`.

    It returns (grad_input, grad_weight, grad_bias). grad_output, input: rows of C;
    mean, rstd, weight: C. Returns a Result. Raises TypeError if function is not
    callable.
    Source: chapter 5; torch.ops.aten.native_batch_norm_backward.
    """
    from judge.batch_norm_gradients import batch_norm_backward as task

    return best(task, function)


def rms_norm(function):
    """Judge `function(input, normalized_shape, weight=None, eps=None)`.

    input: d floats or rows of d, as lists or as a tensor; normalized_shape: [d]. Where
    eps is None it is the type's own, 2.2e-16 for float64. Returns a Result.
    Raises TypeError if function is not callable.
    Source: chapter 6; torch.nn.functional.rms_norm.
    """
    from judge.rms_norms import rms_norm as task

    return best(task, function)


def rms_norm_backward(function):
    """Judge `function(grad_output, input, rstd, weight)` of RMSNorm.

    It returns (grad_input, grad_weight). grad_output, input: rows of d; rstd: one float
    a row (as a tensor, shape (rows, 1)); weight: d. Returns a Result. Raises TypeError
    if function is not callable.
    Source: chapter 6; the gradient of torch.nn.functional.rms_norm.
    """
    from judge.rms_norm_gradients import rms_norm_backward as task

    return best(task, function, {2: (-1, 1)})


def group_norm(function):
    """Judge `function(input, num_groups, weight=None, bias=None, eps=1e-5)`.

    input: samples of C channels of positions, as nested lists or as a tensor of shape
    (B, C, T); weight, bias: C. Returns a Result. Raises TypeError if function is not
    callable.
    Source: chapter 6; torch.nn.functional.group_norm.
    """
    from judge.groups import group_norm as task

    return best(task, function)


def normalize(function):
    """Judge `function(input, over, *, center=True, eps=1e-5)`.

    input: nested lists or a tensor, of two or three axes; over: the axis, or a tuple of
    the axes, that one statistic is taken over; negative ones count from the last. With
    center=False nothing is subtracted, and the root mean square divides. Returns a
    Result. Raises TypeError if function is not callable.
    Source: chapter 6.
    """
    from judge.axes import normalize as task

    if not callable(function):
        raise TypeError(f"expected a function, got {function!r}")

    def by_name(input, over, *options):
        over = tuple(over) if isinstance(over, list) else over
        return function(input, over, **dict(zip(("center", "eps"), options)))

    return best(task, by_name)


def batch_norm_module(cls):
    """Judge a module class as `torch.nn.BatchNorm1d`: buffers, counter, graph, modes.

    cls: `cls(num_features)` makes the module. Needs torch. Returns a Result.
    Source: chapter 5; torch.nn.BatchNorm1d.
    """
    from judge.module import judge_module

    return judge_module(cls)
