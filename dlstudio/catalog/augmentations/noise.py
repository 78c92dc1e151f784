"""Damage: noise, blur and holes that a network should see through."""

from typing import Annotated, ClassVar

from dlstudio.catalog.augmentations.augmentation import IMAGES, SIGNALS, Change, augmentation, ordered
from dlstudio.core.fields import Choice, Flag, Real

DAMAGE = "Noise and holes"


@augmentation(DAMAGE, synonyms="normal, randn, jitter, AUG-09, REG-20")
class GaussianNoise(Change):
    """Adds bell-shaped random numbers to every number."""

    forms: ClassVar[tuple[str, ...]] = (*IMAGES, *SIGNALS, "a clip")

    std: Annotated[float, Real(low=0, help="The spread of the noise, in the column's own numbers")] = 0.05
    clip: Annotated[bool, Flag(help="Keeps the results in the range of the training part")] = True


@augmentation(DAMAGE, synonyms="salting, impulse, dead pixels, AUG-09")
class SaltPepper(Change):
    """Makes a few pixels as bright or as dark as the training images ever are."""

    title = "Salt and pepper"

    amount: Annotated[float, Real(low=0, high=1, help="Which part of the pixels is hit")] = 0.02
    salt: Annotated[float, Real(low=0, high=1, help="Which part of those becomes bright; the rest becomes dark")] = 0.5


@augmentation(DAMAGE, synonyms="smooth, gaussian, focus, AUG-09")
class Blur(Change):
    """Blurs images as if out of focus; an even image stays as it is."""

    smallest: Annotated[float, Real(low=0.05, high=50, help="The smallest radius", unit="px")] = 0.1
    largest: Annotated[float, Real(low=0.05, high=50, help="The largest radius", unit="px")] = 1.0

    def validate(self) -> None:
        ordered(("smallest", self.smallest), ("largest", self.largest))


@augmentation(DAMAGE, synonyms="cutout, random erasing, occlusion, hide")
class Erase(Change):
    """Covers a random rectangle of each image, so that no single part of a thing decides (cutout)."""

    smallest: Annotated[float, Real(low=0, high=1, help="The smallest part of the area that is covered")] = 0.02
    largest: Annotated[float, Real(low=0, high=1, help="The largest part of the area that is covered")] = 0.2
    aspect: Annotated[float, Real(low=1, high=10, help="How much wider or higher than a square it may be")] = 3.0
    fill: Annotated[
        str, Choice(options=("dark", "middle", "noise"), help="Covers with dark, with the image's mean, or with noise")
    ] = "dark"

    def validate(self) -> None:
        ordered(("smallest", self.smallest), ("largest", self.largest))
