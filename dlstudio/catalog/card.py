"""Card: what is worth knowing about an activation before choosing it."""

import math
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Card:
    """The properties of an activation at its default settings; tests verify each of them with torch."""

    low: float = -math.inf
    """The lower end of what comes out."""
    high: float = math.inf
    reaches: Literal["none", "low", "high", "both"] = "none"
    """Which finite ends are attained, not only approached."""
    linear: bool = False
    monotonic: bool = True
    differentiable: bool = True
    """At every point; a kink or a jump makes it no."""
    near_identity: bool = False
    """Whether f(x) ≈ x near 0, which keeps signals as they are while weights are small."""
    saturates: Literal["no", "left", "right", "both"] = "no"
    """Where the curve flattens out, so that the gradient fades."""
    note: str = ""
    """When to use it."""

    @property
    def span(self) -> str:
        """The output range as mathematicians write it: [0, ∞)."""
        left = "[" if self.reaches in ("low", "both") else "("
        right = "]" if self.reaches in ("high", "both") else ")"
        return f"{left}{_end(self.low)}, {_end(self.high)}{right}"


def _end(value: float) -> str:
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.4g}".replace("-", "−")
