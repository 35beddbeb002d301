"""The judge: every known variant by its name, pairs by both, and no false alarm."""

import ast
import itertools
import math
import re
import statistics

import nbformat
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

import judge
from judge.known import TASKS, VARIANTS, as_function, judged, texts
from judge.module import CHECKS
from judge.words import words
from tests.browser import ROOT
from tests.conftest import chapter_paths
from tests.reference.catalogue import PAIRS
from tools.reference import run_reference


@pytest.mark.parametrize(
    ("name", "verdict", "variant"),
    VARIANTS,
    ids=[f"{name}: {variant.name}" for name, _, variant in VARIANTS],
)
def test_every_variant_is_recognised(name, verdict, variant):
    task = TASKS[name]
    result = judged(task, as_function(task, variant))
    assert (result.verdict, result.name) == (verdict, variant.name)
    assert variant.sentence in str(result)
    assert repr(result.case.got) != repr(result.case.expected)


def test_the_catalogue_is_large_enough():
    assert sum(verdict == "wrong" for _, verdict, _ in VARIANTS) >= 40


@pytest.mark.parametrize(("name", "one", "other"), PAIRS)
def test_pairs_are_recognised_as_both(name, one, other):
    task = TASKS[name]
    by_name = {variant.name: variant for variant in task.mistakes}
    both = as_function(task, by_name[one], by_name[other])
    result = judged(task, both)
    assert result.verdict == "wrong"
    assert set(result.name.split(" + ")) == {one, other}


@pytest.mark.parametrize("name", TASKS)
def test_no_two_variants_are_the_same_function(name):
    task = TASKS[name]
    results = {"right": [task.compute(case) for case in task.cases]}
    for variant in (*task.conventions, *task.mistakes):
        results[variant.name] = [task.compute(case, variant) for case in task.cases]
    for one, other in itertools.combinations(results, 2):
        assert repr(results[one]) != repr(results[other]), f"{one} is {other}"


def evaluate(node, *inputs):
    """Return what ONNX's reference evaluator computes of one node, in float64."""
    import onnx  # takes seconds: only the tests that need it pay
    from onnx.reference import ReferenceEvaluator

    double = onnx.TensorProto.DOUBLE
    names = [*node.input]
    graph = onnx.helper.make_graph(
        [node],
        "one",
        [onnx.helper.make_tensor_value_info(one, double, None) for one in names],
        [onnx.helper.make_tensor_value_info(one, double, None) for one in node.output],
    )
    opset = [onnx.helper.make_opsetid("", 23)]
    model = onnx.helper.make_model(graph, opset_imports=opset)
    given = {name: np.asarray(one) for name, one in zip(names, inputs, strict=True)}
    return ReferenceEvaluator(model).run(None, given)


def onnx_layer_norm(x, shape, weight=None, bias=None, eps=1e-5):
    import onnx

    node = onnx.helper.make_node(
        "LayerNormalization", ["x", "weight", "bias"], ["y"], epsilon=eps
    )
    weight = np.ones(shape) if weight is None else weight
    bias = np.zeros(shape) if bias is None else bias
    return evaluate(node, x, weight, bias)[0]


def onnx_rms_norm(x, shape, weight=None, eps=2.0**-52):
    import onnx

    node = onnx.helper.make_node(
        "RMSNormalization", ["x", "weight"], ["y"], epsilon=eps
    )
    return evaluate(node, x, np.ones(shape) if weight is None else weight)[0]


def onnx_group_norm(x, num_groups, weight=None, bias=None, eps=1e-5):
    import onnx

    node = onnx.helper.make_node(
        "GroupNormalization", ["x", "weight", "bias"], ["y"],
        epsilon=eps, num_groups=num_groups,
    )  # fmt: skip
    channels = len(x[0])
    weight = np.ones(channels) if weight is None else weight
    bias = np.zeros(channels) if bias is None else bias
    return evaluate(node, x, weight, bias)[0]


def rms_norm_gradients(grad_output, x, rstd, weight):
    """The gradients of torch's rms_norm, with the epsilon that rstd was taken with."""
    x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
    eps = (rstd.reciprocal().square() - x.detach().square().mean(-1, keepdim=True))[0]
    y = functional.rms_norm(x, weight.shape, weight, eps.item())
    return torch.autograd.grad(y, (x, weight), grad_output)


def in_terms_of_torch(x, over, *, center=True, eps=1e-5):
    """torch's layer_norm or rms_norm with the axes moved to the end."""
    over = [axis % x.ndim for axis in ([over] if isinstance(over, int) else over)]
    axes = [axis for axis in range(x.ndim) if axis not in over] + over
    moved = x.permute(axes)
    shape = moved.shape[-len(over) :]
    norm = functional.layer_norm if center else functional.rms_norm
    y = norm(moved, shape, eps=eps)
    return y.permute([axes.index(axis) for axis in range(x.ndim)])


def onnx_batch_norm(x, mean, var, weight, bias, training, momentum, eps):
    import onnx

    node = onnx.helper.make_node(
        "BatchNormalization",
        ["x", "weight", "bias", "mean", "var"],
        ["y", "new_mean", "new_var"] if training else ["y"],
        epsilon=eps,
        momentum=momentum,
        training_mode=int(training),
    )
    weight = np.ones(len(mean)) if weight is None else weight
    bias = np.zeros(len(mean)) if bias is None else bias
    result = evaluate(node, x, weight, bias, mean, var)
    return tuple(result) if training else (*result, mean, var)


@pytest.mark.parametrize(
    ("judging", "function"),
    [
        (judge.layer_norm, onnx_layer_norm),
        (judge.variance, torch.var),
        (judge.variance, statistics.variance),
        (lambda f: judge.variance(f, correction=0), np.var),
        (lambda f: judge.variance(f, correction=0), statistics.pvariance),
        (judge.layer_norm, functional.layer_norm),
        (judge.batch_norm, functional.batch_norm),
        (judge.rms_norm, functional.rms_norm),
        (judge.rms_norm, onnx_rms_norm),
        (judge.rms_norm_backward, rms_norm_gradients),
        (judge.group_norm, functional.group_norm),
        (judge.group_norm, onnx_group_norm),
        (judge.normalize, in_terms_of_torch),
        (judge.batch_norm_module, nn.BatchNorm1d),
    ],
)
def test_the_authorities_are_right(judging, function):
    assert str(judging(function)).startswith("Right")
    assert judging(function).verdict == "right"


# What the judge judges has the name of the function in the chapters, but for these.
JUDGING = {name: getattr(judge, name) for name in judge.__all__ if name.islower()}
JUDGING |= {
    "var": JUDGING.pop("variance"),
    "BatchNorm1d": JUDGING.pop("batch_norm_module"),
    "layer_norm_backward_numpy": judge.layer_norm_backward,
}


def test_the_books_reference_code_is_right(load_reference):
    found = {
        (name, path.stem): function
        for path in chapter_paths()
        for name, function in load_reference(path.stem).items()
        if name in JUDGING
    }
    assert {name for name, _ in found} == JUDGING.keys()
    for (name, chapter), function in found.items():
        result = JUDGING[name](function)
        assert result.verdict == "right", f"{name} of {chapter}: {result}"


def test_other_conventions_are_named():
    assert judge.variance(np.var).name == "divides by N"
    assert judge.variance(lambda x: np.var(x, ddof=0)).verdict == "convention"
    for function in (keras_batch_norm, onnx_batch_norm):
        result = judge.batch_norm(function)
        assert (result.verdict, result.name) == ("convention", "Keras")
        assert "Keras" in str(result)
        assert "ONNX" in str(result)


def keras_batch_norm(x, mean, var, weight, bias, training, momentum, eps):
    """Keras's formulas on arrays: the 1/N variance, momentum weighs the old."""
    x, mean, var = np.asarray(x), np.asarray(mean), np.asarray(var)
    used = (x.mean(0), x.var(0)) if training else (mean, var)
    if training:
        mean = momentum * mean + (1 - momentum) * used[0]
        var = momentum * var + (1 - momentum) * used[1]
    y = (x - used[0]) / np.sqrt(used[1] + eps)
    return (
        y * (1 if weight is None else weight) + (0 if bias is None else bias),
        mean,
        var,
    )


def test_what_has_no_name_is_shown_by_a_small_case():
    result = judge.variance(lambda x: sum(x) * 1.7)
    assert (result.verdict, result.name) == ("unknown", None)
    assert len(result.case.input["input"]) <= 2
    assert math.isfinite(result.case.got)


@pytest.mark.parametrize("judging", [judge.variance, judge.layer_norm])
def test_what_is_no_function_is_refused(judging):
    with pytest.raises(TypeError, match="expected a function"):
        judging(3)


# ---- what the chapters show as bugs ----


def defined_in(chapter, *names, **known):
    """Return these functions and classes of a chapter, from whichever cells."""
    scope = {
        "torch": torch,
        "nn": nn,
        "F": functional,
        "__name__": chapter,
        **run_reference(chapter),
        **known,
    }
    for cell in nbformat.read(ROOT / f"chapters/{chapter}.ipynb", 4).cells:
        if cell.cell_type == "code":
            for node in ast.parse(cell.source).body:
                if getattr(node, "name", None) in names:
                    exec(ast.unparse(node), scope)
    return [scope[name] for name in names]


@pytest.mark.parametrize(
    ("correction", "eps_inside", "name"),
    [
        (0, True, "LayerNorm"),
        (1, True, "divides by N − 1"),
        (0, False, "epsilon outside the root"),
        (1, False, "divides by N − 1 + epsilon outside the root"),
    ],
)
def test_the_first_chapters_bugs_are_named(correction, eps_inside, name):
    (variant,) = defined_in("01_biased_variance", "layer_norm_variant")

    def function(x, shape, weight=None, bias=None, eps=1e-5):
        y = variant(x, correction, eps_inside, eps)
        return y * (1 if weight is None else weight) + (0 if bias is None else bias)

    assert judge.layer_norm(function).name == name


@pytest.mark.parametrize(
    ("statistics_under", "name"),
    [
        (torch.enable_grad, "LayerNorm's gradient"),
        (torch.no_grad, "statistics as constants"),
    ],
)
def test_the_third_chapters_bugs_are_named(statistics_under, name):
    (normalize,) = defined_in("03_gradients", "normalize")

    def function(grad_output, x, mean, rstd, weight):
        x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
        bias = torch.zeros_like(weight).requires_grad_()
        y = normalize(x, statistics_under) * weight + bias
        return torch.autograd.grad(y, (x, weight, bias), grad_output)

    assert judge.layer_norm_backward(function).name == name


def test_gradients_that_are_not_summed_are_named():
    def function(g, x, mean, rstd, weight):  # chapter 3: gamma - 0.1 * g * x_hat
        x_hat = (x - mean) * rstd
        full = torch.ops.aten.native_layer_norm_backward(
            g, x, weight.shape, mean, rstd, weight, weight, [True, False, False]
        )
        return full[0], g * x_hat, g.sum(0)

    assert judge.layer_norm_backward(function).name == "no sum in grad_weight"


@pytest.mark.parametrize(
    ("bug", "name"),
    [
        ("FirstTry", "memory that is no buffer"),
        ("Saved", "graph kept"),
        ("Detached", "counter missing"),  # which the book's own has
    ],
)
def test_the_fifth_chapters_modules_are_named(bug, name):
    names = ("FirstTry", "Saved", "Detached")
    modules = dict(zip(names, defined_in("05_batch_norm", *names), strict=True))
    assert judge.batch_norm_module(modules[bug]).name == name


@pytest.mark.parametrize(
    ("bug", "name"),
    [
        ("FirstTry", "1/N variance, one value accepted"),  # bugs 3 and 4
        ("Unbiased", "one value stored as nan"),  # bug 4
        ("Refusing", "BatchNorm"),
    ],
)
def test_what_the_fifth_chapters_modules_compute_is_named(bug, name):
    names = ("FirstTry", "Saved", "Detached", "Unbiased", "Refusing")
    modules = dict(zip(names, defined_in("05_batch_norm", *names), strict=True))

    def function(x, mean, var, weight, bias, training, momentum, eps):
        norm = modules[bug](x.shape[1], momentum, eps).double().train(training)
        norm.running_mean, norm.running_var = mean.clone(), var.clone()
        if weight is not None:
            norm.weight.data, norm.bias.data = weight, bias
        return norm(x).detach(), norm.running_mean.detach(), norm.running_var.detach()

    assert judge.batch_norm(function).name == name


# ---- as readers write it ----


@pytest.mark.parametrize("form", ["plain Python", "torch", "numpy"])
def test_a_division_by_zero_hides_no_missing_epsilon(form):
    def plain(x, shape, weight=None, bias=None, eps=1e-5):
        rows = x if isinstance(x[0], list) else [x]
        d = len(rows[0])
        weight, bias = weight or [1.0] * d, bias or [0.0] * d
        output = []
        for row in rows:
            mean = sum(row) / d
            root = (sum((one - mean) ** 2 for one in row) / d) ** 0.5
            x_hat = [(float(one) - mean) / root for one in row]
            output.append([weight[i] * x_hat[i] + bias[i] for i in range(d)])
        return output if rows is x else output[0]

    def on_arrays(x, shape, weight=None, bias=None, eps=1e-5):
        if form == "torch":
            x_hat = (x - x.mean(-1, keepdim=True)) / x.std(
                -1, keepdim=True, correction=0
            )
        else:
            x = np.asarray(x)
            x_hat = (x - x.mean(-1, keepdims=True)) / x.std(-1, keepdims=True)
        return x_hat * (1 if weight is None else weight) + (0 if bias is None else bias)

    function = plain if form == "plain Python" else on_arrays
    with np.errstate(all="ignore"):
        assert judge.layer_norm(function).name == "no epsilon"


def test_what_is_not_written_yet_is_no_mistake():
    def empty(*arguments):
        pass

    def blank(input):
        return sum(input) / ...

    def inside(grad_output, input, mean, rstd, weight):
        return grad_output, [...], [0.0] * 100

    for judging in (judge.layer_norm, judge.batch_norm, judge.variance):
        assert "returns None" in str(judging(empty))
    assert "each ..." in str(judge.variance(blank))
    assert "each ..." in str(judge.layer_norm_backward(inside))


def test_one_row_is_enough_where_rows_are_not_asked_for():
    def function(x, shape, weight=None, bias=None, eps=1e-5):
        d, mean = len(x), sum(x) / len(x)
        root = (sum((one - mean) ** 2 for one in x) / d + eps) ** 0.5
        weight, bias = weight or [1.0] * d, bias or [0.0] * d
        return [weight[i] * (x[i] - mean) / root + bias[i] for i in range(d)]

    assert judge.layer_norm(function, rows=False).verdict == "right"
    assert judge.layer_norm(function).verdict == "unknown"


# ---- modules ----


class NoParameters(nn.BatchNorm1d):
    def __init__(self, num_features):
        super().__init__(num_features, affine=False)


class NoBuffer(nn.BatchNorm1d):
    def __init__(self, num_features):
        super().__init__(num_features)
        mean = self.running_mean
        del self.running_mean
        self.running_mean = mean


class BeginsAtZero(nn.BatchNorm1d):
    def reset_running_stats(self):
        super().reset_running_stats()
        self.running_var.zero_()


class Shared(nn.BatchNorm1d):
    memory = torch.zeros(2, dtype=torch.float64)

    def __init__(self, num_features):
        super().__init__(num_features)
        Shared.memory.zero_()
        self.running_mean = Shared.memory

    def double(self):
        super().double()
        self.running_mean = Shared.memory
        return self


class GraphKept(nn.BatchNorm1d):
    def forward(self, input):
        output = super().forward(input)
        if self.training:
            self.running_mean = 0.9 * self.running_mean + 0.1 * input.mean(0)
        return output


class NoCopy(nn.BatchNorm1d):
    def __init__(self, num_features):
        super().__init__(num_features)
        self.seen = []

    def forward(self, input):
        self.seen.append(2 * input)  # no leaf
        return super().forward(input)


class NoCounter(nn.BatchNorm1d):
    def __init__(self, num_features):
        super().__init__(num_features)
        del self.num_batches_tracked
        self.momentum = 0.1

    def forward(self, input):
        return functional.batch_norm(
            input, self.running_mean, self.running_var, self.weight, self.bias,
            self.training,
        )  # fmt: skip


class CounterNotSaved(nn.BatchNorm1d):
    def __init__(self, num_features):
        super().__init__(num_features)
        del self.num_batches_tracked
        self.num_batches_tracked = torch.tensor(0)


class OtherState(nn.BatchNorm1d):
    def __init__(self, num_features):
        super().__init__(num_features)
        self.register_buffer("steps", torch.tensor(0))


class LoadsNothing(nn.BatchNorm1d):
    def load_state_dict(self, state, *arguments, **options):
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("cls", "name"),
    [
        (NoParameters, "no parameters"),
        (NoBuffer, "memory that is no buffer"),
        (BeginsAtZero, "memory begins elsewhere"),
        (Shared, "memory shared"),
        (GraphKept, "graph kept"),
        (NoCopy, "no copy"),
        (NoCounter, "counter missing"),
        (CounterNotSaved, "counter not saved"),
        (OtherState, "state not torch's"),
        (LoadsNothing, "torch's state refused"),
    ],
)
def test_each_defect_of_a_module_is_named(monkeypatch, cls, name):
    result = judge.batch_norm_module(cls)
    assert (result.verdict, result.name) == ("wrong", name), str(result)
    assert name in [check[0] for check in CHECKS]
    say_all_in_brackets(monkeypatch)
    assert english_in(judge.batch_norm_module(cls)) == ""


# ---- in another language ----


def say_all_in_brackets(monkeypatch):
    """Have a catalogue that marks each text: what is not in it stays unmarked."""
    for _, text in texts():
        monkeypatch.setitem(words, text, f"⟦{text}⟧")


def english_in(result):
    """Return what of a result's sentence is not from the catalogue, if it has words."""
    said = str(result)
    while "⟦" in said:  # innermost first
        said = re.sub(r"⟦[^⟦⟧]*⟧", "", said)
    return said if re.search(r"[A-Za-z]{4,}", said) else ""


def test_every_sentence_is_looked_up(monkeypatch):
    say_all_in_brackets(monkeypatch)
    for name, _, variant in VARIANTS:
        task = TASKS[name]
        assert english_in(judged(task, as_function(task, variant))) == ""
    for name, one, other in PAIRS:
        by_name = {variant.name: variant for variant in TASKS[name].mistakes}
        both = as_function(TASKS[name], by_name[one], by_name[other])
        assert english_in(judged(TASKS[name], both)) == ""


@pytest.mark.parametrize("judging", JUDGING.values(), ids=JUDGING)
def test_what_has_no_name_is_said_in_its_words(monkeypatch, judging):
    say_all_in_brackets(monkeypatch)
    for function in (
        lambda *arguments: None,
        lambda *arguments: ...,
        lambda *arguments: arguments[0],
        lambda *arguments: 1.5,
        lambda *arguments: [][0],
    ):
        if judging is judge.batch_norm_module:
            continue  # takes no function
        result = judging(function)
        assert result.verdict in ("unknown", "wrong")
        said = english_in(result).replace("IndexError: list index out of range", "")
        assert not re.search(r"[A-Za-z]{4,}", said), said
