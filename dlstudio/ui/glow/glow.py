"""Glow: what is seen of each node at the moment, as a value; it knows no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log10

from dlstudio.ui.glow.sketch import Sketch

FORWARD, BACK = (-4.0, 2.0), (-8.0, 0.0)
"""Between which powers of ten the spread of activations is told apart, and the gradient of a single weight."""
MUCH = 0.1
"""From which share on dead or saturated units are marked."""
NOTHING = float("nan")
COLOURS = (
    "Wires: by colour and width, how widely spread is what goes forward.",
    "The thin line beside them: the gradient that comes back to the next weights.",
    "Cards: both over the last looks, and what the node makes of the first sample.",
    "Marked: units that are dead or saturated, and where numbers ceased to be numbers.",
)


def level(value: float, decades: tuple[float, float]) -> float:
    """Where a size lies between two powers of ten, from 0 to 1; what is no number stays none."""
    if not value > 0:
        return 0.0 if value <= 0 else NOTHING
    low, high = decades
    return min(1.0, max(0.0, (log10(value) - low) / (high - low)))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


@dataclass(frozen=True, slots=True)
class NodeGlow:
    """What one node does; NaN is what was not measured."""

    spread: float = NOTHING
    """The standard deviation of what it gives out."""
    gradient: float = NOTHING
    """The root mean square of the gradient of its weights."""
    dead: float = NOTHING
    saturated: float = NOTHING
    worst: str = ""
    """For a block, the node inside with the most dead or saturated units."""
    forward: tuple[float, ...] = ()
    """The levels of its spread at the last looks, the newest last."""
    back: tuple[float, ...] = ()
    """The levels of its gradient at the last looks."""
    arrives: float = NOTHING
    """The level of the gradient that goes back through what it gives out: that of the next weights on the way back."""
    broken: bool = False
    """Whether something in it is no number."""
    origin: bool = False
    """Whether that began here."""
    sketch: Sketch | None = None
    trouble: str = ""
    """Why there is no preview of it."""

    @property
    def ill(self) -> bool:
        """Whether something is wrong with it."""
        return self.broken or self.dead >= MUCH or self.saturated >= MUCH

    @property
    def mark(self) -> str:
        """What is wrong with it, in two words."""
        if self.origin:
            return "NaN began here"
        if self.broken:
            return "NaN"
        if self.dead >= MUCH and not self.saturated > self.dead:
            return f"{_percent(self.dead)} dead"
        return f"{_percent(self.saturated)} saturated" if self.saturated >= MUCH else ""

    @property
    def words(self) -> tuple[str, ...]:
        """Everything in words."""
        inside = f" in {self.worst}" if self.worst else ""
        said = (
            f"activation {self.spread:.3g} (standard deviation)" if self.spread == self.spread else "",
            f"gradient {self.gradient:.2g} (of a single weight)" if self.gradient == self.gradient else "",
            f"{_percent(self.dead)} of the units are dead{inside}" if self.dead > 0 else "",
            f"{_percent(self.saturated)} of the results are saturated{inside}" if self.saturated > 0 else "",
            "Something here is no number any more (NaN)." if self.broken else "",
            f"No preview: {self.trouble}" if self.trouble else "",
        )
        return tuple(line for line in said if line)


@dataclass(frozen=True, eq=False)
class Glow:
    """Everything that the canvas shows beside the document."""

    nodes: Mapping[str, NodeGlow] = field(default_factory=dict)
    live: bool = False
    """Whether it comes from a training, so that wires have colours."""
    origin: str = ""
    """Where it comes from, in a line."""
    cost: str = ""
    """What looking costs."""

    @property
    def rows(self) -> tuple[str, ...]:
        """What the legend says in words."""
        return tuple(line for line in (self.origin, self.cost) if line)

    @property
    def told(self) -> tuple[str, ...]:
        """What the legend tells when it is pointed at."""
        return (*(COLOURS if self.live else ()), *self.rows)
