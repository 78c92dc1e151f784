"""Shared loop: the loop of a training on many ranks, in which all count the same steps and tell the same numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from dlstudio.training.loop import Loop
from dlstudio.training.ranks.meeting import Meeting
from dlstudio.training.recorder import Numbers, Recorder, Sink


class SharedRecorder(Recorder):
    """Holds each rank's part of what was measured until all meet; a number that is none for one is none for all."""

    def __init__(self, sink: Sink, meeting: Meeting, also: Callable[[], Numbers]) -> None:
        super().__init__(sink, also=also)
        self.meeting = meeting

    def add(self, step: int, epoch: int, values: Mapping[str, Tensor]) -> None:
        self._held.append((step, epoch, self.meeting.share.weighed(values)))
        if self.meeting.due():
            self.flush()

    def fetched(self, tensors: list[Tensor]) -> list[float]:
        return self.meeting.total(torch.tensor(super().fetched(tensors), dtype=torch.float64))


@dataclass
class SharedLoop(Loop):
    """Ends when all end; what fails in one rank alone ends it there, and the others hear of it by its silence."""

    meeting: Meeting = field(kw_only=True)

    def recorder(self) -> Recorder:
        return SharedRecorder(self.keeper.numbers, self.meeting, also=self.method.rates)

    def _due(self) -> bool:
        """Their clocks differ and a checkpoint takes all of them, so every epoch has its own."""
        return True

    def _rescue(self, recorder: Recorder) -> None:
        """Nothing can be kept: a checkpoint takes all ranks, and the others are in the middle of a step."""
