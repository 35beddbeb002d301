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


# ---- chapter 4's modules ----


@pytest.fixture(scope="module")
def per_sample(code):
    """Return a function that makes a PerSampleAffine of a weight and a bias."""

    def make(weight, bias):
        module = code["PerSampleAffine"](*weight.shape).to(weight.dtype)
        module.load_state_dict({"weight": weight, "bias": bias})
        return module

    return make


@pytest.fixture(scope="module")
def adaptive(code):
    """Return a function that makes an AdaLayerNorm of its affine's weight and bias."""

    def make(weight, bias, *eps):
        d, c = len(bias) // 2, weight.shape[1]
        module = code["AdaLayerNorm"](d, c, *eps).to(weight.dtype)
        module.load_state_dict({"affine.weight": weight, "affine.bias": bias})
        return module

    return make
