"""Portrait: one weight as it is shown: its numbers in short, their spread, a picture."""

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from dlstudio.catalog.by_hand import Weight
from dlstudio.catalog.initializers import Given
from dlstudio.core.frozen import Value
from dlstudio.ui.panels.inspector.weights_picture import largest, pictured, scale
from dlstudio.ui.plots.heat import Picture
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

BINS = 40
MOST_TYPED: int = Given.specs["values"].marker.most  # type: ignore[attr-defined]
"""How many numbers can be typed in by hand."""
MOST_COPIED = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """All that is shown of a weight."""

    name: str
    shape: tuple[int, ...]
    low: float
    mean: float
    spread: float
    high: float
    unsound: int
    """How many of the numbers are none: infinite, or not a number."""
    counts: tuple[int, ...]
    picture: Picture
    bars: tuple[float, ...]
    """The heights of a vector, between -1 and 1; nothing for all else."""
    note: str
    scale: str
    """What the colours mean."""
    numbers: "NDArray[np.float32]"
    given: Value | None
    """The numbers as a document writes them, where they are few and sound."""

    @property
    def count(self) -> int:
        return prod(self.shape)

    @property
    def zero(self) -> float | None:
        """Where zero lies between the least and the greatest."""
        return -self.low / (self.high - self.low) if self.low < 0 < self.high else None


def portray(name: str, weight: "torch.Tensor", theme: Theme, declared: Weight | None = None) -> Portrait:
    """Works out what is shown of a weight; what is `declared` of it names its rows."""
    import torch

    kept = weight.detach().float().cpu()
    sound = kept[torch.isfinite(kept)]
    low, mean, spread, high = _figures(sound)
    counts = torch.histc(sound, BINS, low, high) if sound.numel() else torch.zeros(BINS)
    numbers = kept.numpy()
    picture, note = pictured(numbers, theme, declared.name if declared else str)
    legend = declared.legend() if declared else ""
    few = kept.numel() <= MOST_TYPED and sound.numel() == kept.numel() and kept.dim() > 0
    return Portrait(
        name,
        tuple(kept.shape),
        low,
        mean,
        spread,
        high,
        kept.numel() - sound.numel(),
        tuple(int(n) for n in counts.tolist()),
        picture,
        _bars(numbers, picture) if numbers.ndim <= 1 else (),
        ", ".join(filter(None, (legend, note))),
        scale(numbers),
        numbers,
        _given(numbers) if few else None,
    )


def table(numbers: "NDArray[np.float32]") -> str:
    """Numbers for a spreadsheet: the last axis in columns, all others in rows."""
    width = numbers.shape[-1] if numbers.ndim else 1
    return "\n".join("\t".join(map(str, row)) for row in numbers.reshape(-1, width))


def _figures(sound: "torch.Tensor") -> tuple[float, float, float, float]:
    if not sound.numel():
        return (0.0,) * 4
    spread = float(sound.std()) if sound.numel() > 1 else 0.0
    return float(sound.min()), float(sound.mean()), spread, float(sound.max())


def _bars(numbers: Any, picture: Picture) -> tuple[float, ...]:
    import numpy as np

    flat = np.nan_to_num(numbers.reshape(-1) / largest(numbers), nan=0.0, posinf=1.0, neginf=-1.0)
    step = -(-flat.size // picture.columns)
    return tuple(flat[::step].tolist())


def _given(numbers: Any) -> Value:
    """The shortest numbers that are the same ones as 32-bit floats."""
    return tuple(_given(each) for each in numbers) if numbers.ndim else float(str(numbers))
