"""lib/decoder.js against torch: every norm at every place, forward and backward."""

import itertools
import random

import pytest
import torch

from explorables.transformer import (
    BRANCHES,
    COUNT,
    LENGTH,
    NORMS,
    PLACES,
    SHAPES,
    TransformerExplorer,
    forward,
    initial_weights,
    packed,
    unpacked,
    written,
)
from tests.explorables.formulas import evaluate

MODULE = "explorables/lib/decoder.js"
TOLERANCE = 1e-9  # of a thousand numbers that went through four branches
CONSTANTS = TransformerExplorer.constants.default()


def read(value):
    """Return a list of texts as numbers."""
    return [read(one) for one in value] if isinstance(value, list) else float(value)


def rows_of(weights):
    parts = weights.split([rows * columns for rows, columns in SHAPES.values()])
    return {
        name: part.view(shape).tolist()
        for (name, shape), part in zip(SHAPES.items(), parts, strict=True)
    }


def random_weights(rng):
    """Return weights as they may be after training: nothing as at initialization."""
    torch.manual_seed(rng.randrange(10**6))
    return initial_weights(rng.randrange(100)) + 0.3 * torch.randn(COUNT).double()


def cases(norm, place, count):
    rng = random.Random(f"{norm} {place}")
    for _ in range(count):
        how = {"norm": norm, "place": place, "gain": rng.uniform(0, 4)}
        how["eps"] = 10 ** rng.uniform(-12, 2)
        digits = [rng.randrange(10) for _ in range(LENGTH)]
        yield random_weights(rng), digits, how, rng.randrange(LENGTH)


def close(actual, expected):
    size = expected.abs().max().item()
    torch.testing.assert_close(
        torch.tensor(read(actual), dtype=torch.float64),
        expected,
        rtol=TOLERANCE,
        atol=TOLERANCE * size,
    )


def hat(x, how, alpha):
    if how["norm"] == "LayerNorm":
        return torch.nn.functional.layer_norm(x, x.shape[-1:], eps=how["eps"])
    if how["norm"] == "RMSNorm":
        return torch.nn.functional.rms_norm(x, x.shape[-1:], eps=how["eps"])
    return torch.tanh(alpha * x) if how["norm"] == "DyT" else x


@pytest.mark.parametrize(("norm", "place"), [*itertools.product(NORMS, PLACES)])
def test_it_writes_and_comes_back_as_torch_does(norm, place):
    tried = [*cases(norm, place, 4)]
    _, answers = evaluate(
        MODULE,
        [
            ["decode", [rows_of(weights), digits, how | {"branches": BRANCHES}, k]]
            for weights, digits, how, k in tried
        ],
    )
    for (weights, digits, how, k), shown in zip(tried, answers, strict=True):
        inputs = torch.tensor([digits])
        answer = written(weights, inputs, **how)[0]
        assert read(shown["answer"]) == answer.tolist()
        tokens = torch.cat([inputs, answer[None, :-1]], 1)
        named = rows_of(weights)
        weights.requires_grad_()
        logits, streams, entering = forward(weights, tokens, **how)
        said = logits[0, LENGTH - 1 :]
        close(shown["logits"], said.detach())
        close(shown["probabilities"], said.detach().softmax(-1))
        gradients = torch.autograd.grad(said[k, answer[k]], streams)
        for i, (stream, gradient) in enumerate(zip(streams, gradients, strict=True)):
            close(shown["streams"][i], stream.detach()[0])
            close(shown["gradients"][i], gradient[0, : LENGTH + k])
            assert not gradient[0, LENGTH + k :].any(), "the decoder looks ahead"
        for i, x in enumerate(entering):
            x = x.detach()[0]
            close(shown["entering"][i], x)
            close(shown["hats"][i], hat(x, how, named["alpha"][i][0]))
        for seen in shown["seen"][::2]:
            assert [len(row) for row in seen] == [*range(1, 2 * LENGTH)]
            assert all(abs(sum(read(row)) - 1) < 1e-12 for row in seen)


def test_the_page_unpacks_what_python_packed():
    weights = random_weights(random.Random(0))
    text = packed(weights)
    _, (browsers,) = evaluate(MODULE, [["unpacked", [text]]])
    assert read(browsers) == unpacked(text).tolist()
    torch.testing.assert_close(unpacked(text), weights, rtol=2**-8, atol=0)


def test_both_begin_with_the_same_weights():
    _, (browsers,) = evaluate(MODULE, [["initial", [CONSTANTS]]])
    torch.testing.assert_close(
        torch.tensor(read(browsers), dtype=torch.float64),
        initial_weights(),
        rtol=1e-12,
        atol=1e-12,
    )


def test_what_is_written_in_batches_is_what_is_written_alone():
    digits = torch.randint(10, (20, LENGTH), generator=torch.Generator().manual_seed(0))
    weights = initial_weights()
    together = written(weights, digits, "LayerNorm", "pre")
    alone = [written(weights, one[None], "LayerNorm", "pre")[0] for one in digits]
    assert torch.equal(together, torch.stack(alone))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no base64!", "must be base64"),
        (packed(initial_weights())[:-8], "10,401 numbers of 16 bits"),
        (packed(torch.full((COUNT,), float("nan"))), "must be finite"),
        (3, "must be base64"),
    ],
)
def test_what_are_no_weights_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        unpacked(text)
