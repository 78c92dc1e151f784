"""Ranks: one training on many processes and machines, with torch's own engine."""

from dlstudio.training.ranks.rank import ALONE, Lost, Ranks, ranks_here
from dlstudio.training.ranks.share import Share, SharedTask

__all__ = ["ALONE", "Lost", "Ranks", "Share", "SharedTask", "ranks_here"]
