"""What may be changed at random in the samples that train: every kind of augmentation that a project can name."""

from dlstudio.catalog.augmentations import color, motion, noise, sequences, targets
from dlstudio.catalog.augmentations.augmentation import Augmentation, augmentations

__all__ = ["Augmentation", "augmentations", "color", "motion", "noise", "sequences", "targets"]
