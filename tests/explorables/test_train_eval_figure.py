"""TrainEvalExplorer: what the generic tests cannot guess.

Batches and statistics at their extremes, several at once; what moves with one sample;
what a training step does to the running statistics; one sample, which torch refuses.
"""

import itertools

import pytest
import torch
import traitlets

from explorables import TrainEvalExplorer
from tests.explorables.operating import (
    check_readout,
    set_state,
    settle,
    state_of,
)
from tests.quantities import TOLERANCE, spaced

KIND = "TrainEvalExplorer"
# No batch whose spread is small against its mean, nor 1e30 where the running mean is:
# torch computes a x + b, of which the subtraction leaves no digits.
BATCHES = [
    [3.0],
    [1e30],
    [2.0, 2.0],
    [1.0, 1.001],
    [1e30, -1e30],
    [1e30, 1e-30, 0.0],
    [-4.0] * 7 + [4.0],
    [0.1] * 8,
    [1e-30, -1e-30, 0.0, 1e10, -5.0, 1.0, 2.0, 3.0],
    [-1.9, -1.0, -0.2, 0.7, 1.5, 2.2, 3.0, 3.7],
]
STATISTICS = [(0.0, 1.0), (3e30, 1.0), (-2.5, 0.0), (1.0, 1e30), (-3e30, 1e-30)]
BATCH = BATCHES[-1]
TRACKED = ("running_mean", "running_var")


@pytest.fixture
def shown(open_figure):
    return open_figure(KIND)


def states():
    for x, (mean, var) in itertools.product(BATCHES, STATISTICS):
        for start in (x[::-1], BATCH):
            yield {
                "x": x,
                "start": start,
                "sample": 7,
                "running_mean": mean,
                "running_var": var,
            }


def test_many_extremes_at_once_are_shown_as_torch_computes_them(shown):
    page, figure = shown
    for state in states():
        set_state(page, figure, state)
        check_readout(page, figure)
        assert "NaN" not in figure.inner_html().replace('value="NaN"', ""), state


def test_one_sample_moves_all_outputs_in_training_and_its_own_in_eval(shown):
    page, figure = shown
    set_state(page, figure, {"x": BATCH, "start": BATCH, "sample": 0})
    before = BATCH
    for i, handle in enumerate(figure.locator("svg [role=slider]").all()):
        handle.focus()
        for _ in range(2):  # the second time, the ghosts stay where they were
            page.keyboard.press("Shift+ArrowRight")
            settle(page)
            state = state_of(page, figure)
            assert (state["sample"], state["start"]) == (i, before)
            numbers = check_readout(page, figure)
            assert numbers["moved_in_training"] == "8"
            assert numbers["moved_in_eval"] == "1"
        before = state["x"]


def test_a_training_step_is_torchs(shown):
    page, figure = shown
    layer = torch.nn.BatchNorm1d(1, dtype=torch.float64)
    for x in (BATCH, BATCH[:2], [5.0, -3.0, 100.0]):
        set_state(page, figure, {"x": x})
        set_state(
            page,
            figure,
            {name: getattr(layer, name).item() for name in TRACKED},
        )
        for _ in range(3):
            figure.get_by_role("button", name="One training step").click()
            settle(page)
            layer(torch.tensor(x, dtype=torch.float64)[:, None])
            state = state_of(page, figure)
            for name in TRACKED:
                assert state[name] == pytest.approx(
                    getattr(layer, name).item(), rel=TOLERANCE, abs=0
                )
            check_readout(page, figure)


def test_a_smaller_batch_keeps_its_samples_and_one_alone_is_refused(shown):
    page, figure = shown
    set_state(page, figure, {"x": [5.0, 6.0, 7.0], "sample": 2})
    for count, x in ((8, [5.0, 6.0, 7.0, *BATCH[3:]]), (2, [5.0, 6.0]), (1, [5.0])):
        figure.get_by_label("1 sample" if count == 1 else f"{count} samples").check()
        settle(page)
        state = state_of(page, figure)
        assert (state["x"], state["start"], state["sample"]) == (x, x, 0)
        numbers = check_readout(page, figure)
        assert ("output_in_training" in numbers) == (count > 1)
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        torch.nn.BatchNorm1d(1)(torch.tensor([[5.0]]))
    # Its lines do not end within a shape.
    assert str(refused.value) in spaced(figure.inner_text())
    step = figure.get_by_role("button", name="One training step")
    assert step.is_disabled()
    # Nor is there a step where the button has no time to say so.
    set_state(page, figure, {"x": [5.0, 6.0]})
    assert step.is_enabled()
    step.evaluate(
        """(button) => {
            const { model } = button.closest(".zm-static").dataset;
            zeroMeanUnitVariance.models.get(model).set("x", [5]);
            button.click();
        }"""
    )
    settle(page)
    check_readout(page, figure)
    after = state_of(page, figure)
    assert [after[name] for name in TRACKED] == [state[name] for name in TRACKED]


@pytest.mark.parametrize("x", [[1.0, 2.0], [-4.0, 3.9], [1e30, -1e30], [0.0, 1e6]])
def test_two_samples_are_plus_and_minus_one_in_training(x):
    numbers = TrainEvalExplorer(x=x).quantities()
    assert abs(numbers["output_in_training"]) == pytest.approx(1, abs=3e-5)
    assert numbers["other_in_training"] == pytest.approx(-numbers["output_in_training"])


def test_start_is_x_unless_it_is_given():
    assert TrainEvalExplorer(x=[1.0, 2.0]).start == [1.0, 2.0]
    explorer = TrainEvalExplorer(x=[1.0, 2.0, 6.0], start=[1.0, 2.0, 3.0], sample=2)
    assert explorer.quantities()["moved_by"] == 3
    explorer.x = [1.0, 2.0]  # another length: nothing has moved
    assert "moved_by" not in explorer.quantities()


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("x", []),
        ("x", [1.0] * 9),
        ("x", [float("nan")]),
        ("start", []),
        ("start", [float("inf")]),
        ("sample", 8),
        ("sample", -1),
        ("running_var", -1e-9),
        ("running_mean", float("inf")),
    ],
)
def test_what_cannot_be_shown_is_refused(trait, value):
    explorer = TrainEvalExplorer()
    old = getattr(explorer, trait)
    with pytest.raises(traitlets.TraitError, match=trait):
        setattr(explorer, trait, value)
    assert getattr(explorer, trait) == old
