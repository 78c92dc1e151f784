"""Known: the layers whose weights can be seen: those of the last look inside, else those that the checkpoints hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlstudio.training.questions.stock import Stocked
    from dlstudio.ui.viewing.looks import Looks


@dataclass(frozen=True)
class Known:
    """Names in the order in which the layers work."""

    weighted: Mapping[str, bool] = field(default_factory=dict)
    """Whether each has weights."""
    matrices: tuple[str, ...] = ()
    """Those with a weight of two axes and more."""


def known(looks: "Looks | None", stock: "Stocked | None") -> Known:
    """What there is to choose from."""
    look = looks.last if looks else None
    if look is not None:
        found = {name: each.weight is not None for name, each in look.nodes.items()}
        return Known(found, tuple(name for name, each in look.nodes.items() if each.small is not None))
    nodes = stock.nodes if stock else {}
    wide = (name for name, each in nodes.items() if any(len(shape) > 1 for shape in each.values()))
    return Known(dict.fromkeys(nodes, True), tuple(wide))
