"""Chapter 6's figures as values: what they show and say, held to torch."""

import itertools

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from explorables import FamilyExplorer, NormSphere, SquashExplorer
from explorables.axes import SHAPE
from explorables.family import CHANNELS
from tests.explorables.views import check_readout, readout, view

STATES = list(
    itertools.product(("one", "all"), CHANNELS, ("one", "all"), ("subtracted", "kept"))
)


def explorer_of(samples, channels, positions, mean):
    return FamilyExplorer(
        samples=samples, channels=channels, positions=positions, mean=mean
    )


def normalized(explorer, x):
    """Return what torch makes of x with the axes that an explorer has chosen."""
    parts = x.unflatten(1, (-1, CHANNELS[explorer.channels]))
    over = explorer.over()
    if explorer.mean == "subtracted":
        parts = parts - parts.mean(over, keepdim=True)
    parts = parts / parts.square().mean(over, keepdim=True).sqrt()
    return parts.flatten(1, 2)


def numbers():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(SHAPE, dtype=torch.float64, generator=generator)


SENTENCES = {
    (True, True): "for each sample and channel",
    (True, False): "for each sample",
    (False, True): "for each channel",
    (False, False): "for the whole batch",
}


# The names, and the function of torch that each stands for, on (B, C, T).
NAMED = {
    ("one", "all", "one", "subtracted"): (
        "LayerNorm at each position",
        lambda x: F.layer_norm(x.mT, SHAPE[1:2], eps=0).mT,
    ),
    ("one", "all", "all", "subtracted"): (
        "LayerNorm over (C, T), or GroupNorm with one group",
        lambda x: F.group_norm(x, 1, eps=0),
    ),
    ("one", "two", "all", "subtracted"): (
        "GroupNorm with two groups",
        lambda x: F.group_norm(x, 2, eps=0),
    ),
    ("one", "one", "all", "subtracted"): (
        "InstanceNorm",
        lambda x: F.instance_norm(x, eps=1e-300),
    ),
    ("all", "one", "all", "subtracted"): (
        "BatchNorm, in training",
        lambda x: F.batch_norm(x, None, None, training=True, eps=1e-300),
    ),
    ("all", "one", "one", "subtracted"): (
        "BatchNorm of flattened samples",
        lambda x: F.batch_norm(
            x.flatten(1), None, None, training=True, eps=1e-300
        ).view(SHAPE),
    ),
    ("one", "all", "one", "kept"): (
        "RMSNorm at each position",
        lambda x: F.rms_norm(x.mT, SHAPE[1:2], eps=0.0).mT,
    ),
    ("one", "all", "all", "kept"): (
        "RMSNorm over (C, T)",
        lambda x: F.rms_norm(x, SHAPE[1:], eps=0.0),
    ),
    ("one", "one", "one", "kept"): ("The sign of each number", torch.sign),
}


@pytest.mark.parametrize("state", STATES)
def test_shows_what_the_norm_of_these_axes_is(state):
    explorer = explorer_of(*state)
    figure, _ = view(explorer)
    check_readout(figure, explorer)
    check_lit(figure, explorer)
    said = readout(figure)
    if state in NAMED:
        name, function = NAMED[state]
        assert said.startswith(name)
        torch.testing.assert_close(normalized(explorer, numbers()), function(numbers()))
    if state != ("one", "one", "one", "subtracted"):  # 0/0: a number is its own mean
        check_forgotten(said, explorer)


def check_lit(figure, explorer):
    """Hold the filled cells to those that the chosen cell's mean is taken of."""
    cells = figure.select("[role=gridcell]")
    lit = ["zm-shares-mean" in cell["class"] for cell in cells]
    x = numbers().requires_grad_()
    parts = x.unflatten(1, (-1, CHANNELS[explorer.channels]))
    means = parts.mean(explorer.over(), keepdim=True).expand_as(parts).flatten(1, 2)
    means[tuple(explorer.cell)].backward()
    assert lit == (x.grad != 0).flatten().tolist()


def check_forgotten(said, explorer):
    """Hold the readout's last sentence to factors and offsets that leave no trace."""
    x, free = numbers(), []
    before = normalized(explorer, x)
    # By far apart: a norm of two numbers leaves no more than their order.
    generator = torch.Generator().manual_seed(0)
    for shape in (SHAPE[0], 1, 1), (1, SHAPE[1], 1), (SHAPE[0], SHAPE[1], 1):
        by = 2 ** (10 * torch.rand(shape, dtype=torch.float64, generator=generator))
        free.append(torch.allclose(normalized(explorer, x * by), before))
        shifted = torch.allclose(normalized(explorer, x + by), before)
        assert shifted == (free[-1] and explorer.mean == "subtracted")
    assert free[2] == (free[0] and free[1])
    end = ", and no offset." if explorer.mean == "kept" else "."
    assert said.endswith(SENTENCES[tuple(free[:2])] + end)


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3),
    st.integers(2, 3),
    st.sampled_from([0, 1e-5, 10]),
)
@settings(max_examples=10, deadline=None)
def test_the_sphere_of_rms_norm_shows_what_torch_computes(x, d, eps):
    explorer = NormSphere(norm="RMSNorm", x=x, d=d, eps=eps)
    figure, _ = view(explorer)
    check_readout(figure, explorer)
    assert "x − μ" not in figure.text


@given(st.floats(-10, 10), st.floats(-10, 10), st.floats(0.1, 4))
@settings(max_examples=10, deadline=None)
def test_both_squashing_curves_are_torchs(x1, x2, alpha):
    explorer = SquashExplorer(x1=x1, x2=x2, alpha=alpha)
    figure, _ = view(explorer)
    check_readout(figure, explorer)


@pytest.mark.parametrize(("key", "alpha"), [("Home", 4.0), ("End", 0.1)])
def test_the_width_of_dyt_ends_at_the_limits_of_alpha(key, alpha):
    act = "width of DyT’s S, 1/α", "onkeydown", {"key": key}
    _, sets = view(SquashExplorer(), act)
    assert sets == [[{"alpha": alpha}]]


def test_another_feature_moves_one_curve():
    before, after = (
        [curve["d"] for curve in view(SquashExplorer(x2=x2))[0].select("path.zm-curve")]
        for x2 in (1.0, 6.0)
    )
    assert before[0] == after[0]  # DyT's
    assert before[1] != after[1]
