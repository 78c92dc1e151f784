"""Meeting: now and then all ranks add up what they measured, and agree on whether and how to go on."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
import torch.distributed as dist
from torch import Tensor

from dlstudio.training.control import Control
from dlstudio.training.ranks.share import Share

EVERY = 0.1
"""Seconds between two meetings, about: one small message each, so stopping takes no longer than that."""
MOST = 10_000
GEOMETRIC = ("perplexity",)
"""What is the exponential of a mean: its mean over ranks is the geometric one."""


@dataclass
class Meeting(Control):
    """The control of a training in which every rank does the same: any may stop it, the first does the rest."""

    share: Share = field(kw_only=True)
    own: Control = field(kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._halted = self._held = False
        self._factor = 1.0
        self._steps = self._left = 1
        self._since = time.monotonic()

    def begin(self) -> None:
        """The first meeting, before the first step."""
        self._since = time.monotonic()
        self.total(torch.zeros(0))

    def due(self) -> bool:
        """Whether all meet after this step; each rank counts the same steps."""
        self._left -= 1
        return self._left <= 0

    def total(self, mine: Tensor) -> list[float]:
        """The sums over all ranks, and with the same message what was agreed upon."""
        first = self.share.ranks.first
        said = [float(self.own.stopped), *([float(self.own.paused), self.own.rate, self._pace()] if first else [0] * 3)]
        *sums, halted, held, factor, steps = self._sum([*mine.tolist(), *said])
        self._halted, self._held, self._factor = halted > 0, held > 0, factor
        self._steps = self._left = int(steps)
        self._since = time.monotonic()
        return sums

    def merged(self, found: Mapping[str, float], count: int) -> dict[str, float]:
        """What each rank measured on so many samples, as if one had measured on all."""
        names = sorted(found)
        logs = [torch.tensor(found[name]).double().log() if name in GEOMETRIC else found[name] for name in names]
        *sums, samples = self._sum([float(value) * count for value in logs] + [float(count)])
        means = {name: total / samples for name, total in zip(names, sums, strict=True)} if samples else {}
        return {
            name: means[name] if name not in GEOMETRIC else float(torch.tensor(means[name]).exp()) for name in found
        }

    def may_step(self, wait: float) -> bool:
        """What was agreed; with time to wait, the first rank waits, and then all agree anew."""
        if not wait:
            return not (self._halted or self._held)
        go = self.own.may_step(wait) if self.share.ranks.first else False
        agreed = self.total(torch.tensor([float(go)]))
        return agreed[0] > 0 and not self._halted

    @property
    def stopped(self) -> bool:
        return self._halted

    @property
    def paused(self) -> bool:
        return self._held

    @property
    def rate(self) -> float:
        return self._factor

    def _pace(self) -> float:
        """How many steps are taken before the next meeting, at the speed since the last."""
        each = (time.monotonic() - self._since) / self._steps
        return float(max(1, min(int(EVERY / max(each, 1e-9)), 2 * self._steps, MOST)))

    def _sum(self, values: list[float]) -> list[float]:
        mine = torch.tensor(values, dtype=torch.float64)
        dist.all_reduce(mine)
        found: list[float] = mine.tolist()
        return found
