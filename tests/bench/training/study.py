"""Study: one case made ready, so that all who train it start from the very same model class and data."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from dlstudio.compiler.load import build
from dlstudio.training.training import Training
from tests.bench.training.cases import Case


@dataclass(frozen=True)
class Study:
    """What everybody is given: the project bound to its data, and the training samples in memory."""

    case: Case
    training: Training
    x: Tensor
    y: Tensor
    folder: Path

    @property
    def device(self) -> torch.device:
        return self.training.device

    def model(self) -> nn.Module:
        """The class that the compiler wrote, with weights of its own."""
        return build(self.training.project).to(self.device)

    def moved(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        return x.to(self.device, non_blocking=True), y.to(self.device, non_blocking=True)


def loss(scores: Tensor, y: Tensor) -> Tensor:
    """Cross entropy as people write it, for one answer a sample and for one a place."""
    return nn.functional.cross_entropy(scores.flatten(0, -2), y.flatten())


@contextmanager
def study(case: Case, device: str) -> Iterator[Study]:
    """Loads the data and builds the engine's training."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        training = Training.ready(case.project(folder, device), folder=folder)
        part, wiring = training.prepared.train, training.method.task.wiring
        taken = part.dataset.take(part.indices)
        (x,), (y,) = wiring.inputs.values(), wiring.targets.values()
        yield Study(case, training, taken[x], taken[y], folder)
