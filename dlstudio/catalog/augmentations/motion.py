"""Changes of place and shape: flips, shifts, turns, crops; boxes and masks move along."""

from typing import Annotated

from dlstudio.catalog.augmentations.augmentation import CHANCE, Motion, augmentation, ordered
from dlstudio.core.fields import Choice, Flag, Int, Real

PLACE = "Place and shape"

ANGLE = Real(low=0, high=180, help="At most so many degrees, either way", unit="°")
SHEAR = Real(low=0, high=60, help="At most so many degrees of slant, either way", unit="°")
SMALLEST = Real(low=0.05, high=20, help="The smallest factor; 0.5 is half as large")
LARGEST = Real(low=0.05, high=20, help="The largest factor; 2 is twice as large")


@augmentation(PLACE, synonyms="mirror, reflection, horizontal, vertical, AUG-05")
class Flip(Motion):
    """Mirrors images, left to right or top to bottom."""

    direction: Annotated[
        str,
        Choice(
            options=("horizontal", "vertical", "both"),
            help="Horizontal swaps left and right, vertical swaps top and bottom, both draws one of them or the two",
        ),
    ] = "horizontal"
    p: Annotated[float, CHANCE] = 0.5


@augmentation(PLACE, synonyms="translation, move, AUG-06")
class Shift(Motion):
    """Moves images by whole pixels, so that nothing is blurred."""

    across: Annotated[int, Int(0, 4096, help="At most so many pixels to the left or right")] = 2
    down: Annotated[int, Int(0, 4096, help="At most so many pixels up or down")] = 2


@augmentation(PLACE, synonyms="turn, angle, quarter, AUG-07")
class Rotate(Motion):
    """Turns images around their middle."""

    degrees: Annotated[float, ANGLE] = 10.0
    quarters: Annotated[bool, Flag(help="Turns by 90°, 180° or 270° instead, which is exact; for square images")] = (
        False
    )


@augmentation(PLACE, synonyms="zoom, size, AUG-03")
class RandomScale(Motion):
    """Makes what images show larger or smaller around their middle; the image keeps its size."""

    smallest: Annotated[float, SMALLEST] = 0.8
    largest: Annotated[float, LARGEST] = 1.25

    def validate(self) -> None:
        ordered(("smallest", self.smallest), ("largest", self.largest))


@augmentation(PLACE, synonyms="random resized crop, cut, padding, scale jitter, aspect, vgg, resnet, AUG-04")
class RandomCrop(Motion):
    """Cuts a piece out of each image at a random place, and brings it to the wanted size.

    With no more than padding, a piece of the wanted size is cut from the padded image, pixel by pixel. With a smallest
    part below 1 or an aspect above 1, the piece also varies in size and form, as for VGG, ResNet and Inception."""

    height: Annotated[int, Int(0, 65536, help="How high the piece is then; 0 keeps the height of the images")] = 0
    width: Annotated[int, Int(0, 65536, help="How wide the piece is then; 0 keeps the width of the images")] = 0
    padding: Annotated[int, Int(0, 4096, help="So many pixels are put around first; ignored where the size varies")] = 4
    smallest: Annotated[float, Real(low=0.01, high=1, help="The smallest part of the area that is cut out")] = 1.0
    aspect: Annotated[float, Real(low=1, high=10, help="How much wider or narrower than the image a piece may be")] = (
        1.0
    )

    @property
    def varies(self) -> bool:
        """Whether pieces differ in size or form, so that they must be resized."""
        return self.smallest < 1 or self.aspect > 1


@augmentation(PLACE, synonyms="slant, italic, AUG-07")
class Shear(Motion):
    """Slants images, as italics slant letters."""

    across: Annotated[float, SHEAR] = 10.0
    down: Annotated[float, SHEAR] = 0.0


@augmentation(PLACE, synonyms="aspect, squeeze, distortion, AUG-08")
class Stretch(Motion):
    """Makes what images show wider or narrower and, on its own, higher or lower."""

    smallest: Annotated[float, SMALLEST] = 0.8
    largest: Annotated[float, LARGEST] = 1.25

    def validate(self) -> None:
        ordered(("smallest", self.smallest), ("largest", self.largest))


@augmentation(PLACE, synonyms="rotate, scale, shear, translate, AUG-07")
class Affine(Motion):
    """Turns, scales, slants and moves images in one step, which blurs them only once."""

    degrees: Annotated[float, ANGLE] = 10.0
    smallest: Annotated[float, SMALLEST] = 0.9
    largest: Annotated[float, LARGEST] = 1.1
    shear: Annotated[float, SHEAR] = 5.0
    shift: Annotated[float, Real(low=0, high=1, help="At most this part of the image's width and height")] = 0.05

    def validate(self) -> None:
        ordered(("smallest", self.smallest), ("largest", self.largest))


@augmentation(PLACE, synonyms="simard, rubber, warp, distortion, handwriting, AUG-08")
class ElasticDistortion(Motion):
    """Bends images as if drawn on rubber, like handwriting varies (Simard, Steinkraus and Platt 2003).

    Boxes follow their corners, so they are right to about a pixel."""

    alpha: Annotated[float, Real(low=0, high=1000, help="About how far pixels move, at most", unit="px")] = 2.0
    sigma: Annotated[float, Real(low=0.5, high=100, help="How smooth the bending is", unit="px")] = 4.0
