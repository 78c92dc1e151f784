"""Loops: what people write by hand, well and as usual."""

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from tests.bench.training.cases import RATE
from tests.bench.training.lap import Lap
from tests.bench.training.study import Study, loss


class Good:
    """Tensors in memory, batches by index, Adam, no number asked for."""

    def __init__(self, study: Study) -> None:
        self.batch, self.model = study.case.batch, study.model()
        self.x, self.y = study.moved(study.x, study.y)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=RATE)

    def run(self, lap: Lap) -> None:
        while True:
            order = torch.randperm(len(self.x), device=self.x.device)
            for first in range(0, len(self.x) - self.batch + 1, self.batch):
                if not lap.tick():
                    return
                chosen = order[first : first + self.batch]
                _step(self.model, self.optimizer, self.x[chosen], self.y[chosen])


class Usual:
    """Dataset, DataLoader, `.item()` at each step."""

    def __init__(self, study: Study) -> None:
        self.study, self.model = study, study.model()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=RATE)
        self.loader = loader(study)
        self.total = 0.0

    def run(self, lap: Lap) -> None:
        while True:
            for x, y in self.loader:
                if not lap.tick():
                    return
                self.total += _step(self.model, self.optimizer, *self.study.moved(x, y)).item()


def loader(study: Study) -> DataLoader[tuple[Tensor, ...]]:
    data = TensorDataset(study.x, study.y)
    pinned = study.device.type == "cuda"
    return DataLoader(data, batch_size=study.case.batch, shuffle=True, drop_last=True, pin_memory=pinned)


def _step(model: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor) -> Tensor:
    optimizer.zero_grad()
    measured = loss(model(x), y)
    torch.autograd.backward(measured)
    optimizer.step()
    return measured
