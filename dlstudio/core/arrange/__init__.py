"""Automatic layout: places the nodes of a network in layers along the flow."""

from dlstudio.core.arrange.bowing import bow
from dlstudio.core.arrange.folding import fold
from dlstudio.core.arrange.layout import Direction, Size, arrange

__all__ = ["Direction", "Size", "arrange", "bow", "fold"]
