"""lib/formulas.js against torch in float64: 10,000 random cases a formula."""

import itertools
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from explorables.sampling import normal
from tests.explorables.formulas import ROOT, evaluate
from tests.node import run_script

CASES = 10_000
TOLERANCE = 1e-12


def samples(rng):
    """Numbers of any scale from 1e-20 to 1e20, their mean at most 10 stds from 0.

    Further out the two-pass sum here and torch's own both lose digits to the
    subtraction of the mean, by about offset / std: that is arithmetic, not a bug.
    """
    scale = 10 ** rng.uniform(-20, 20)
    x = rng.normal(rng.uniform(-10, 10), 1, rng.integers(2, 65))
    return (scale * x).tolist()


def tensor(x):
    return torch.tensor(x, dtype=torch.float64)


def torch_layer_norm(x, options):
    x, gamma, beta = (tensor(one) for one in (x, options["gamma"], options["beta"]))
    if options["correction"] == 0:
        return F.layer_norm(x, x.shape, gamma, beta, eps=options["eps"])
    normalized = (x - x.mean()) / torch.sqrt(x.var() + options["eps"])
    return gamma * normalized + beta


def torch_moments(n, correction):
    """Moments of SS / (n - correction), SS being chi-squared with n - 1 degrees."""
    ss = torch.distributions.Chi2(tensor(n - 1.0))
    divisor = n - correction
    bias = (ss.mean - divisor) / divisor
    return {
        "expectation": ss.mean / divisor,
        "bias": bias,
        "meanSquaredError": ss.variance / divisor**2 + bias**2,
    }


def layer_norm_case(rng):
    x = samples(rng)
    options = {
        "eps": 10 ** rng.uniform(-12, 0),
        "correction": int(rng.integers(0, 2)),
        "gamma": rng.normal(1, 1, len(x)).tolist(),
        "beta": rng.normal(0, 1, len(x)).tolist(),
    }
    return [x, options]


def backward_case(rng):
    """Eight features or more: what is left of fewer may be rounding alone."""
    x = samples(rng)
    while len(x) < 8:
        x = samples(rng)
    options = {
        "eps": 10 ** rng.uniform(-12, 0),
        "gamma": rng.normal(1, 1, len(x)).tolist(),
    }
    return [rng.normal(0, 1, len(x)).tolist(), x, options]


def torch_backward(grad_output, x, options):
    x = tensor(x).requires_grad_()
    y = F.layer_norm(x, x.shape, tensor(options["gamma"]), eps=options["eps"])
    y.backward(tensor(grad_output))
    return x.grad


def rms_backward_case(rng):
    """As many features: with one, all of the gradient cancels but for epsilon."""
    grad_output, x, options = backward_case(rng)
    return [grad_output, x, {"eps": options["eps"]}]


def torch_rms_backward(grad_output, x, options):
    x = tensor(x).requires_grad_()
    F.rms_norm(x, x.shape, eps=options["eps"]).backward(tensor(grad_output))
    return x.grad


def line_case(rng):
    """A start that misses the target: no digits cancel before they are multiplied."""
    xhat, gamma, beta = rng.uniform(-2, 2, 3).tolist()
    missed = rng.choice([-1, 1]) * rng.uniform(0.1, 2)
    target = gamma * xhat + beta + float(missed)
    lr = float(rng.uniform(0.01, 2))
    line = {"xhat": xhat, "target": target, "gamma": gamma, "beta": beta, "lr": lr}
    return [line, int(rng.integers(0, 41))]


def torch_line(line, t):
    """As many steps at once: a power of the matrix that makes one of them."""
    xhat, target, gamma, beta, lr = (
        line[name] for name in ("xhat", "target", "gamma", "beta", "lr")
    )
    slope = tensor([xhat, 1])
    step = torch.eye(3, dtype=torch.float64)
    step[:2, :2] -= lr * torch.outer(slope, slope)
    step[:2, 2] = lr * target * slope
    end = torch.linalg.matrix_power(step, t) @ tensor([gamma, beta, 1])
    return {"gamma": end[0], "beta": end[1], "error": end[:2] @ slope - target}


def running_case(rng):
    values = rng.normal(rng.uniform(-10, 10), 1, rng.integers(1, 20)).tolist()
    return [values, float(rng.uniform(0, 1)), float(rng.uniform(-1, 1))]


def torch_running(values, momentum, start):
    """What BatchNorm keeps of batches that each hold one value, twice."""
    running, averages = tensor([start]), [start]
    for value in values:
        F.batch_norm(
            tensor([[[value, value]]]),
            running,
            tensor([1.0]),
            training=True,
            momentum=momentum,
        )
        averages.append(running.item())
    return tensor(averages)


def normalize_by_case(rng):
    """Statistics of another batch, of x's scale: else all outputs are alike."""
    x = samples(rng)
    spread = float(np.std(x))
    v = (rng.uniform(0.1, 3) * spread) ** 2
    m = float(np.mean(x) + rng.normal() * spread)
    return [x, m, float(v), float(10 ** rng.uniform(-12, 0))]


def torch_in_eval(x, m, v, eps):
    return F.batch_norm(tensor(x)[:, None], tensor([m]), tensor([v]), eps=eps)[:, 0]


def regression_case(rng):
    """Points about a line, x as wide as it is far from 0: else digits cancel."""
    x = rng.normal(rng.uniform(-2, 2), 1, rng.integers(8, 65))
    slope, intercept = rng.uniform(-2, 2, 2)
    y = slope * x + intercept + rng.normal(0, rng.uniform(0, 1), len(x))
    return [x.tolist(), y.tolist()]


def torch_regression(x, y):
    columns = torch.stack([tensor(x), torch.ones(len(x), dtype=torch.float64)], 1)
    slope, intercept = torch.linalg.lstsq(columns, tensor(y)[:, None]).solution[:, 0]
    return {"slope": slope, "intercept": intercept}


# name: (arguments of one case, what torch makes of them)
def torch_residual_rms(placement, depth, gain):
    """Variances add, branch by branch; after the sum, a norm sets them back to 1."""
    variance = tensor(1.0)
    for _ in range(depth):
        branch = variance if placement in ("none", "post") else 1
        variance = variance + gain**2 * branch
        if placement == "post":
            variance = variance / variance
    return variance.sqrt()


FORMULAS = {
    "mean": (lambda rng: [samples(rng)], lambda x: tensor(x).mean()),
    "sumOfSquares": (
        lambda rng: [samples(rng)],
        lambda x: (tensor(x) - tensor(x).mean()).square().sum(),
    ),
    "variance": (
        lambda rng: [samples(rng), float(rng.uniform(-1, 1.9))],
        lambda x, correction: tensor(x).var(correction=correction),
    ),
    "layerNorm": (layer_norm_case, torch_layer_norm),
    "meanSquare": (lambda rng: [samples(rng)], lambda x: tensor(x).square().mean()),
    "rmsNorm": (
        lambda rng: [samples(rng), {"eps": 10 ** rng.uniform(-12, 0)}],
        lambda x, options: F.rms_norm(tensor(x), (len(x),), eps=options["eps"]),
    ),
    "normalizeBy": (normalize_by_case, torch_in_eval),
    "backwardParts": (
        lambda rng: rng.normal(0, 1, (2, int(rng.integers(2, 65)))).tolist(),
        lambda h, xhat: {
            "mean": tensor(h).mean(),
            "slope": tensor(h) @ tensor(xhat) / len(h),
        },
    ),
    "layerNormBackward": (backward_case, torch_backward),
    "rmsNormBackward": (rms_backward_case, torch_rms_backward),
    "sgdOnLine": (line_case, torch_line),
    "estimatorMoments": (
        lambda rng: [int(rng.integers(2, 1000)), float(rng.uniform(-1, 1))],
        torch_moments,
    ),
    "runningAverage": (running_case, torch_running),
    "halfLife": (
        lambda rng: [float(10 ** rng.uniform(-6, -1e-6))],
        lambda momentum: tensor(0.5).log() / torch.log1p(tensor(-momentum)),
    ),
    "divisorGap": (
        lambda rng: [int(rng.integers(2, 10**6))],
        lambda d: -torch.expm1(torch.log1p(tensor(-1 / d)) / 2),
    ),
    "residualRms": (
        lambda rng: [
            str(rng.choice(["none", "pre", "branch-end", "post"])),
            int(rng.integers(1, 49)),
            float(rng.uniform(0, 2)),
        ],
        torch_residual_rms,
    ),
    "regression": (regression_case, torch_regression),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_formula_agrees_with_torch(name):
    arguments, by_torch = FORMULAS[name]
    rng = np.random.default_rng(0)
    cases = [arguments(rng) for _ in range(CASES)]
    _, results = evaluate("explorables/lib/formulas.js", [[name, one] for one in cases])
    worst = max(
        error(result, by_torch(*case), case)
        for case, result in zip(cases, results, strict=True)
    )
    assert worst <= TOLERANCE


def error(result, expected, case):
    """Return the error relative to the largest number that the case compares.

    A mean near 0 of numbers near 1, the middle output of a LayerNorm, a bias that is
    the difference of two numbers near 1: these have no digits of their own.
    """
    if isinstance(expected, dict):
        keys = sorted(expected)
        result = [result[key] for key in keys]
        expected = torch.stack([expected[key] for key in keys])
    actual = tensor([float(value) for value in np.atleast_1d(result)])
    expected = expected.reshape(-1)
    size = expected.abs().max()
    if len(expected) == 1 and isinstance(case[0], list) and len(case) == 1:
        size = torch.maximum(size, tensor(case[0]).abs().max())
    return ((actual - expected).abs().max() / size).item()


def test_every_formula_is_held_to_torch():
    names, _ = evaluate("explorables/lib/formulas.js", [])
    assert set(names) - set(FORMULAS) == set(), "each needs a line in FORMULAS"
    assert set(FORMULAS) - set(names) == set(), "not in lib/formulas.js"


@pytest.mark.parametrize(
    ("x", "correction"),
    [([3.0], 1), ([3.0], 0), ([2.0] * 5, 1), ([1e30, -1e30, 3.0], 1), ([1.0, 2.0], 3)],
)
@pytest.mark.filterwarnings("ignore:var.*degrees of freedom")
def test_variance_at_the_edges_is_torchs(x, correction):
    _, [result] = evaluate(
        "explorables/lib/formulas.js", [["variance", [x, correction]]]
    )
    expected = tensor(x).var(correction=correction)
    torch.testing.assert_close(
        tensor(float(result)), expected, rtol=TOLERANCE, atol=0, equal_nan=True
    )


def sampling(expression):
    """Return the value of an expression in `m`, the module lib/sampling.js."""
    code = (ROOT / "explorables/lib/sampling.js").as_uri()
    write = f"process.stdout.write(JSON.stringify({expression}))"
    return run_script(f'import * as m from "{code}"; {write}', None)


@pytest.mark.parametrize("n", [2, 5, 30])
def test_sampled_sums_have_the_moments_of_a_chi_squared(n):
    draws = 50_000
    sums = tensor(sampling(f"m.normalSums(30)(7, {n}, {draws})"))
    degrees = n - 1
    # Five standard errors of a mean, and of a variance, of so many draws.
    assert abs(sums.mean() - degrees) < 5 * (2 * degrees / draws) ** 0.5
    fourth = 12 * degrees * (degrees + 4)  # chi-squared's fourth central moment
    spread = 5 * ((fourth - (2 * degrees) ** 2) / draws) ** 0.5
    assert abs(sums.var() - 2 * degrees) < spread


def test_half_life_at_the_ends_of_momentum():
    _, ends = evaluate(
        "explorables/lib/formulas.js", [["halfLife", [m]] for m in (0, 5e-324, 1)]
    )
    assert [float(end) for end in ends] == [math.inf, math.inf, 0]


@pytest.mark.parametrize("seed", [0, 7, 2**31 - 1])
def test_python_draws_the_browsers_normal_numbers(seed):
    count, most, n = 120, 64, 5
    streams = sampling(
        f"[{n}, {most}].map((n) => m.normalBatches({count}, {most})({seed}, n))"
    )
    few, all_of_them = map(tensor, streams)
    numbers = tensor(list(itertools.islice(normal(seed), count * most)))
    expected = numbers.reshape(count, most)
    torch.testing.assert_close(all_of_them, expected, rtol=TOLERANCE, atol=TOLERANCE)
    torch.testing.assert_close(few, expected[:, :n], rtol=TOLERANCE, atol=TOLERANCE)
    # Five standard errors of the first four moments of a standard normal.
    for power, moment, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        missed = numbers.pow(power).mean() - moment
        assert abs(missed) < 5 * (variance / len(numbers)) ** 0.5
