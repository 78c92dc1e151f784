"""Source: where a training is seen: in this window's own thread, or in a run on disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dlstudio.core.document import Project
from dlstudio.ui.viewing.looks import Looks
from dlstudio.ui.viewing.series import Series

if TYPE_CHECKING:
    from dlstudio.training.asking.question import Answered, Question
    from dlstudio.training.doctor import Finding


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a run stands: its status (see runs.folder.STATUSES), why, and how far it is and will go."""

    status: str = "running"
    reason: str = ""
    step: int = 0
    epoch: int = 0
    last: int = 0
    """The step at which it ends, or 0 where that is not known."""
    per_epoch: int = 0


@dataclass(frozen=True)
class Wanted:
    """What those who can be seen want to see."""

    questions: "tuple[Question, ...]" = ()
    histograms: frozenset[str] = frozenset()
    """The nodes whose weights, gradients and activations are counted."""
    looks: bool = False
    """Whether the numbers of each node are wanted as often as may be."""
    ranks: frozenset[str] = frozenset()
    """The nodes the rank of whose weights is wanted, which takes time."""


class Source(Protocol):
    """A run as it is seen; everything here returns at once."""

    series: dict[str, Series]
    looks: Looks

    @property
    def project(self) -> Project: ...

    @property
    def path(self) -> Path | None:
        """The folder of the run, once it is there."""

    @property
    def alive(self) -> bool:
        """Whether there may be more to come."""

    @property
    def standing(self) -> Standing: ...

    @property
    def findings(self) -> "Sequence[Finding]": ...

    def pull(self) -> bool:
        """Takes in what is new; whether there was anything."""

    def want(self, wanted: Wanted) -> None:
        """What to look at from now on."""

    def answer(self, question: "Question") -> "Answered | None":
        """The newest answer, where the training itself gives it."""

    def ask(self, question: "Question") -> bool:
        """Asks one time; False where there is nobody to ask but a run on disk."""

    def stop(self) -> None:
        """Nobody looks any more."""
