"""ResidualStream as values: what it shows, and what its handles set, without a browser.

What the generic tests do on a page is not repeated: here are all places at the extremes
of depth and gain, closed forms, and which key leads to which place.
"""

import math
import re

import pytest
import traitlets

from explorables import ResidualStream
from explorables.residual_stream import PLACES
from tests.explorables.views import check_readout, readout, view


@pytest.mark.parametrize("placement", PLACES)
@pytest.mark.parametrize(("depth", "gain"), [(1, 1.0), (24, 0.0), (48, 2.0)])
def test_it_shows_what_torch_computes(placement, depth, gain):
    explorer = ResidualStream(placement=placement, depth=depth, gain=gain)
    figure, _ = view(explorer)
    check_readout(figure, explorer)
    assert "NaN" not in str(figure)


@pytest.mark.parametrize("placement", PLACES)
def test_the_closed_form_is_near_what_is_measured(placement):
    """Sixteen features are few: within a factor of 2.5, where it goes up to 4096."""
    numbers = ResidualStream(placement=placement).quantities()
    for name in ("rms", "gradient"):
        ratio = numbers[name] / numbers["closed_form"]
        assert abs(math.log(ratio)) < math.log(2.5), name


def test_off_the_skip_all_of_the_gradient_comes_by_it_and_on_it_a_small_share():
    for placement in PLACES:
        alone = ResidualStream(placement=placement).quantities()["by_the_skips"]
        expected = 2**-12 if placement == "post" else 1
        assert alone == pytest.approx(expected, rel=0.5 if placement == "post" else 0)


@pytest.mark.parametrize(("at", "place"), list(enumerate(PLACES)))
def test_the_norm_goes_from_place_to_place(at, place):
    explorer = ResidualStream(placement=place)
    acts = [
        ("place of the norm", "onkeydown", {"key": key})
        for key in ("ArrowRight", "ArrowLeft", "Home", "End")
    ]
    figure, sets = view(explorer, *acts)
    assert [change["placement"] for (change,) in sets] == [
        PLACES[min(at + 1, 3)],
        PLACES[max(at - 1, 0)],
        PLACES[0],
        PLACES[3],
    ]
    (handle,) = figure.select('[aria-label="place of the norm"]')
    x, _ = re.findall(r"[\d.]+", handle["transform"])
    assert 0 < float(x) < 694


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("placement", "sandwich"),
        ("depth", 0),
        ("depth", 49),
        ("depth", 1.5),
        ("gain", -0.1),
        ("gain", 2.1),
        ("gain", float("nan")),
    ],
)
def test_what_cannot_be_shown_is_refused(trait, value):
    explorer = ResidualStream()
    old = getattr(explorer, trait)
    with pytest.raises(traitlets.TraitError, match=trait):
        setattr(explorer, trait, value)
    assert getattr(explorer, trait) == old


@pytest.mark.parametrize(("depth", "said"), [(1, "1 branch,"), (2, "2 branches,")])
def test_one_branch_is_no_branches(depth, said):
    figure, _ = view(ResidualStream(depth=depth))
    assert readout(figure).startswith(f"After {said}")
