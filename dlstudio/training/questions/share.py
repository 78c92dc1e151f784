"""Share: the samples of a part on which a network is judged: all, or so many evenly chosen ones as time allows."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import torch

from dlstudio.compiler.cost import totals
from dlstudio.compiler.planner import Planner
from dlstudio.core.document import MODEL, Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.prepare import Part
from dlstudio.training.asking.question import Subject

MOST = 1_000
"""The most samples that are looked at while a training waits."""
WORK, QUICK = 4e9, 100
"""How many multiply-accumulates may keep a training waiting, and how many times as many a GPU does in that time."""
LEAST = 16
AT_ONCE = 256
"""How many samples go through the network at once, at least: few large batches take less time than many small ones."""


def named(subject: Subject, name: str) -> Part:
    """A part of the data, or a ProjectProblem where it has no samples: one part never stands for another."""
    part = subject.prepared.parts[name]
    if not len(part):
        there = ", ".join(f"{len(each):,} in {other}" for other, each in subject.prepared.parts.items())
        raise ProjectProblem(f"The {name} part of the data is empty ({there}). Choose another part.")
    return part


def some(part: Part, rows: Sequence[int]) -> Part:
    """The samples at these places of a part."""
    return replace(part, indices=part.indices[torch.tensor(rows)])


def places(count: int, most: int) -> list[int]:
    """So many places of a part, evenly chosen from the first to the last."""
    if count <= most:
        return list(range(count))
    found: list[int] = torch.linspace(0, count - 1, most, dtype=torch.float64).round().long().tolist()
    return found


def affordable(subject: Subject, most: int, patience: float = 1.0) -> int:
    """How many samples may be looked at, by the work that the network has with each of them."""
    quick = QUICK if subject.device.type != "cpu" else 1
    return max(LEAST, min(most, int(WORK * quick * patience / max(1, _work(subject.project)))))


@lru_cache(maxsize=8)
def _work(project: Project) -> int:
    """The multiply-accumulates for one sample."""
    return totals(Planner(project).plan(MODEL)).macs
