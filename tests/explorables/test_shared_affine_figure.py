"""SharedAffineExplorer: what the generic tests cannot guess.

Whose gamma and beta a handle moves, what Best fit finds, that a new image has a pair
in one mode alone, images that have no spread, and what is refused.
"""

import itertools

import pytest
import torch
import torch.nn.functional as F
import traitlets

from explorables import SharedAffineExplorer
from explorables.shared_affine import EACH, FOR_ALL, WIDTH
from tests.explorables.operating import (
    centre,
    check_readout,
    set_state,
    settle,
    state_of,
)
from tests.quantities import TOLERANCE

KIND = "SharedAffineExplorer"
MODES = (FOR_ALL, EACH)
# No spread at 0 and at 1, almost none, one pixel alone, as much spread as there is.
IMAGES = [
    [0.0] * 64,
    [1.0] * 64,
    [0.5, 0.5 + 1e-9] * 32,
    [1.0] + [0.0] * 63,
    [0.0, 1.0] * 32,
    [i / 63 for i in range(64)],
]
PAIRS = [[2.0] * 6, [-1.0] * 6, [-1.0, 2.0, 0.0, 1.0, 0.5, -0.25], [0.3] * 6]


@pytest.fixture(params=[360, 1280])
def shown(open_figure, request):
    return open_figure(KIND, request.param)


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def least_squares(images):
    """Return gamma and beta of the least squares over all pixels of `images`."""
    x = tensor(images)
    columns = F.layer_norm(x, (64,)).reshape(-1, 1)
    columns = torch.cat([columns, torch.ones_like(columns)], 1)
    solved = torch.linalg.lstsq(columns, x.reshape(-1, 1), driver="gelsd")
    return solved.solution[:, 0].tolist()


def best(images, mode):
    groups = [[image] for image in images] if mode == EACH else [images] * len(images)
    gamma, beta = zip(*map(least_squares, groups), strict=True)
    return {"gamma": list(gamma), "beta": list(beta)}


def test_many_extremes_at_once_are_shown_as_torch_computes_them(shown):
    page, figure = shown
    for mode, gamma, beta, images in itertools.product(
        MODES, PAIRS, PAIRS, (IMAGES, IMAGES[::-1])
    ):
        state = {"mode": mode, "gamma": gamma, "beta": beta, "images": images}
        set_state(page, figure, {**state, "new_image": images[2], "n": 1})
        read = check_readout(page, figure)
        assert ("rms_new" in read) == (mode == FOR_ALL)
        assert "NaN" not in figure.inner_html(), state


@pytest.mark.parametrize("mode", MODES)
def test_a_handle_moves_the_pairs_that_its_mode_shares(shown, mode):
    page, figure = shown
    set_state(page, figure, {"mode": mode, "gamma": [0.25] * 6, "beta": [0.5] * 6})
    handles = figure.locator("svg [role=slider]")
    assert handles.count() == 12
    for handle in handles.all():
        trait, number = handle.get_attribute("aria-label").split()
        before = state_of(page, figure)
        x, y = centre(handle)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y + (10 if int(number) % 2 else -10), steps=2)
        page.mouse.up()
        settle(page)
        after = state_of(page, figure)
        moved = [after[trait][i] != before[trait][i] for i in range(6)]
        assert moved == [mode == FOR_ALL or i == int(number) for i in range(1, 7)]
        other = {"gamma": "beta", "beta": "gamma"}[trait]
        assert after[other] == before[other]
        if mode == FOR_ALL:
            assert len(set(after[trait])) == 1
        check_readout(page, figure)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("images", [None, IMAGES], ids=["digits", "extreme"])
def test_best_fit_is_that_of_least_squares(shown, mode, images):
    page, figure = shown
    set_state(page, figure, {"mode": mode, **({"images": images} if images else {})})
    figure.get_by_role("button", name="Best fit").click()
    settle(page)
    state = state_of(page, figure)
    expected = best(state["images"], mode)
    for trait, values in expected.items():
        # An image of one gray: any gamma fits, and rounding decides on one.
        known = [
            i
            for i, image in enumerate(state["images"])
            if mode == FOR_ALL or max(image) - min(image) > 1e-6
        ]
        torch.testing.assert_close(
            tensor(state[trait])[known],
            tensor(values)[known],
            rtol=0,
            atol=TOLERANCE,
        )
    rms = float(check_readout(page, figure)["rms"])
    # A pair each brings every image back; one for all does not.
    assert rms <= TOLERANCE if mode == EACH else rms > 0.1


def test_one_pair_for_all_is_the_first_ones(shown):
    page, figure = shown
    set_state(page, figure, {"mode": EACH, "gamma": PAIRS[2], "beta": PAIRS[3]})
    assert figure.get_by_text("none", exact=True).is_visible()
    figure.get_by_label(FOR_ALL).click()
    settle(page)
    state = state_of(page, figure)
    assert state["gamma"] == [PAIRS[2][0]] * 6
    assert not figure.get_by_text("none", exact=True).is_visible()


def test_parameters_are_a_layers_own_or_grow_with_the_data():
    layer = torch.nn.LayerNorm(WIDTH)
    own = sum(parameter.numel() for parameter in layer.parameters())
    for n in (1, 1797, 1_281_167):
        shared, each = (
            SharedAffineExplorer(mode=mode, n=n).quantities() for mode in MODES
        )
        assert (shared["parameters"], shared["parameters_768"]) == (2, own)
        assert (each["parameters"], each["parameters_768"]) == (2 * n, own * n)


def test_normalized_the_default_images_are_digits_again():
    from sklearn.datasets import load_digits

    explorer = SharedAffineExplorer()
    given = tensor([*explorer.images, explorer.new_image])
    digits = torch.from_numpy(load_digits().data)
    # Epsilon weighs more on the faint ones; the images have four digits.
    normalized = F.layer_norm(given, (64,), eps=0)
    apart = torch.cdist(normalized, F.layer_norm(digits, (64,), eps=0), p=torch.inf)
    nearest = apart.min(1)
    assert nearest.values.max() < 2e-3
    assert len(set(nearest.indices.tolist())) == 7
    assert torch.pdist(torch.stack([given.mean(1), given.std(1)], 1)).min() > 0.05


@pytest.mark.parametrize(
    ("trait", "value", "expected"),
    [
        ("gamma", [1.0] * 5, "length 6"),
        ("gamma", [1.0] * 5 + [2.1], "6 numbers from -1 to 2"),
        ("beta", [-1.1] + [1.0] * 5, "6 numbers from -1 to 2"),
        ("beta", [float("nan")] * 6, "finite number"),
        ("images", IMAGES[:5], "6 lists of 64 numbers from 0 to 1"),
        ("images", [*IMAGES[:5], [0.5] * 63], "6 lists of 64 numbers from 0 to 1"),
        ("new_image", [0.5] * 63, "64 numbers from 0 to 1"),
        ("new_image", [0.5] * 63 + [1.1], "64 numbers from 0 to 1"),
        ("new_image", [0.5] * 63 + [float("nan")], "64 numbers from 0 to 1"),
        ("mode", "one for all", "one pair for all"),
    ],
)
def test_what_cannot_be_shown_is_refused(trait, value, expected):
    explorer = SharedAffineExplorer()
    old = getattr(explorer, trait)
    with pytest.raises(traitlets.TraitError, match=expected) as raised:
        setattr(explorer, trait, value)
    assert trait in str(raised.value)
    assert getattr(explorer, trait) == old
