"""Share: how much of a batch this rank has, so that all together learn what one process would learn from the whole."""

from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from dlstudio.data.batches import Batches
from dlstudio.training.loop import Feed
from dlstudio.training.method import Batch, Task
from dlstudio.training.ranks.networks import whole
from dlstudio.training.ranks.rank import ALONE, Ranks


@dataclass
class Share:
    """One rank's part in a training.

    A network whose loss looks at all samples of a batch at once sees all answers (`column` says which column goes
    with them); every rank then has the whole loss, and its gradient for its own samples."""

    ranks: Ranks
    own: Batches
    column: str = ""

    @property
    def part(self) -> float:
        """By what a measured value is weighted in the mean over ranks."""
        return 1 / self.ranks.world if self.column else self.own.weight

    @property
    def scale(self) -> float:
        """By what a loss is multiplied, since torch takes the plain mean of the ranks' gradients."""
        return self.ranks.world * (1.0 if self.column else self.own.weight)

    def weighed(self, values: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Measured values such that their sum over the ranks is the value of the whole batch."""
        part = self.part
        return {name: whole(value.detach(), kept=False) * part for name, value in values.items()}

    def gathering(self, feed: Feed) -> Feed:
        """The feed, with the answers' column of all ranks where it is needed."""
        return Gathering(self.ranks, feed, self.column) if self.column else feed


@dataclass
class Gathering:
    """Batches whose one column holds the values of all ranks, in their order."""

    ranks: Ranks
    feed: Feed
    column: str

    def __len__(self) -> int:
        return len(self.feed)

    def epoch(self, number: int, start: int = 0) -> Generator[Batch]:
        with closing(self.feed.epoch(number, start)) as batches:
            for batch in batches:
                yield {**batch, self.column: torch.cat(self.ranks.gather(batch[self.column]))}


@dataclass
class SharedTask(Task):
    """A task of which each rank does its share."""

    ranks: Ranks = ALONE
    share: Share = field(kw_only=True)

    def scaled(self, loss: Tensor) -> Tensor:
        """The loss of this rank's samples, with the weight that they have in the whole batch."""
        return loss * self.share.scale


def gathered_codes(ranks: Ranks) -> Callable[[nn.Module, Any, Tensor], Tensor]:
    """A forward hook after which each rank has what the network made of all samples; gradients reach its own."""

    def hook(_module: nn.Module, _given: Any, made: Tensor) -> Tensor:
        parts = ranks.gather(made.detach())
        parts[ranks.rank] = made
        return torch.cat(parts)

    return hook
