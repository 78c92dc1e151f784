"""Shared method: what the loop and the keeper see of a method on many ranks, where all have the same to say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.distributed.tensor import DTensor

from dlstudio.data.batches import Batches
from dlstudio.training.method import Batch, Method
from dlstudio.training.ranks import luck
from dlstudio.training.ranks.meeting import Meeting
from dlstudio.training.ranks.networks import level, like, scattered, whole
from dlstudio.training.ranks.share import SharedTask

LUCK = "luck"
"""Where a method's state holds the random states of all ranks."""


class SharedMethod(Method):
    """A method whose measurements are those of all ranks, and whose state is whole."""

    recipe = ""

    def __init__(self, method: Method, meeting: Meeting, validation: Batches) -> None:
        assert isinstance(method.task, SharedTask)
        super().__init__(method.task)
        self.method, self.meeting, self.validation = method, meeting, validation
        self.ranks, self.share = method.task.ranks, method.task.share
        self.step = method.step  # type: ignore[method-assign]  # no detour on the way that is taken most
        self.drawn: Sequence[Mapping[str, Any]] = ()

    @property
    def pieces(self) -> bool:
        """Whether this rank holds but a piece of the weights."""
        return any(isinstance(weight, DTensor) for weight in self._own().values())

    def begin(self, step: int) -> None:
        """All ranks are about to take their first step, after those of a run that is gone on with."""
        if self.drawn:
            luck.restore(self.drawn, self.task.recipe.seed, step, self.ranks, self.task.device)
        elif step:
            luck.part_ways(self.task.recipe.seed, self.ranks, step)
        self.meeting.begin()

    def step(self, batch: Batch) -> dict[str, Tensor]:
        return self.method.step(batch)

    def evaluate(self, batches: Iterable[Batch]) -> dict[str, float]:
        """Each rank measures on its share; running statistics are evened out before."""
        level(self.task.modules.values())
        found = self.meeting.merged(self.method.evaluate(batches), self.validation.own)
        if hasattr(self.method, "measured"):  # by which schedules wait for a measure
            self.method.measured = dict(found)
        return found

    def optimizers(self) -> Sequence[torch.optim.Optimizer]:
        return self.method.optimizers()

    def judged(self, loss: float) -> None:
        self.method.judged(loss)

    def culprit(self) -> str | None:
        return self.method.culprit()

    def verdict(self) -> str:
        return self.method.verdict()

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = whole(self.method.state(), kept=self.ranks.first)
        return {**state, LUCK: luck.states(self.ranks, self.task.device)}

    def load(self, state: Mapping[str, Any]) -> None:
        self.drawn = state.get(LUCK, ())
        self.method.load(scattered({key: each for key, each in state.items() if key != LUCK}, self._own()))

    def weights(self) -> dict[str, Tensor]:
        """All weights and buffers, whole and even, under the names of their networks' nodes."""
        level(self.task.modules.values())
        found: dict[str, Tensor] = whole(self._own(), kept=self.ranks.first)
        return found

    def put_weights(self, weights: Mapping[str, Tensor]) -> None:
        for role, module in self.task.modules.items():
            plain = getattr(module, "_orig_mod", module)
            own = plain.state_dict()
            plain.load_state_dict({name: like(weights[f"{role}.{name}"], mine) for name, mine in own.items()})

    def _own(self) -> dict[str, Tensor]:
        """All weights and buffers as this rank holds them."""
        return {
            f"{role}.{name.removeprefix('_orig_mod.')}": tensor
            for role, module in self.task.modules.items()
            for name, tensor in module.state_dict().items()
        }
