"""Time the chapters' reference code against torch's, as ratios in one run.

python -m tools.benchmark [--repeats 20] [--threads N]

Code that is written to be read is slower than one kernel; this measures by how much
on this machine. It reports and asserts nothing.
"""

import argparse
import statistics
import time

import torch
from torch.nn import functional as F

from tools.reference import run_reference

SEQUENCES = (32, 512, 768)  # batch, sequence, features: a Transformer's
IMAGES = (32, 64, 56, 56)  # batch, channels, height, width: a ResNet's


def timed(function):
    """Return (seconds, result) of a call."""
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def forward_and_backward(function, leaves, g):
    """Return the seconds of a call of function(*leaves) and of its gradients."""
    forward, output = timed(lambda: function(*leaves))
    backward, _ = timed(lambda: torch.autograd.grad(output, leaves, g))
    return forward, backward


def contestants():
    """Yield (operator, input's shape, axis of the features, functions).

    The functions are {name: function of (input, weight, bias)}, torch's first.
    """
    layer_norm = run_reference("02_layer_norm")["layer_norm"]
    apply = run_reference("03_gradients")["LayerNormFunction"].apply
    functions = {
        "F.layer_norm": lambda x, w, b: F.layer_norm(x, w.shape, w, b),
        "chapter 2, layer_norm": lambda x, w, b: layer_norm(x, w.shape, w, b),
        "chapter 3, LayerNormFunction": apply,
    }
    yield "LayerNorm", SEQUENCES, -1, functions
    batch_norm = run_reference("05_batch_norm")["batch_norm"]
    functions = {
        name: lambda x, w, b, norm=norm: norm(x, None, None, w, b, training=True)
        for name, norm in {
            "F.batch_norm": F.batch_norm,
            "chapter 5, batch_norm": batch_norm,
        }.items()
    }
    yield "BatchNorm in training", IMAGES, 1, functions


def measure(functions, shape, axis, repeats):
    """Return {name: (median seconds forward, median seconds backward)}.

    The functions take turns, so that what slows the machine slows all of them.
    """
    generator = torch.Generator().manual_seed(0)
    x, g = (torch.randn(shape, generator=generator) for _ in range(2))
    leaves = [x, torch.ones(shape[axis]), torch.zeros(shape[axis])]
    leaves = [leaf.requires_grad_() for leaf in leaves]
    seconds = {name: [] for name in functions}
    for i in range(repeats + 1):
        for name, function in functions.items():
            sample = forward_and_backward(function, leaves, g)
            if i:  # the first of each only warms up
                seconds[name].append(sample)
    return {
        name: tuple(map(statistics.median, zip(*samples, strict=True)))
        for name, samples in seconds.items()
    }


def main(arguments=None):
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tools.benchmark")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--threads", type=int, help="default: as torch chooses")
    options = parser.parse_args(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    print(
        f"float32, torch {torch.__version__}, CPU, {torch.get_num_threads()} threads, "
        f"median of {options.repeats} in turns"
    )
    for operator, shape, axis, functions in contestants():
        medians = measure(functions, shape, axis, options.repeats)
        base, *_ = medians.values()
        print(f"\n{f'{operator} on {shape}':50}{'forward':>20}{'backward':>20}")
        for name, times in medians.items():
            columns = (
                f"{1000 * seconds:8.1f} ms {seconds / of:6.1f} x"
                for seconds, of in zip(times, base, strict=True)
            )
            print(f"{name:50}" + "".join(f"{column:>20}" for column in columns))


if __name__ == "__main__":
    main()
