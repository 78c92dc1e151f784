"""Changes of colour: other light, same things."""

from typing import Annotated, ClassVar

from dlstudio.catalog.augmentations.augmentation import Change, augmentation
from dlstudio.core.fields import Choice, Real

COLOR = "Colour"


@augmentation(COLOR, synonyms="brightness, contrast, saturation, hue, light, AUG-01")
class ColorJitter(Change):
    """Makes images brighter or darker, paler or stronger; the results stay in the range of the training images.

    Each amount a gives a factor between 1 − a and 1 + a. Grey images have only brightness and contrast."""

    brightness: Annotated[float, Real(low=0, high=1, help="How much lighter or darker; 0 leaves it")] = 0.2
    contrast: Annotated[float, Real(low=0, high=1, help="How much stronger or weaker the differences")] = 0.2
    saturation: Annotated[float, Real(low=0, high=1, help="How much more or less colourful")] = 0.2
    hue: Annotated[float, Real(low=0, high=0.5, help="How far colours move around the colour circle, which is 1")] = (
        0.02
    )


@augmentation(COLOR, synonyms="fancy pca, alexnet, color shifting, eigenvectors, AUG-02")
class PCAJitter(Change):
    """Shifts all colours of an image along the directions in which colours differ most in the training images.

    The directions p and variances λ are those of the 3×3 covariance of red, green and blue over all pixels of the
    training part. Added is Σ α·√λ·p, with a random α for each direction and image."""

    channels: ClassVar[int] = 3

    alpha: Annotated[float, Real(low=0, high=10, help="The spread of the random α; 0 changes nothing")] = 0.1
    measure: Annotated[
        str,
        Choice(
            options=("spread", "variance"),
            help="spread adds α·√λ·p, which means the same for bytes and for 0 to 1; variance adds α·λ·p",
        ),
    ] = "spread"
