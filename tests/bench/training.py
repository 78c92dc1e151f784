"""training: samples a second of this engine beside a good hand-written loop and the usual one, in one run."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

import dlstudio as dl
from dlstudio.compiler.load import build
from dlstudio.core.document import Project
from dlstudio.core.frozen import freeze
from dlstudio.runs.folder import RunFolder
from dlstudio.training.training import Training, Wanted

LENET = (
    "input 1x28x28 > conv 6 5 p2 > tanh > avgpool 2 > conv 16 5 > tanh > avgpool 2 > flatten > "
    "fc 120 > tanh > fc 84 > tanh > fc 10"
)


@dataclass(frozen=True)
class Case:
    """One model with how many steps to measure at which batch size."""

    name: str
    line: str
    steps: int
    batch: int = 64


CASES = (
    Case("MLP 784-128-10", "input 1x28x28 > flatten > fc 128 > relu > fc 10", 1500),
    Case("LeNet-5 at 28x28", LENET, 400),
)


def project(case: Case) -> Project:
    training = {
        "kind": "Supervised",
        "epochs": 10_000,
        "batch_size": case.batch,
        "device": "cpu",
        "evaluate_every": 9999,
    }
    settings = {**training, "evaluate_every": 9999, "checkpoint_every": 10**9}
    return replace(dl.line(case.line), data=freeze({"source": {"kind": "MNIST"}}), training=freeze(settings))


def engine(case: Case, tensors: tuple[Tensor, Tensor]) -> float:
    """This engine, headless, writing its run to disk."""
    with tempfile.TemporaryDirectory() as folder:
        warm(lambda: _train(case, Path(folder), 20))
        return _train(case, Path(folder), case.steps)


def _train(case: Case, folder: Path, steps: int) -> float:
    training = Training.ready(project(case), wanted=Wanted(steps=steps))
    run = RunFolder.create(folder, training.project, training.text, settings={})
    start = time.perf_counter()
    training.run(run)
    return steps * case.batch / (time.perf_counter() - start)


def good(case: Case, tensors: tuple[Tensor, Tensor]) -> float:
    """A good hand-written loop: tensors in memory, batches by index, Adam, no number asked for."""
    model, (x, y) = build(project(case)), tensors
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def run(steps: int) -> None:
        taken = 0
        while taken < steps:
            order = torch.randperm(len(x))
            for first in range(0, len(x) - case.batch + 1, case.batch):
                chosen = order[first : first + case.batch]
                _step(model, optimizer, x[chosen], y[chosen])
                taken += 1
                if taken == steps:
                    return

    return _rate(case, run)


def usual(case: Case, tensors: tuple[Tensor, Tensor]) -> float:
    """The usual loop: Dataset, DataLoader, `.item()` at each step."""
    model = build(project(case))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loader = DataLoader(TensorDataset(*tensors), batch_size=case.batch, shuffle=True, drop_last=True)

    def run(steps: int) -> None:
        taken, total = 0, 0.0
        while taken < steps:
            for x, y in loader:
                total += _step(model, optimizer, x, y).item()
                taken += 1
                if taken == steps:
                    return

    return _rate(case, run)


def _step(model: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor) -> Tensor:
    optimizer.zero_grad()
    loss: Tensor = nn.functional.cross_entropy(model(x), y)
    torch.autograd.backward(loss)
    optimizer.step()
    return loss


def _rate(case: Case, run: Callable[[int], None]) -> float:
    warm(lambda: run(20))
    start = time.perf_counter()
    run(case.steps)
    return case.steps * case.batch / (time.perf_counter() - start)


def warm(run: Callable[[], object]) -> None:
    run()


RIVALS = {"good loop": good, "usual loop": usual, "dlstudio": engine}


def run() -> None:
    """Measures all of them in turns, three times, and prints the best of each and its ratio to the good loop."""
    table = Table(title="training, samples a second (1.00 is the good loop)", title_justify="left")
    for head in ("model", *RIVALS):
        table.add_column(head, justify="left" if head == "model" else "right")
    for case in CASES:
        data = Training.ready(project(case), wanted=Wanted(steps=1)).prepared.train
        taken = data.dataset.take(data.indices)
        names = list(taken)
        tensors = (taken[names[0]], taken[names[1]])
        rates = dict.fromkeys(RIVALS, 0.0)
        for _ in range(3):
            for name, rival in RIVALS.items():
                rates[name] = max(rates[name], rival(case, tensors))
        cells = [f"{rate:,.0f} ({rate / rates['good loop']:.2f})" for rate in rates.values()]
        table.add_row(case.name, *cells)
    Console(width=120).print(table)
