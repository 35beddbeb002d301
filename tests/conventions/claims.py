"""The table `conventions`: what the book says of other libraries."""

from typing import NamedTuple


class Claim(NamedTuple):
    """What a library gives, and where that is said: {page: words, or several of them}.

    value: what the library gives, or None where no package can be asked: `why` then
    says so.
    """

    value: object
    places: dict
    why: str = ""


CH1, CH2, CH4, CH5, CH6 = (
    f"chapters/{name}.ipynb"
    for name in (
        "01_biased_variance",
        "02_layer_norm",
        "04_parameter_sharing",
        "05_batch_norm",
        "06_family",
    )
)
STORED = {
    CH5: "Other libraries store what they normalized with",
    "review.md": "Which of PyTorch, Keras, Flax and ONNX stores the variance",
    "symptoms.md": "ONNX, Keras and Flax store $1/N$",
}
OF_THE_OLD = {"glossary.md": "In Keras, Flax and ONNX it is the weight of the old"}

# Lines that speak of a library, with a number, and claim nothing of it.
NO_CLAIM = (
    "The list finds norms by the name that BERT gave them",
    "**Every implementation is checked against an authority**",
    "its LayerNorms can be removed",  # what two papers say, with their links
)

CLAIMS = {
    "jax.numpy.var": Claim(1.25, {CH1: "| `jax.numpy.var` | $N$ |"}),
    "jax.numpy.var, correction=1": Claim(
        5 / 3, {CH1: "| `correction=1` or `ddof=1` |"}
    ),
    "jax.numpy.var, ddof=1": Claim(5 / 3, {CH1: "| `correction=1` or `ddof=1` |"}),
    "keras.ops.var": Claim(1.25, {CH1: "| `keras.ops.var` | $N$ | none |"}),
    "keras.ops.var's arguments": Claim(
        ["x", "axis", "keepdims"], {CH1: "| `keras.ops.var` | $N$ | none |"}
    ),
    "R's var": Claim(
        None, {CH1: "| R, `var` | $N-1$ | none |"}, "R is no package of pip's"
    ),
    "Excel's VAR": Claim(
        None, {CH1: "| Excel | $N-1$, `VAR.S`"}, "Excel cannot be run here"
    ),
    "Keras LayerNormalization's epsilon": Claim(
        1e-3,
        {
            CH2: "has `epsilon=0.001`",
            "symptoms.md": "LayerNorm's default is 1e-3 in Keras",
            "review.md": "and which has Keras'?",
        },
    ),
    "BERT's layer_norm_eps": Claim(
        1e-12,
        {
            CH2: ("`layer_norm_eps=1e-12`", "[with BERT's](#"),
            "symptoms.md": "1e-12 in BERT",
        },
    ),
    "Keras BatchNormalization's epsilon": Claim(
        1e-3, {CH5: "Set eps=1e-3, too: Keras's default is not torch's 1e-5"}
    ),
    "Keras BatchNormalization's momentum": Claim(
        0.99,
        {
            CH5: "its default of 0.99 is PyTorch's 0.01",
            "symptoms.md": "0.99 becomes 0.01",
        },
    ),
    "Keras's variance stored": Claim(
        1.25,
        {**STORED, CH5: (STORED[CH5], "| 1.25 | old (0.99) |", "(Keras 3 does it)")},
    ),
    "Keras's mean, momentum 0.9": Claim(
        0.25,
        {
            CH5: "Keras's `momentum` is the weight of the *old*",
            "review.md": "in Keras it is `momentum=0.9`, the weight of the old memory",
            "symptoms.md": "Keras's momentum is the weight of the old",
            **OF_THE_OLD,
        },
    ),
    "Flax BatchNorm's momentum": Claim(0.99, {CH5: "| 1.25 | old (0.99) |"}),
    "Flax's variance stored": Claim(
        1.25, {**STORED, CH5: (STORED[CH5], "| 1.25 | old (0.99) |")}
    ),
    "Flax's mean, momentum 0.9": Claim(
        0.25, {CH5: "| 1.25 | old (0.99) |", **OF_THE_OLD}
    ),
    "ONNX BatchNormalization's momentum": Claim(0.9, {CH5: "| 1.25 | old (0.9) |"}),
    "ONNX's variance stored": Claim(
        1.25,
        {
            **STORED,
            CH5: (
                STORED[CH5],
                "| 1.25 | old (0.9) |",
                "PyTorch therefore cannot reproduce ONNX's own test cases",
            ),
        },
    ),
    "ONNX's mean, momentum 0.9": Claim(
        0.25, {CH5: "| 1.25 | old (0.9) |", **OF_THE_OLD}
    ),
    "BERT's width": Claim(
        768, {CH1: ("the width of BERT and GPT-2", "transformer?d=768), as in BERT")}
    ),
    "GPT-2's width": Claim(
        768,
        {CH1: "the width of BERT and GPT-2", CH6: "the width of the smallest GPT-2"},
    ),
    "GPT-2's blocks": Claim(12, {CH4: "GPT-2 small has 12 blocks"}),
    "GPT-2's parameters, in millions": Claim(124, {CH4: "of the 124 million in all"}),
    "GPT-2's epsilon": Claim(1e-5, {CH6: "| GPT-2 | LayerNorm | 1e-5 |"}),
    "BERT's epsilon": Claim(1e-12, {CH6: "| BERT, ViT | LayerNorm | 1e-12 |"}),
    "ViT's epsilon": Claim(1e-12, {CH6: "| BERT, ViT | LayerNorm | 1e-12 |"}),
    "T5's epsilon": Claim(
        1e-6, {CH6: "| T5 | RMSNorm, under the name `T5LayerNorm` | 1e-6 |"}
    ),
    "Llama's epsilon": Claim(1e-6, {CH6: "| Llama, Qwen3 | RMSNorm | 1e-6 |"}),
    "Qwen3's epsilon": Claim(1e-6, {CH6: "| Llama, Qwen3 | RMSNorm | 1e-6 |"}),
    "Gemma's epsilon": Claim(
        1e-6, {CH6: "| Gemma | RMSNorm with the gain $1+w$ | 1e-6 |"}
    ),
    "OLMo 2's epsilon": Claim(1e-5, {CH6: "| OLMo 2 | RMSNorm | 1e-5 |"}),
    "ResNet's and U-Nets' epsilon": Claim(
        None,
        {CH6: ("| ResNet | BatchNorm | 1e-5 |", "| diffusion U-Nets | GroupNorm with")},
        "torchvision and diffusers are read, not run",
    ),
}
