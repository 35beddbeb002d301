"""Training runs as the chapters make them: the same digits, on one thread."""

import torch
from sklearn.datasets import load_digits


def on_digits(train):
    """Return train(x, labels) on the 1000 digits that chapters 4 and 8 choose.

    x: (1000, 64), float64, from 0 to 1; labels: (1000,). Source: scikit-learn's digits.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    x, labels = map(torch.tensor, load_digits(return_X_y=True))
    torch.manual_seed(0)
    chosen = torch.randperm(len(x))[:1000]
    trained = train(x[chosen] / 16, labels[chosen])
    torch.set_num_threads(threads)
    return trained
