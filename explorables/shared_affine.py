"""SharedAffineExplorer: one gamma and beta for all images, or a pair for each."""

import functools
import reprlib

import torch
import traitlets

from explorables.base import Explorable, Number

PIXELS = 64
IMAGES = 6
LIMITS = (-1, 2)  # of gamma and beta
FOR_ALL, EACH = "one pair for all", "one pair each"
WIDTH = 768  # features of BERT-base and GPT-2
IMAGENET = 1_281_167  # images in ImageNet's training set

# Digits by their place in load_digits, the last one being the new image, and the
# contrast and brightness that each is given: value -> contrast * value + brightness.
_LOOKS = {
    0: (1.0, 0.0),
    3: (0.3, 0.7),
    4: (0.25, 0.0),
    6: (0.6, 0.4),
    7: (0.2, 0.4),
    8: (0.5, 0.1),
    9: (0.4, 0.55),
}


@functools.cache
def _digits():
    # Imported late: it takes a second, and a figure with images of its own needs none.
    from sklearn.datasets import load_digits

    data = load_digits().data / 16
    return [
        (contrast * data[i] + brightness).round(4).tolist()
        for i, (contrast, brightness) in _LOOKS.items()
    ]


def _for_each_image(value):
    numbers = traitlets.List(
        Number(), default_value=[value] * IMAGES, minlen=IMAGES, maxlen=IMAGES
    )
    low, high = LIMITS
    return numbers.tag(sync=True, min=low, max=high)


def _is_image(values):
    return (
        isinstance(values, list | tuple)
        and len(values) == PIXELS
        and all(isinstance(v, int | float) and 0 <= v <= 1 for v in values)
    )


class SharedAffineExplorer(Explorable):
    """Drag gamma and beta until LayerNorm's output looks like the image it came from.

    Traits
        mode: "one pair for all", where the first gamma and beta serve every image, or
            "one pair each", where a new image has none.
        gamma, beta: 6 numbers from -1 to 2 each. At first both are 0.25, which leaves
            outputs between black (0) and white (1); LayerNorm's own 1 and 0 do not.
        n: 1 to 1,281,167, images in the data set; what the parameters are counted for.
        images: 6 lists of 64 numbers from 0 to 1, images of 8 by 8 pixels.
        new_image: 64 numbers from 0 to 1, an image that was not in the data set.

    Errors: TraitError for lists of other lengths or numbers.

    The images are digits of scikit-learn's load_digits, each given a contrast and a
    brightness of its own.

    Source: torch.nn.functional.layer_norm over an image's 64 pixels.
    """

    constants = traitlets.Dict({"width": WIDTH}, read_only=True).tag(sync=True)
    mode = traitlets.Enum([FOR_ALL, EACH], FOR_ALL).tag(sync=True)
    gamma = _for_each_image(0.25)
    beta = _for_each_image(0.25)
    n = traitlets.Int(1797, min=1, max=IMAGENET).tag(sync=True)
    images = traitlets.List().tag(sync=True, repr=False)
    new_image = traitlets.List().tag(sync=True, repr=False)

    @traitlets.default("images")
    def _default_images(self):
        return [list(image) for image in _digits()[:IMAGES]]

    @traitlets.default("new_image")
    def _default_new_image(self):
        return list(_digits()[IMAGES])

    @traitlets.validate("gamma", "beta")
    def _valid_pairs(self, proposal):
        low, high = LIMITS
        if not all(low <= value <= high for value in proposal.value):
            raise traitlets.TraitError(
                f"{proposal.trait.name} must hold {IMAGES} numbers from {low} to "
                f"{high}; got {proposal.value}"
            )
        return proposal.value

    @traitlets.validate("images")
    def _valid_images(self, proposal):
        images = proposal.value
        if len(images) != IMAGES or not all(map(_is_image, images)):
            raise traitlets.TraitError(
                f"images must hold {IMAGES} lists of {PIXELS} numbers from 0 to 1; "
                f"got {reprlib.repr(images)}"
            )
        return [[float(value) for value in image] for image in images]

    @traitlets.validate("new_image")
    def _valid_new_image(self, proposal):
        if not _is_image(proposal.value):
            raise traitlets.TraitError(
                f"new_image must hold {PIXELS} numbers from 0 to 1; "
                f"got {reprlib.repr(proposal.value)}"
            )
        return [float(value) for value in proposal.value]

    def quantities(self):
        """Count the parameters; root mean square of y - x, also for the new image."""
        pairs = self.n if self.mode == EACH else 1
        used = IMAGES if self.mode == EACH else 1
        gamma, beta = (
            torch.tensor(values[:used], dtype=torch.float64)[:, None]
            for values in (self.gamma, self.beta)
        )

        def miss(images):
            x = torch.tensor(images, dtype=torch.float64)
            y = gamma * torch.nn.functional.layer_norm(x, (PIXELS,)) + beta
            return torch.nn.functional.mse_loss(y, x).sqrt().item()

        def count(features):
            return torch.empty(pairs, 2, features, device="meta").numel()

        shown = {
            "parameters": count(1),
            "parameters_768": count(WIDTH),
            "rms": miss(self.images),
        }
        if self.mode == FOR_ALL:
            shown["rms_new"] = miss([self.new_image])
        return shown
