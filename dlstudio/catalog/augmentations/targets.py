"""Changes that reach the targets: mixed samples, and which classes an epoch draws."""

from typing import Annotated, ClassVar

from dlstudio.catalog.augmentations.augmentation import IMAGES, SIGNALS, Augmentation, Change, augmentation
from dlstudio.core.fields import Real
from dlstudio.core.tensor import DType

LABELS = "Targets"

ALPHA = Real(low=0.01, high=100, help="The α of the Beta(α, α) that λ is drawn from: 1 is even, small mixes little")


@augmentation(LABELS, synonyms="blend, interpolate, soft labels, beta, vicinal")
class Mixup(Change):
    """Blends each sample with another of its batch, and their targets by the same shares (Zhang et al. 2018).

    A class becomes one probability for each class, which cross-entropy takes as it is; numbers are blended."""

    forms: ClassVar[tuple[str, ...]] = (*IMAGES, *SIGNALS, "a clip")

    alpha: Annotated[float, ALPHA] = 0.2


@augmentation(LABELS, synonyms="paste, patch, soft labels, beta")
class CutMix(Change):
    """Pastes a rectangle of another image of the batch, and blends the targets by the areas (Yun et al. 2019).

    A class becomes one probability for each class, which cross-entropy takes as it is; numbers are blended."""

    title = "CutMix"

    alpha: Annotated[float, ALPHA] = 1.0


@augmentation(LABELS, synonyms="class balance, imbalance, resampling, oversampling, AUG-10, REG-25")
class LabelShuffle(Augmentation):
    """Draws every class equally often in each epoch, to within one; its column is a target that is a class.

    Samples of rare classes come several times, some of frequent ones not at all. Every epoch draws anew."""

    forms: ClassVar[tuple[str, ...]] = ("a number",)
    dtype: ClassVar[DType] = "int"
