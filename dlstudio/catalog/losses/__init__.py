"""How an output is compared with its target: every loss that a project can name."""

from dlstudio.catalog.losses import classes, codes, numbers
from dlstudio.catalog.losses.loss import NOT_LOSSES, UNITS, Loss, losses, shown
from dlstudio.catalog.losses.suggestion import suggest

__all__ = ["NOT_LOSSES", "UNITS", "Loss", "classes", "codes", "losses", "numbers", "shown", "suggest"]
