"""`make mutate` finds what to change in every chapter; running it takes an hour."""

import pytest

from tools.mutants import mutants
from tools.reference import read_reference_cells

SOURCE = '''
def normalize(x, eps=1e-5):
    """Return x normalized; the 1e-5 here is no code."""
    centered = x - x.mean(-1, keepdim=True)
    if eps < 0:
        raise ValueError(f"eps is {eps - 1}")
    return centered / (x.var(-1, correction=0, keepdim=True) + eps).sqrt()
'''


@pytest.mark.parametrize(
    "change",
    [
        "normalize: 1e-05 -> 2e-05",
        "normalize: x - x.mean(-1, keepdim=True) -> x + x.mean(-1, keepdim=True)",
        "normalize: 1 -> 0",
        "normalize: 0 -> 1 (2)",
        "normalize: True -> False",
        "normalize: eps < 0 -> eps <= 0",
        "normalize: raise ValueError -> pass",
        "normalize: x.var(-1, correction=0, keepdim=True) -> x.var(-1, keepdim=True)",
    ],
)
def test_each_kind_of_mistake_is_made(change):
    assert change in dict(mutants(SOURCE))


def test_words_are_left_alone():
    assert all("eps - 1" in code for _, code in mutants(SOURCE) if "raise" in code)
    assert all("the 1e-5 here" in code for _, code in mutants(SOURCE))


def test_every_chapter_has_mutants_that_differ_and_compile(chapter):
    for cell, source in read_reference_cells(chapter).items():
        found = [*mutants(source)]
        assert len(dict(found)) == len(found), cell
        for name, code in found:
            compile(code, f"{cell}, {name}", "exec")
    assert found
