"""Finding: something that goes wrong in a training, in plain words, with the numbers that show it and what mends it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dlstudio.core.issue import Fix


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is its stable name; `since_step` is the step from which on it has been so."""

    code: str
    text: str
    node: str = ""
    since_step: int = 0
    evidence: Mapping[str, float] = field(default_factory=dict)
    fixes: tuple[Fix, ...] = ()

    def __str__(self) -> str:
        return f"{self.node or 'training'}: {self.text}"
