"""All operations, imported here once so that every declared augmentation is bound to its own."""

from dlstudio.data.augment import color, mixing, moving, noise, signals, synonyms

__all__ = ["color", "mixing", "moving", "noise", "signals", "synonyms"]
