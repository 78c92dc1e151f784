"""Augmentation: the declaration of one random change of training samples; its work stands in data/augment/."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from dlstudio.core.fields import Choice, Real, Text, Words
from dlstudio.core.spec import BadField, BadFields, Declaration, Registry
from dlstudio.core.tensor import DType

IMAGES = ("an image", "a map")
PICTURES = (*IMAGES, "a clip")
SIGNALS = ("a signal", "a sequence", "a row of steps", "a vector")

CHANCE = Real(low=0, high=1, help="How likely each sample is changed: 0 is never, 1 is always")


@dataclass(frozen=True)
class Augmentation(Declaration):
    """One way to change training samples at random, so that the network never sees quite the same sample twice."""

    forms: ClassVar[tuple[str, ...]] = IMAGES
    """What the column may be, in people's words."""
    dtype: ClassVar[DType] = "float"
    channels: ClassVar[int] = 0
    """How many channels the column must have; 0 takes any number."""

    column: Annotated[str, Text(help="Which column; empty takes the first that fits")] = ""

    def validate(self) -> None:
        """Raises BadFields where a field that is right alone makes no sense."""


@dataclass(frozen=True)
class Change(Augmentation):
    """A change that hits each sample with a certain chance."""

    p: Annotated[float, CHANCE] = 1.0


@dataclass(frozen=True)
class Motion(Change):
    """A change of place: boxes and masks that belong to the picture move with it."""

    forms: ClassVar[tuple[str, ...]] = PICTURES

    border: Annotated[
        str,
        Choice(
            options=("dark", "edge", "mirror"),
            help="What comes in from outside: the darkest brightness of the training part (of masks: 0), "
            "the nearest pixel, or the picture mirrored",
        ),
    ] = "dark"
    boxes: Annotated[
        tuple[str, ...],
        Words(help="Columns of boxes x1, y1, x2, y2 that move along; a box that leaves the picture becomes all 0"),
    ] = ()
    masks: Annotated[tuple[str, ...], Words(help="Columns with a class or number for each pixel that move along")] = ()
    box_unit: Annotated[
        str,
        Choice(
            options=("auto", "pixels", "relative"),
            help="Whether boxes count pixels or parts of the picture (0 to 1); auto sees it in the training part",
        ),
    ] = "auto"


augmentations: Registry[Augmentation] = Registry("augmentation")


def augmentation(family: str, *, synonyms: str = "") -> Callable[[type[Augmentation]], type[Augmentation]]:
    """Registers an augmentation under a heading of the data form."""

    def register(cls: type[Augmentation]) -> type[Augmentation]:
        return augmentations.add(cls, family=family, synonyms=synonyms)

    return register


def ordered(low: tuple[str, float], high: tuple[str, float]) -> None:
    """Raises BadFields where a range ends before it begins."""
    if low[1] > high[1]:
        raise BadFields(
            (BadField(low[0], f"The {low[0]} ({low[1]:g}) must not be above the {high[0]} ({high[1]:g})."),)
        )
