"""The judge: every known variant by its name, pairs by both, and no false alarm."""

import itertools
import math
import statistics

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

import judge
from tests.reference.catalogue import PAIRS, TASKS, VARIANTS, as_function, judged


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


@pytest.mark.parametrize(
    ("judging", "function"),
    [
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
    keras = judge.batch_norm(keras_batch_norm)
    assert keras.verdict == "convention"
    assert "Keras" in str(keras)


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
