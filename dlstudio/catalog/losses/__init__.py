"""How an output is compared with its target: every loss that a project can name."""

from dlstudio.catalog.losses import classes, codes, numbers
from dlstudio.catalog.losses.loss import NOT_LOSSES, UNITS, Loss, losses, shown
from dlstudio.catalog.losses.named import AUTO, chosen, named
from dlstudio.catalog.losses.suggestion import suggest

__all__ = [
    "AUTO",
    "NOT_LOSSES",
    "UNITS",
    "Loss",
    "chosen",
    "classes",
    "codes",
    "losses",
    "named",
    "numbers",
    "shown",
    "suggest",
]
