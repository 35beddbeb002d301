"""TransformerExplorer: a small trained decoder whose norm can be switched.

The network is here too, since whoever trains it needs the same one: `initial_weights`,
`forward`, `written` and `packed`.
"""

import base64
import binascii
import functools
import itertools
import math

import torch
import traitlets
from torch.nn import functional as F

from explorables.base import Explorable, Number
from explorables.sampling import normal

LENGTH = 6  # digits of the input, and as many of the answer
DIGITS = 10
FEATURES = 24
HIDDEN = 48
BRANCHES = 4  # attention and MLP, twice
SEED = 0
NORMS = ("none", "LayerNorm", "RMSNorm", "DyT")
PLACES = ("pre", "post", "sandwich")
# Each pair that is trained for; without a norm there is no place.
VARIANTS = ("none", *(f"{norm}-{place}" for norm in NORMS[1:] for place in PLACES))

# The parameters in their order. A branch has two norms, the second of which only a
# sandwich uses; the last norm of all is that before the read-out.
SHAPES = {
    "digit": (DIGITS, FEATURES),
    "position": (2 * LENGTH - 1, FEATURES),
    **{
        f"{name}{branch}": shape
        for branch in range(0, BRANCHES, 2)
        for name, shape in (
            ("qkv", (3 * FEATURES, FEATURES)),
            ("out", (FEATURES, FEATURES)),
            ("up", (HIDDEN, FEATURES)),
            ("down", (FEATURES, HIDDEN)),
        )
    },
    "read": (DIGITS, FEATURES),
    "gamma": (2 * BRANCHES + 1, FEATURES),
    "beta": (2 * BRANCHES + 1, FEATURES),
    "alpha": (2 * BRANCHES + 1, 1),
}
# What parameters begin with that do not begin at random.
BEGINNINGS = {"gamma": 1.0, "beta": 0.0, "alpha": 0.5}
COUNT = sum(math.prod(shape) for shape in SHAPES.values())
EMBEDDINGS = ("digit", "position")


def _named(weights):
    sizes = [math.prod(shape) for shape in SHAPES.values()]
    parts = zip(SHAPES.items(), weights.split(sizes), strict=True)
    return {name: part.view(shape) for (name, shape), part in parts}


def initial_weights(seed=SEED):
    """Return all parameters as one vector of float64, as training begins with them.

    Embeddings have variance 1, matrices 1/fan-in; gamma is 1, beta 0, alpha 0.5.
    """
    numbers, parts = normal(seed), []
    for name, shape in SHAPES.items():
        if name in BEGINNINGS:
            parts.append(torch.full(shape, BEGINNINGS[name], dtype=torch.float64))
            continue
        drawn = [*itertools.islice(numbers, math.prod(shape))]
        scale = 1 if name in EMBEDDINGS else shape[1] ** -0.5
        parts.append(torch.tensor(drawn, dtype=torch.float64) * scale)
    return torch.cat([part.flatten() for part in parts])


def forward(weights, tokens, norm, place, *, gain=1.0, eps=1e-5):
    """Return the decoder's logits, its streams, and what enters each branch's norm.

    weights: the vector of all parameters. tokens: (B, T) digits, the input and what is
    already written of the answer. norm, place: of NORMS and PLACES; without a norm the
    place does not matter. gain: a factor of every gamma. eps: of LayerNorm and RMSNorm.
    Returns (B, T, 10); before the first and after each branch (B, T, features); and as
    many without the first. In a sandwich that is the norm before the branch.
    """
    named = _named(weights)

    def normed(x, i):
        gamma, beta = gain * named["gamma"][i], named["beta"][i]
        if norm == "LayerNorm":
            return F.layer_norm(x, (FEATURES,), gamma, beta, eps)
        if norm == "RMSNorm":
            return F.rms_norm(x, (FEATURES,), gamma, eps)
        if norm == "DyT":
            return gamma * torch.tanh(named["alpha"][i] * x) + beta
        return x

    def branch(x, i):
        if i % 2 == 0:
            q, k, v = (x @ named[f"qkv{i}"].T).chunk(3, -1)
            seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            return seen @ named[f"out{i}"].T
        return F.relu(x @ named[f"up{i - 1}"].T) @ named[f"down{i - 1}"].T

    x = named["digit"][tokens] + named["position"][: tokens.shape[1]]
    streams, entering = [x], []
    for i in range(BRANCHES):
        if place == "post":
            entering.append(x + branch(x, i))
            x = normed(entering[-1], i)
        else:
            entering.append(x)
            added = branch(normed(x, i), i)
            x = x + (normed(added, BRANCHES + i) if place == "sandwich" else added)
        streams.append(x)
    last = x if place == "post" else normed(x, 2 * BRANCHES)
    return last @ named["read"].T, streams, entering


@torch.no_grad()
def written(weights, digits, norm, place, **options):
    """Return what the decoder writes by itself, digit by digit: (B, 6) to the same.

    Other arguments: as of `forward`.
    """
    tokens = digits
    for _ in range(LENGTH):
        logits, _, _ = forward(weights, tokens, norm, place, **options)
        tokens = torch.cat([tokens, logits[:, -1:].argmax(-1)], 1)
    return tokens[:, LENGTH:]


def packed(weights):
    """Return a vector of parameters as text: base64 of bfloat16, 16 bits each."""
    halves = weights.detach().bfloat16().view(torch.int16)
    return base64.b64encode(halves.numpy().astype("<i2").tobytes()).decode()


def unpacked(text):
    """Return the vector that a text holds, in float64.

    Errors: ValueError for what `packed` has not made of finite numbers.
    """
    try:
        halves = base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError) as error:
        raise ValueError(f"weights must be base64: {error}") from error
    if len(halves) != 2 * COUNT:
        raise ValueError(
            f"weights must hold {COUNT:,} numbers of 16 bits; got {len(halves):,} bytes"
        )
    weights = torch.frombuffer(bytearray(halves), dtype=torch.bfloat16).double()
    if not weights.isfinite().all():
        raise ValueError("weights must be finite")
    return weights


@functools.lru_cache(len(VARIANTS))
def _unpacked(text):
    return unpacked(text) if text else initial_weights()


class TransformerExplorer(Explorable):
    """Switch the norm of a small decoder that sorts digits; see what follows of it.

    Traits
        digits: 6 digits, the input; the decoder is to write them in ascending order.
        trained: with which norm its weights were trained ("none", "LayerNorm",
            "RMSNorm" or "DyT").
        norm: with which norm it runs, one of the same.
        place: where the norms stand, in training and now: "pre", "post" or "sandwich".
        gain: 0 to 4, a factor of every gamma.
        eps: 1e-12 to 100, epsilon of LayerNorm and RMSNorm.
        answer: 0 to 5, the digit of the answer that is looked at.
        branch: 0 to 3, the branch whose norm is looked at; 0 and 2 are attention.
        weights: the parameters, as `packed` returns them, by "none" or by norm and
            place, "LayerNorm-pre". What is not there is as at initialization.

    What the norm has that the weights' own norm lacks is as at initialization: gamma 1,
    beta 0, alpha 0.5.

    Errors: TraitError for other digits, and for weights that are none.

    Source: torch.nn.functional.layer_norm, rms_norm and scaled_dot_product_attention;
    Zhu et al. 2025 for DyT.
    """

    constants = traitlets.Dict(
        {
            "shapes": [[name, *shape] for name, shape in SHAPES.items()],
            "branches": BRANCHES,
            "length": LENGTH,
            "embeddings": list(EMBEDDINGS),
            "beginnings": BEGINNINGS,
            "seed": SEED,
        },
        read_only=True,
    ).tag(sync=True)
    digits = traitlets.List(
        traitlets.Int(min=0, max=DIGITS - 1),
        default_value=[3, 1, 4, 1, 5, 9],
        minlen=LENGTH,
        maxlen=LENGTH,
    ).tag(sync=True)
    trained = traitlets.Enum(NORMS, "LayerNorm").tag(sync=True)
    norm = traitlets.Enum(NORMS, "LayerNorm").tag(sync=True)
    place = traitlets.Enum(PLACES, "pre").tag(sync=True)
    gain = Number(1.0, min=0.0, max=4.0).tag(sync=True)
    eps = Number(1e-5, min=1e-12, max=100.0).tag(sync=True)
    answer = traitlets.Int(2, min=0, max=LENGTH - 1).tag(sync=True)
    branch = traitlets.Int(2, min=0, max=BRANCHES - 1).tag(sync=True)
    weights = traitlets.Dict().tag(sync=True, lazy=True)

    @traitlets.validate("weights")
    def _valid_weights(self, proposal):
        if unknown := sorted(set(proposal.value) - set(VARIANTS)):
            raise traitlets.TraitError(
                f"weights are for {', '.join(VARIANTS)}; got {', '.join(unknown)}"
            )
        for variant, text in proposal.value.items():
            try:
                unpacked(text)
            except ValueError as error:
                raise traitlets.TraitError(f"{variant}: {error}") from error
        return proposal.value

    def quantities(self):
        """Return what the readout says, of the digit and the norm that are looked at.

        How many digits are right, the probability of the one looked at, the stream's
        rms at the end, the length of the gradient of that digit's logit with respect
        to the embeddings, and what the norm subtracts and divides by.
        """
        variant = self.trained if self.trained == "none" else self._name(self.trained)
        weights = _unpacked(self.weights.get(variant))
        how = {"norm": self.norm, "place": self.place}
        how |= {"gain": self.gain, "eps": self.eps}
        digits = torch.tensor([self.digits])
        answer = written(weights, digits, **how)
        tokens = torch.cat([digits, answer[:, :-1]], 1)
        weights = weights.clone().requires_grad_()
        logits, streams, entering = forward(weights, tokens, **how)
        at = LENGTH - 1 + self.answer
        said = logits[0, at]
        (gradient,) = torch.autograd.grad(said[answer[0, self.answer]], streams[0])
        shown = {
            "right": (answer == digits.sort(1)[0]).sum().item(),
            "probability": said.softmax(0)[answer[0, self.answer]].item(),
            "stream": streams[-1].square().mean().sqrt().item(),
            "gradient": gradient.norm().item(),
        }
        x = entering[self.branch][0, at]
        if self.norm == "LayerNorm":
            shown["mean"] = x.mean().item()
            shown["divisor"] = (x.var(correction=0) + self.eps).sqrt().item()
        elif self.norm == "RMSNorm":
            shown["divisor"] = (x.square().mean() + self.eps).sqrt().item()
        return shown

    def _name(self, norm):
        return f"{norm}-{self.place}"
