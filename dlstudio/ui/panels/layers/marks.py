"""Marks: where in a plot over steps the earlier step is that somebody looks at."""

from typing import TYPE_CHECKING

from dlstudio.ui.viewing.viewing import Viewing

if TYPE_CHECKING:
    from dlstudio.ui.plots.line import Mark


def marks(viewing: Viewing | None) -> "list[Mark]":
    """The step of the slider; nothing while the newest is seen."""
    from dlstudio.ui.plots.line import Mark

    at = viewing.at if viewing else None
    return [] if at is None else [Mark(at, f"step {at:,}", "cursor")]
