"""Case: everything that the doctor is shown of one training."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from dlstudio.core.document import MODEL, OUTPUT, Network, Project
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import Issue
from dlstudio.training.probes.snapshot import NodeStats, Snapshot

Curve = tuple[Sequence[int], Sequence[float]]
"""Steps, and what was measured at each of them."""

LOSS, VALIDATION = "loss", "validation/loss"


@dataclass(frozen=True)
class Facts:
    """What is known of data and network beside the project itself; 0 and None are not known."""

    samples: int = 0
    """How many samples train."""
    parameters: int = 0
    rate: float | None = None
    """The learning rate in force."""
    culprit: str | None = None
    """The node in which numbers ceased to be numbers, where the training found it."""
    issues: tuple[Issue, ...] = ()
    """What was noticed while the data were prepared."""


@dataclass(frozen=True)
class Case:
    """A project, what probes saw of its training, and the curves that were measured."""

    project: Project
    history: Sequence[Snapshot] = ()
    curves: Mapping[str, Curve] = field(default_factory=dict)
    facts: Facts = Facts()
    name: str = MODEL

    @property
    def network(self) -> Network:
        return self.project.networks[self.name]

    @property
    def last(self) -> Snapshot | None:
        return self.history[-1] if self.history else None

    @property
    def loss(self) -> Curve:
        return self.curves.get(LOSS, ((), ()))

    @property
    def rate(self) -> float:
        """The learning rate: what is in force, what the project says, or what is usual."""
        optimizer = self.project.training.get("optimizer", Frozen())
        said = optimizer.get("lr") if isinstance(optimizer, Mapping) else None
        return self.facts.rate or said or 1e-3

    def since(self, holds: Callable[[Snapshot], bool], looks: int = 1) -> int | None:
        """The step from which on something has held in every look; None where it does not, or too few looks say so."""
        found: list[int] = []
        for snapshot in reversed(self.history):
            if not holds(snapshot):
                break
            found.append(snapshot.step)
        return found[-1] if len(found) >= looks else None

    def before_output(self, node: str) -> bool:
        """Whether a node gives the network's answer."""
        nodes = self.network.nodes
        return any(nodes[wire.target].kind == OUTPUT for wire in self.network.outbound.get(node, ()))


def weighty(snapshot: Snapshot) -> dict[str, NodeStats]:
    """The nodes with a matrix of weights that got a gradient, in the order in which they work."""
    return {name: stats for name, stats in snapshot.trained.items() if stats.twins is not None}


def ends(values: Sequence[float], share: float = 0.1) -> tuple[float, float]:
    """The mean of the first and of the last values."""
    count = max(1, int(len(values) * share))
    return fmean(values[:count]), fmean(values[-count:])


def total(values: Sequence[float]) -> float:
    """The length of what has parts of these lengths."""
    return math.sqrt(sum(value * value for value in values))
