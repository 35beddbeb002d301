"""TrainingReplay: gamma and beta of a LayerNorm(2) on their way to a target."""

import torch
import traitlets

from explorables.base import Explorable, Number

X = [[1.0, 2.0], [2.0, 3.0]]  # both rows normalize to (-1, +1)


def _pair(first, second):
    return traitlets.Tuple(Number(), Number(), default_value=(first, second))


class TrainingReplay(Explorable):
    """Step through SGD on LayerNorm(2), whose rows [1, 2] and [2, 3] look the same.

    Traits
        lr: 0.01 to 2, SGD's learning rate.
        target: 2 finite numbers, what each feature's output should be.
        gamma0, beta0: 2 finite numbers each, where training starts.
        feature: 0 or 1, the feature whose gamma and beta are drawn.
        t: 0 to 40, the number of steps taken.

    The loss is the mean squared error over all four outputs.

    Source: torch.nn.LayerNorm, torch.optim.SGD.
    """

    constants = traitlets.Dict({"x": X}, read_only=True).tag(sync=True)
    lr = Number(0.1, min=0.01, max=2.0).tag(sync=True)
    target = _pair(0.0, 0.0).tag(sync=True)
    gamma0 = _pair(1.0, 1.0).tag(sync=True)
    beta0 = _pair(0.0, 0.0).tag(sync=True)
    feature = traitlets.Int(0, min=0, max=1).tag(sync=True)
    t = traitlets.Int(0, min=0, max=40).tag(sync=True)

    def quantities(self):
        """Gamma, beta, output and loss after t steps; where they are heading."""
        x = torch.tensor(X, dtype=torch.float64)
        target = torch.tensor([self.target] * len(X), dtype=torch.float64)
        norm = torch.nn.LayerNorm(2, dtype=torch.float64)
        start = {"weight": self.gamma0, "bias": self.beta0}
        norm.load_state_dict(
            {name: torch.tensor(start[name], dtype=torch.float64) for name in start}
        )
        optimizer = torch.optim.SGD(norm.parameters(), lr=self.lr)
        for _ in range(self.t):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(norm(x), target).backward()
            optimizer.step()
        i = self.feature
        with torch.no_grad():
            shown = {
                "gamma": norm.weight[i].item(),
                "beta": norm.bias[i].item(),
                "output": norm(x)[0, i].item(),
                "loss": torch.nn.functional.mse_loss(norm(x), target).item(),
            }
        # The error of one output shrinks by this factor in every step.
        normalized = torch.nn.functional.layer_norm(x, (2,))[0, i]
        shown["factor"] = (1 - self.lr * (normalized**2 + 1)).item()
        if abs(shown["factor"]) < 1:
            # Steps go straight at the valley: its point nearest to the start.
            row = torch.stack([normalized, torch.ones_like(normalized)])[None]
            first = torch.tensor([self.gamma0[i], self.beta0[i]], dtype=torch.float64)
            end = first + torch.linalg.pinv(row) @ (target[0, i : i + 1] - row @ first)
            shown["gamma_end"], shown["beta_end"] = end.tolist()
        return shown
