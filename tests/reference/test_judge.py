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
from judge.words import texts, words
from tests.browser import ROOT
from tests.reference.catalogue import PAIRS, TASKS, VARIANTS, as_function, judged
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
    opset = [onnx.helper.make_opsetid("", 21)]
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
        (judge.batch_norm_module, nn.BatchNorm1d),
    ],
)
def test_the_authorities_are_right(judging, function):
    assert str(judging(function)).startswith("Right")
    assert judging(function).verdict == "right"


def test_the_books_reference_code_is_right(load_reference):
    third, fifth = load_reference("03_gradients"), load_reference("05_batch_norm")
    for judging, function in (
        (judge.variance, load_reference("01_biased_variance")["var"]),
        (judge.layer_norm, load_reference("02_layer_norm")["layer_norm"]),
        (judge.layer_norm_backward, third["layer_norm_backward"]),
        (judge.batch_norm, fifth["batch_norm"]),
        (judge.batch_norm_backward, fifth["batch_norm_backward"]),
        (judge.batch_norm_module, fifth["BatchNorm1d"]),
    ):
        assert judging(function).verdict == "right", str(judging(function))


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


# ---- in another language ----


def test_every_sentence_is_looked_up(monkeypatch):
    """A catalogue that marks each text: what is not in it stays unmarked."""
    known = texts(TASKS.values())
    assert len(known) == len(set(known)) or len(set(known)) > 100
    for text in known:
        monkeypatch.setitem(words, text, f"⟦{text}⟧")
    plain = re.compile(r"[A-Za-z]{4,}")
    for name, _, variant in VARIANTS:
        task = TASKS[name]
        said = str(judged(task, as_function(task, variant)))
        while "⟦" in said:  # innermost first
            said = re.sub(r"⟦[^⟦⟧]*⟧", "", said)
        assert not plain.search(said), said
