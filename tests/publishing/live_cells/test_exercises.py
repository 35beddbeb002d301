"""Each exercise in code, on its page: the solution, and three wrong answers by name."""

import pytest

from tests.browser import opened
from tests.conftest import chapter_paths
from tests.publishing.live_cells.exercises import exercises_of
from tests.publishing.live_cells.page import Cell

STEMS = {path.stem: path for path in chapter_paths()}
# What a reader may write instead, for each exercise of a chapter in turn: a piece of
# the solution, what stands in its place, and the words that the judge has for it.
WRONG = {
    "01_biased_variance": [
        [
            ("/ (N - 1)", "/ N", "divides by N, as LayerNorm and NumPy do"),
            ("x**2", "abs(x)", "averages the absolute deviations"),
            ("/ (N - 1)", "", "never divides it"),
        ],
        [
            ("/ N\n    return", "/ N\n    N -= 1\n    return", "divides by N − 1"),
            ("(x - mean) ** 2", "x**2", "squares the values themselves"),
            ("sum((x - mean) ** 2 for x in input) / N",
             "sum(x * x for x in input) / N - mean**2",
             "the mean square and the squared mean"),
        ],
        [
            ("(N - 1)", "N", "divides by N, as LayerNorm and NumPy do"),
            ("(N - 1)", "(N + 1)", "divides by N + 1"),
            ("distance * (x - mean)", "x * x", "squares the values themselves"),
        ],
    ],
    "02_layer_norm": [
        [
            (" + eps", "", "leaves epsilon out"),
            ("(variance + eps) ** 0.5", "(variance**0.5 + eps)",
             "adds epsilon to the standard deviation"),
            ("(x - mean) /", "x /", "never subtracts the mean"),
        ],
        [
            ("/ d + eps", "/ (d - 1) + eps", "divides by N − 1"),
            (" + bias[i]", "", "never adds beta"),
            ("weight[i] *", "weight[0] *",
             "multiplies all features by the first gamma"),
        ],
        [
            ("/ d + eps) ** -0.5", "/ d + eps) ** -1", "divides by the variance"),
            ("weight[i] * (input[i] - mean) * rstd + bias[i]",
             "bias[i] * (input[i] - mean) * rstd + weight[i]",
             "multiplies by beta and adds gamma"),
            ("weight[i] *", "(1 + weight[i]) *", "multiplies by 1 + gamma"),
        ],
    ],
    "03_gradients": [
        [
            ("sum(grad_output[n][i] * x_hat[n][i] for n in rows)",
             "sum(grad_output[n][i] * input[n][i] for n in rows)",
             "multiplies by the input in grad_weight"),
            ("sum(grad_output[n][i] for n in rows)",
             "sum(grad_output[n][i] for n in rows) / len(rows)",
             "averages grad_bias over the positions"),
            ("grad_weight, grad_bias\n", "grad_bias, grad_weight\n",
             "swaps grad_weight and grad_bias"),
        ],
        [
            ("h[i] - along_ones - ", "h[i] - ", "does not subtract the mean"),
            (" - x_hat[n][i] * along_hat", "",
             "does not subtract the part along x-hat"),
            ("rstd[n] * (h", "1 * (h", "does not multiply grad_input by rstd"),
        ],
        [
            ("r * (h[i]", "r * r * (h[i]", "multiplies grad_input by rstd twice"),
            ("- x_hat[i] * along_hat", "+ x_hat[i] * along_hat",
             "adds the part along x-hat"),
            ("h = [weight[i] * g[i] for", "h = [g[i] for",
             "leaves gamma out of grad_input"),
        ],
    ],
    "04_parameter_sharing": [
        [
            ("sum(row) / d\n        variance = sum((x - mean) ** 2 for x in row) / d",
             "sum(sum(rows, [])) / d / len(rows)\n"
             "        variance = sum((x - mean) ** 2 for x in sum(rows, []))\n"
             "        variance = variance / d / len(rows)",
             "takes one mean and one variance over all samples and features"),
            ("weight[i] * x_hat[i]", "weight[0] * x_hat[i]",
             "multiplies all features by the first gamma"),
            ("[weight[i] * x_hat[i] + bias[i]",
             "[weight[len(output) % d] * x_hat[i] + bias[len(output) % d]",
             "gives each sample, not each feature, its gamma and beta"),
        ],
        [
            ("sum(grad_output[n][i] for n in samples)",
             "sum(grad_output[n][i] for n in samples) / len(x_hat)",
             "Not yet: this is False."),
            ("grad_output[n][i] * x_hat[n][i]", "grad_output[n][i]",
             "Not yet: this is False."),
            ("for i in features", "for i in samples for _ in 'a'[i:]",
             "Not yet: this is False."),
        ],
    ],
    "05_batch_norm": [
        [
            ("squares / (N - 1) - running_var", "variance - running_var",
             "stores the 1/N variance for eval"),
            ("momentum * (", "(1 - momentum) * (",
             "uses momentum as the weight of the old statistics"),
            ("running_var[c] += momentum * (squares / (N - 1) - running_var[c])",
             "pass", "updates running_mean and forgets running_var"),
        ],
        [
            ("variance = squares / N\n", "variance = squares / (N - 1)\n",
             "normalizes the batch with the 1/(N − 1) variance"),
            ("if training:", "if True:",
             "behaves in eval as in training"),
            ("scale * (x[n] - mean)", "scale * x[n]", "never subtracts the mean"),
        ],
        [
            ("weight[c] if weight else 1", "1", "never multiplies by gamma"),
            ("(variance + eps) ** 0.5", "(variance**0.5 + eps)",
             "adds epsilon to the standard deviation"),
            ("momentum * (", "1 * (", "momentum is missing"),
        ],
        [
            ("if training:", "if True:", "subtracts the projections in eval, too"),
            ("- ones - ", "- ", "does not subtract the mean of the gradient"),
            ("rstd[c] * h[n]", "h[n]", "does not multiply grad_input by rstd"),
        ],
    ],
    "06_family": [
        [
            ("mean_square + eps) ** 0.5", "mean_square**0.5 + eps)",
             "adds epsilon to the root mean square"),
            ("weight[i] * input", "(1 + weight[i]) * input", "multiplies by 1 + gamma"),
            ("for x in input) / d", "for x in input)", "divides by the length"),
        ],
        [
            (" - x_hat[i] * along", "", "the part along x-hat is missing"),
            ("r * (h[i]", "1 * (h[i]", "does not multiply grad_input by rstd"),
            ("h = [weight[i] * g[i]", "h = [g[i]", "leaves gamma out of grad_input"),
        ],
        [
            ("c // size * size : (c // size + 1) * size", "c : c + 1",
             "this is InstanceNorm"),
            ("c // size * size : (c // size + 1) * size", ": len(sample)",
             "is GroupNorm with one group"),
            ("(x - mean) * factor", "x * factor", "never subtracts the mean"),
        ],
    ],
    "07_placement": [
        [
            ("return 1\n", "return 1 + gain\n", "Not yet: this is False."),
            ("branches / 2", "branches", "Not yet: this is False."),
            ("gain**2)\n", "gain)\n", "Not yet: this is False."),
        ],
        [
            ("2 * layers", "layers", "Not yet: this is False."),
            ("8 * layers", "2 * layers", "Not yet: this is False."),
            ("** -0.25", "** 0.25", "Not yet: this is False."),
        ],
    ],
    "08_why": [
        [
            ("lr * decay", "decay", "Not yet: this is False."),
            ("- lr * gradients", "+ lr * gradients", "Not yet: this is False."),
            ("(1 - lr * decay) * weights[i]", "weights[i]", "Not yet: this is False."),
        ],
        [
            ("2 * t + 1", "2 * t", "Not yet: this is False."),
            ("2 * t + 1", "t + 1", "Not yet: this is False."),
            ("(1 - lr * decay)", "(1 + lr * decay)", "Not yet: this is False."),
        ],
    ],
}  # fmt: skip


def test_there_are_twelve_in_code_and_wrong_answers_for_each():
    counts = {stem: len(exercises_of(path)) for stem, path in STEMS.items()}
    assert sum(counts.values()) >= 12
    assert counts == {stem: len(WRONG[stem]) for stem in STEMS}
    assert {len(wrong) for those in WRONG.values() for wrong in those} == {3}


@pytest.fixture(scope="module", params=STEMS)
def chapter_page(request, browser, address_of):
    """Yield a chapter's stem and its page, from the disk, with all cells opened."""
    url = f"{address_of('file')}/{request.param}.html"
    with opened(browser, url) as page:
        yield request.param, page
        assert page.troubles == []


def test_blanks_are_named_and_solutions_right(chapter_page):
    stem, page = chapter_page
    for i, exercise in enumerate(exercises_of(STEMS[stem])):
        cell = Cell(page, i).open()
        begun = cell.run()
        assert begun.startswith(("Nothing to judge yet", "Not yet: this is False"))
        assert cell.run(exercise.solution).startswith("Right"), exercise.solution
        assert cell.verdict == "right"


def test_wrong_answers_are_named(chapter_page):
    stem, page = chapter_page
    for i, exercise in enumerate(exercises_of(STEMS[stem])):
        cell = Cell(page, i)
        if not cell.content.is_visible():
            cell.open()
        for old, new, words in WRONG[stem][i]:
            assert old in exercise.solution
            said = cell.run(exercise.solution.replace(old, new))
            assert words in said, f"{stem} {exercise.number} {old!r}: {said}"
            assert cell.verdict != "right"
