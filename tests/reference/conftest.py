"""The reference code that a module of tests is about, and torch's threads."""

import pytest
import torch


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Compute on one thread: for so few numbers torch's threads mostly wait."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def code(load_reference, request):
    """Return what the reference cells of a test module's CHAPTER define, by name."""
    return load_reference(request.module.CHAPTER)
