"""What the book says of other libraries, asked of them: `make test-conventions`.

CLAIMS is the table: where it is said, in which words, and what the library gives. That
each claim still stands on its page, and that no other library is spoken of without one,
is tests/notebooks/test_claims.py's to say, in `make test`.
"""

import os

os.environ["KERAS_BACKEND"] = "torch"

import functools
import inspect

import numpy as np
import pytest
from claims import CLAIMS

NUMBERS = np.array([1.0, 2.0, 3.0, 4.0])
COLUMN = NUMBERS[:, None].astype("float32")


def default(function, name):
    """Return the default of a function's argument."""
    return inspect.signature(function).parameters[name].default


def keras():
    import keras

    return keras


def keras_memory(momentum):
    """Return Keras's running mean and variance after one batch, from 0 and 1."""
    layer = keras().layers.BatchNormalization(momentum=momentum)
    layer(COLUMN, training=True)
    return float(layer.moving_mean[0]), float(layer.moving_variance[0])


def flax_memory(momentum):
    """Return Flax's running mean and variance after one batch, from 0 and 1."""
    import jax
    from flax import linen

    layer = linen.BatchNorm(use_running_average=False, momentum=momentum)
    variables = layer.init(jax.random.key(0), COLUMN)
    _, new = layer.apply(variables, COLUMN, mutable=["batch_stats"])
    return tuple(float(new["batch_stats"][name][0]) for name in ("mean", "var"))


def onnx_memory(momentum):
    """Return ONNX's running mean and variance after one batch, from 0 and 1."""
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    names = ["x", "scale", "bias", "mean", "var"]
    node = helper.make_node(
        "BatchNormalization",
        names,
        ["y", "new_mean", "new_var"],
        training_mode=1,
        momentum=momentum,
    )
    infos = [
        [helper.make_tensor_value_info(one, TensorProto.FLOAT, None) for one in some]
        for some in (names, ["y", "new_mean", "new_var"])
    ]
    graph = helper.make_graph([node], "batch_norm", *infos)
    model = helper.make_model(graph)
    one, zero = np.ones(1, "float32"), np.zeros(1, "float32")
    inputs = dict(zip(names, (COLUMN, one, zero, zero, one), strict=True))
    _, mean, var = ReferenceEvaluator(model).run(None, inputs)
    return mean.item(), var.item()


def onnx_default(name):
    """Return the default of an attribute of ONNX's BatchNormalization."""
    from onnx import defs, helper

    schema = defs.get_schema("BatchNormalization")
    return round(helper.get_attribute_value(schema.attributes[name].default_value), 9)


def jax_var(**options):
    import jax.numpy

    return float(jax.numpy.var(NUMBERS, **options))


def flax_default(name):
    from flax import linen

    return getattr(linen.BatchNorm(), name)


def gpt2_parameters():
    """Return how many numbers GPT-2 small learns, in millions."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    with torch.device("meta"):
        return round(GPT2LMHeadModel(GPT2Config()).num_parameters() / 1e6)


def configuration(name, field):
    """Return a default of a model of Hugging Face's."""
    import transformers

    return getattr(getattr(transformers, name)(), field)


# What a claim's `ask` names: each returns what the library gives.
ASKED = {
    "jax.numpy.var": jax_var,
    "jax.numpy.var, correction=1": lambda: jax_var(correction=1),
    "jax.numpy.var, ddof=1": lambda: jax_var(ddof=1),
    "keras.ops.var": lambda: float(keras().ops.var(NUMBERS)),
    "keras.ops.var's arguments": lambda: [
        *inspect.signature(keras().ops.var).parameters
    ],
    "Keras LayerNormalization's epsilon": lambda: (
        keras().layers.LayerNormalization().epsilon
    ),
    "Keras BatchNormalization's epsilon": lambda: (
        keras().layers.BatchNormalization().epsilon
    ),
    "Keras BatchNormalization's momentum": lambda: (
        keras().layers.BatchNormalization().momentum
    ),
    "Keras's variance stored": lambda: keras_memory(0.0)[1],
    "Keras's mean, momentum 0.9": lambda: round(keras_memory(0.9)[0], 6),
    "Flax BatchNorm's momentum": lambda: flax_default("momentum"),
    "Flax's variance stored": lambda: flax_memory(0.0)[1],
    "Flax's mean, momentum 0.9": lambda: round(flax_memory(0.9)[0], 6),
    "ONNX BatchNormalization's momentum": lambda: onnx_default("momentum"),
    "ONNX's variance stored": lambda: onnx_memory(0.0)[1],
    "ONNX's mean, momentum 0.9": lambda: round(onnx_memory(0.9)[0], 6),
    "BERT's layer_norm_eps": lambda: configuration("BertConfig", "layer_norm_eps"),
    "BERT's width": lambda: configuration("BertConfig", "hidden_size"),
    "GPT-2's width": lambda: configuration("GPT2Config", "n_embd"),
    "GPT-2's blocks": lambda: configuration("GPT2Config", "n_layer"),
    "GPT-2's parameters, in millions": gpt2_parameters,
    **{
        f"{name}'s epsilon": functools.partial(configuration, model, field)
        for name, (model, field) in {
            "GPT-2": ("GPT2Config", "layer_norm_epsilon"),
            "BERT": ("BertConfig", "layer_norm_eps"),
            "ViT": ("ViTConfig", "layer_norm_eps"),
            "T5": ("T5Config", "layer_norm_epsilon"),
            "Llama": ("LlamaConfig", "rms_norm_eps"),
            "Qwen3": ("Qwen3Config", "rms_norm_eps"),
            "Gemma": ("GemmaConfig", "rms_norm_eps"),
            "OLMo 2": ("Olmo2Config", "rms_norm_eps"),
        }.items()
    },
}


@pytest.mark.parametrize("name", ASKED)
def test_is_what_the_book_says(name):
    given, said = ASKED[name](), CLAIMS[name].value
    if isinstance(said, float):
        said = pytest.approx(said, rel=1e-6, abs=0)
    assert given == said


def test_each_claim_is_asked():
    assert {name for name, one in CLAIMS.items() if one.value is not None} == set(ASKED)
