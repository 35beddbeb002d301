"""TransformerExplorer as values: what it shows, and what its handles set."""

import functools

import pytest
import torch
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st

from explorables import TransformerExplorer
from explorables.transformer import (
    BRANCHES,
    COUNT,
    LENGTH,
    NORMS,
    PLACES,
    VARIANTS,
    initial_weights,
    packed,
)
from tests.explorables.views import check_readout, view


@functools.cache
def weights():
    """Weights of every variant, none as at initialization."""
    torch.manual_seed(0)
    return {
        name: packed(initial_weights() + 0.3 * torch.randn(COUNT)) for name in VARIANTS
    }


states = st.fixed_dictionaries(
    {
        "digits": st.lists(st.integers(0, 9), min_size=LENGTH, max_size=LENGTH),
        "trained": st.sampled_from(NORMS),
        "norm": st.sampled_from(NORMS),
        "place": st.sampled_from(PLACES),
        "gain": st.floats(0, 4),
        "eps": st.integers(-12, 2).map(lambda power: 10.0**power),
        "answer": st.integers(0, LENGTH - 1),
        "branch": st.integers(0, BRANCHES - 1),
    }
)


@given(states, st.booleans(), st.floats(336, 1400))
@settings(max_examples=25, deadline=None)
def test_every_state_shows_what_torch_computes(state, trained, width):
    explorer = TransformerExplorer(**state, weights=weights() if trained else {})
    figure, _ = view(explorer, width=width)
    check_readout(figure, explorer)
    assert "NaN" not in str(figure)


@pytest.mark.parametrize(
    ("name", "key", "expected"),
    [
        ("digit 1", "ArrowUp", {"digits": [4, 1, 4, 1, 5, 9]}),
        ("digit 6", "ArrowUp", {"digits": [3, 1, 4, 1, 5, 9]}),
        ("digit 2", "Home", {"digits": [3, 0, 4, 1, 5, 9]}),
        ("digit of the answer to look at", "End", {"answer": 5}),
        ("digit of the answer to look at", "ArrowLeft", {"answer": 1}),
        ("branch whose norm is looked at", "ArrowRight", {"branch": 3}),
        ("branch whose norm is looked at", "Home", {"branch": 0}),
    ],
)
def test_what_a_handle_sets(name, key, expected):
    _, sets = view(TransformerExplorer(), (name, "onkeydown", {"key": key}))
    assert sets == [[expected]]


def test_other_weights_bring_their_norm_and_another_norm_leaves_the_weights():
    """The first DyT is that of the weights, the second that of the run."""
    rows = view(TransformerExplorer())[0].select(".zm-controls fieldset")
    assert [row.legend.text for row in rows] == [
        "trained with",
        "runs with",
        "its place",
    ]
    _, sets = view(TransformerExplorer(), ("DyT", "onchange", {}))
    assert sets == [[{"trained": "DyT", "norm": "DyT"}]]


def test_a_wrong_digit_is_marked_and_where_it_belongs():
    """An untrained decoder sorts nothing."""
    explorer = TransformerExplorer(digits=[9, 8, 7, 2, 1, 0])
    figure, _ = view(explorer)
    wrong = LENGTH - explorer.quantities()["right"]
    assert wrong > 0
    assert len(figure.select("circle.zm-target")) == wrong


def test_without_gain_nothing_comes_through():
    explorer = TransformerExplorer(norm="RMSNorm", gain=0.0, weights=weights())
    numbers = explorer.quantities()
    assert numbers["probability"] == pytest.approx(0.1)
    assert numbers["gradient"] == 0
    figure, _ = view(explorer)
    assert "NaN" not in str(figure)
    assert "Infinity" not in str(figure)


def test_the_weights_of_a_variant_are_used_for_it_alone():
    alone = {"LayerNorm-post": weights()["LayerNorm-post"]}
    explorer = TransformerExplorer(weights=alone, place="post")
    changed = explorer.quantities()
    assert changed != TransformerExplorer(place="post").quantities()
    explorer.place = "pre"
    assert explorer.quantities() == TransformerExplorer().quantities()


@pytest.mark.parametrize(
    ("trait", "value", "message"),
    [
        ("digits", [1, 2, 3], "digits"),
        ("digits", [1, 2, 3, 4, 5, 10], "digits"),
        ("trained", "BatchNorm", "trained"),
        ("norm", "BatchNorm", "norm"),
        ("place", "branch-end", "place"),
        ("weights", {"BatchNorm-pre": ""}, "got BatchNorm-pre"),
        ("weights", {"none": "AAAA"}, "none: weights must hold"),
    ],
)
def test_what_cannot_be_shown_is_refused(trait, value, message):
    explorer = TransformerExplorer()
    old = getattr(explorer, trait)
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(explorer, trait, value)
    assert getattr(explorer, trait) == old
