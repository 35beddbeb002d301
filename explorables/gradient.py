"""GradientExplorer: how much of an upstream gradient reaches x, gamma and beta."""

import math

import torch
import traitlets

from explorables.base import Explorable, Number

LARGEST = 10  # of gamma and grad_output, in size
NEGLIGIBLE = 1e-12  # what rounding leaves of a sum that is 0, against its terms

# The first rows and columns of these are the defaults.
_X = ((1.0, 2.0, 3.0, 4.0), (2.0, 0.0, 3.0, 3.0), (4.0, 1.0, 2.0, 0.0))
_GAMMA = (1.0, 1.5, 0.5, 1.0, 1.0, 1.0)
_GRAD_OUTPUT = (
    (1.5, 0.5, -1.0, 1.0, 0.5, -0.5),
    (-0.5, 1.0, 0.5, 1.0, -1.0, 0.5),
    (1.0, -1.5, 0.5, -0.5, 1.0, 1.0),
)


class GradientExplorer(Explorable):
    """Drag the upstream gradient; peel off its mean and its x-hat part; keep dx.

    Traits
        x: 2 to 3 rows of 2 to 6 finite numbers. If its shape changes, gamma and
            grad_output become the defaults of the new shape.
        gamma: a number from -10 to 10 for each column of x.
        grad_output: a number from -10 to 10 for each number of x, the gradient g that
            comes from above.
        eps: 0 to 1, what is added to the variance under the root.
        row: 0 to 2, the chosen row; the last one if x has fewer.
        step: 0 to 3, what has been done to gamma * g: nothing, its mean taken off, its
            x-hat part taken off too, the rest divided by sqrt(var + eps).

    Errors: TraitError for any other shape or number.

    Source: torch.nn.functional.layer_norm and its autograd; Ba et al. 2016.
    """

    x = traitlets.List().tag(sync=True)
    gamma = traitlets.List().tag(sync=True, min=-LARGEST, max=LARGEST)
    grad_output = traitlets.List().tag(sync=True, min=-LARGEST, max=LARGEST)
    eps = Number(1e-5, min=0.0, max=1.0).tag(sync=True)
    row = traitlets.Int(0, min=0, max=2).tag(sync=True)
    step = traitlets.Int(0, min=0, max=3).tag(sync=True)

    @traitlets.default("x")
    def _default_x(self):
        return [list(row) for row in _X]

    @traitlets.default("gamma")
    def _default_gamma(self):
        return list(_GAMMA[: len(self.x[0])])

    @traitlets.default("grad_output")
    def _default_grad_output(self):
        return [list(row[: len(self.x[0])]) for row in _GRAD_OUTPUT[: len(self.x)]]

    @traitlets.validate("x")
    def _valid_x(self, proposal):
        x = proposal.value
        if not (
            len(x) in (2, 3)
            and all(_numbers(row) for row in x)
            and len(x[0]) in range(2, 7)
            and len({len(row) for row in x}) == 1
        ):
            raise traitlets.TraitError(
                "x must hold 2 to 3 rows of 2 to 6 finite numbers, each row as many; "
                f"got {x}"
            )
        return [[float(value) for value in row] for row in x]

    @traitlets.validate("gamma")
    def _valid_gamma(self, proposal):
        gamma = proposal.value
        if not _numbers(gamma, LARGEST) or len(gamma) != len(self.x[0]):
            raise traitlets.TraitError(
                f"gamma must hold {len(self.x[0])} numbers from -{LARGEST} to "
                f"{LARGEST}, one for each column of x; got {gamma}"
            )
        return [float(value) for value in gamma]

    @traitlets.validate("grad_output")
    def _valid_grad_output(self, proposal):
        rows = proposal.value
        if not all(_numbers(row, LARGEST) for row in rows) or [
            len(row) for row in rows
        ] != [len(row) for row in self.x]:
            raise traitlets.TraitError(
                f"grad_output must hold {len(self.x)} rows of {len(self.x[0])} numbers "
                f"from -{LARGEST} to {LARGEST}, as x does; got {rows}"
            )
        return [[float(value) for value in row] for row in rows]

    @traitlets.observe("x")
    def _follow_the_shape_of_x(self, change):
        if len(self.gamma) != len(self.x[0]):
            self.gamma = self._default_gamma()
        if [len(row) for row in self.grad_output] != [len(row) for row in self.x]:
            self.grad_output = self._default_grad_output()

    def quantities(self):
        """Return the row's dx, its sum and product with x-hat, dgamma and dbeta."""
        x, gamma, grad_output = (
            torch.tensor(values, dtype=torch.float64)
            for values in (self.x, self.gamma, self.grad_output)
        )
        beta = torch.zeros_like(gamma)
        for leaf in (x, gamma, beta):
            leaf.requires_grad_()
        normalize = torch.nn.functional.layer_norm
        normalize(x, gamma.shape, gamma, beta, self.eps).backward(grad_output)
        row = min(self.row, len(self.x) - 1)
        dx = x.grad[row]
        with torch.no_grad():
            normalized = normalize(x[row], gamma.shape, eps=self.eps)
            rstd = (x[row].var(correction=0) + self.eps).rsqrt()
            size = (rstd * (gamma * grad_output[row]).abs().sum()).item()
        return {
            "dx_sum": _settled(dx.sum().item(), size),
            "dx_dot_x_hat": _settled((dx * normalized).sum().item(), size),
            **{
                f"{name}_{i}": value
                for name, values in (
                    ("dx", dx),
                    ("dgamma", gamma.grad),
                    ("dbeta", beta.grad),
                )
                for i, value in enumerate(values.tolist(), start=1)
            },
        }


def _numbers(values, largest=math.inf):
    """Whether `values` is a list of finite numbers, none above `largest` in size."""
    return isinstance(values, list | tuple) and all(
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and abs(value) <= largest
        for value in values
    )


def _settled(total, size):
    """Return 0 for a sum that is no larger than its terms' rounding errors."""
    return 0.0 if abs(total) <= NEGLIGIBLE * size else total
