"""Chapter 7's Block beside torch's encoder layer, and its closed forms."""

import math
from fractions import Fraction

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from tests.reference.common import defined, leaf_gradients, randn

CHAPTER = "07_placement"
Block = defined("Block")

PLACEMENTS = ("none", "pre", "post", "sandwich", "branch-end")
FLAGS = {"post": False, "pre": True}  # of norm_first
TOLERANCE = {torch.float64: 1e-12, torch.float32: 1e-5}


def filled(module, seed):
    """Return a module with normal parameters, its norms' gains and offsets included."""
    with torch.no_grad():
        for k, one in enumerate(module.parameters()):
            one.copy_(randn(one.shape, seed + k) / one.shape[-1] ** 0.5)
    return module


def torch_layer(d, heads, hidden, placement, dtype):
    return nn.TransformerEncoderLayer(
        d,
        heads,
        hidden,
        dropout=0.0,
        batch_first=True,
        norm_first=FLAGS[placement],
        dtype=dtype,
    )


@given(
    placement=st.sampled_from(list(FLAGS)),
    heads=st.integers(1, 3),
    width=st.integers(1, 4),
    hidden=st.integers(1, 9),
    sizes=st.tuples(st.integers(1, 3), st.integers(1, 5)),
    dtype=st.sampled_from(list(TOLERANCE)),
    seed=st.integers(0, 1000),
)
@settings(max_examples=40, deadline=None)
def test_equals_torchs_layer_from_one_state_dict(
    Block, placement, heads, width, hidden, sizes, dtype, seed
):
    d = heads * width + (heads * width == 1)  # over one feature, torch leaves rounding
    heads = heads if d % heads == 0 else 1
    theirs = filled(torch_layer(d, heads, hidden, placement, dtype), seed)
    ours = Block(d, heads, placement, hidden=hidden).to(dtype)
    assert not any(ours.load_state_dict(theirs.state_dict()))
    x = randn((*sizes, d), seed, dtype)
    # Two features leave a norm as ±1: where they nearly coincide, all digits cancel.
    if d > 2:
        tolerance = {"rtol": 0, "atol": 100 * TOLERANCE[dtype]}
        torch.testing.assert_close(ours(x), theirs(x), **tolerance)
    assert not any(theirs.load_state_dict(ours.state_dict()))


@pytest.mark.parametrize("placement", FLAGS)
def test_gradients_equal_torchs(Block, placement):
    theirs = filled(torch_layer(6, 2, 5, placement, torch.float64), 0)
    ours = Block(6, 2, placement, hidden=5).double()
    ours.load_state_dict(theirs.state_dict())
    x = randn((2, 4, 6), 9)
    both = [leaf_gradients(module, [x]) for module in (ours, theirs)]
    torch.testing.assert_close(*both, rtol=0, atol=1e-11)


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_is_its_formula_branch_by_branch(Block, placement):
    """Written out with functions alone: attention, then the MLP."""
    block = filled(Block(6, 2, placement, skip=1.7).double(), 3)
    own = dict(block.named_parameters())

    def norm(x, number):
        return F.layer_norm(
            x, (6,), own[f"norm{number}.weight"], own[f"norm{number}.bias"]
        )

    def attention(x):
        q, k, v = (
            part.unflatten(-1, (2, 3)).transpose(1, 2)
            for part in F.linear(
                x, own["self_attn.in_proj_weight"], own["self_attn.in_proj_bias"]
            ).chunk(3, -1)
        )
        weights = (q @ k.mT / math.sqrt(3)).softmax(-1)
        mixed = (weights @ v).transpose(1, 2).flatten(2)
        return F.linear(
            mixed, own["self_attn.out_proj.weight"], own["self_attn.out_proj.bias"]
        )

    def mlp(x):
        hidden = F.linear(x, own["linear1.weight"], own["linear1.bias"]).relu()
        return F.linear(hidden, own["linear2.weight"], own["linear2.bias"])

    x = stream = randn((2, 5, 6), 1)
    for branch, first in ((attention, 1), (mlp, 2)):
        stream = {
            "none": lambda s, f, i: 1.7 * s + f(s),
            "pre": lambda s, f, i: 1.7 * s + f(norm(s, i)),
            "post": lambda s, f, i: norm(1.7 * s + f(s), i),
            "branch-end": lambda s, f, i: 1.7 * s + norm(f(s), i),
            "sandwich": lambda s, f, i: 1.7 * s + norm(f(norm(s, i)), i + 2),
        }[placement](stream, branch, first)
    torch.testing.assert_close(block(x), stream, rtol=1e-11, atol=1e-11)


def test_the_mlp_is_four_times_as_wide_by_default(Block):
    assert Block(6, 2, "pre").linear1.weight.shape == (24, 6)
    assert Block(6, 2, "pre", hidden=1).linear2.weight.shape == (6, 1)


@pytest.mark.parametrize("placement", ["", "Pre", "norm_first", None, True])
def test_an_unknown_place_is_refused(code, placement):
    for make in (
        lambda: code["Block"](4, 2, placement),
        lambda: code["residual_rms"](placement, 1),
    ):
        with pytest.raises(ValueError, match="placement"):
            make()


@pytest.mark.parametrize("sizes", [(5, 2), (0, 1), (4, 0)])
def test_bad_sizes_are_torchs_errors(Block, sizes):
    with pytest.raises(Exception) as theirs:  # noqa: PT011
        torch_layer(*sizes, 4, "pre", torch.float32)
    with pytest.raises(theirs.type):
        Block(*sizes, "pre", hidden=4)


@pytest.mark.parametrize("shape", [(2, 3, 5), (6,), (1, 2, 3, 6)])
def test_a_bad_input_is_torchs_error(Block, shape):
    both = []
    for module in (torch_layer(6, 2, 4, "pre", None), Block(6, 2, "pre", hidden=4)):
        with pytest.raises((AssertionError, RuntimeError)) as raised:
            module(torch.zeros(shape))
        both.append(raised.type)
    assert both[0] is both[1]


# ---- closed forms ----


@given(st.integers(0, 200), st.integers(0, 40))
def test_the_rms_is_what_adding_variances_gives(code, depth, tenths):
    """In fractions, branch by branch."""
    gain = Fraction(tenths, 10)
    variances = {"none": Fraction(1), "pre": Fraction(1)}
    for _ in range(depth):
        variances["none"] += gain**2 * variances["none"]
        variances["pre"] += gain**2
    expected = {name: math.sqrt(value) for name, value in variances.items()}
    expected |= dict.fromkeys(("sandwich", "branch-end"), expected["pre"])
    expected["post"] = 1
    for name, value in expected.items():
        found = code["residual_rms"](name, depth, float(gain))
        assert found == pytest.approx(value, rel=1e-10), name


@pytest.mark.parametrize("name", ["none", "pre", "post", "sandwich", "branch-end"])
def test_a_branch_keeps_the_size_unless_told_otherwise(code, name):
    assert code["residual_rms"](name, 3) == code["residual_rms"](name, 3, 1.0)


def test_a_depth_below_0_is_refused(code):
    with pytest.raises(ValueError, match="-1"):
        code["residual_rms"]("pre", -1)


@given(st.integers(1, 10_000))
def test_deepnorms_constants_are_the_papers(code, layers):
    alpha, beta = code["deepnorm_constants"](layers)
    assert alpha**4 == pytest.approx(2 * layers)
    assert beta**-4 == pytest.approx(8 * layers)
    assert alpha * beta == pytest.approx(math.sqrt(0.5))


@pytest.mark.parametrize("layers", [0, -3])
def test_no_layers_have_no_constants(code, layers):
    with pytest.raises(ValueError, match=str(layers)):
        code["deepnorm_constants"](layers)
