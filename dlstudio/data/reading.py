"""Reading: batches of samples that are not in memory, through torch's loader, with workers that read ahead."""

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset

from dlstudio.core.issue import ProjectProblem
from dlstudio.data.dataset import Dataset


@dataclass
class _Reader(TorchDataset[Any]):
    """Takes a batch by its sample numbers; a user's mistake travels back whole, as a value."""

    dataset: Dataset
    columns: tuple[str, ...]

    def __getitem__(self, numbers: list[int]) -> dict[str, Tensor] | str:
        try:
            return self.dataset.take(torch.tensor(numbers, dtype=torch.long), self.columns)
        except ProjectProblem as problem:
            return str(problem)


@dataclass
class _Chosen:
    """The batches to read next; workers that live on are given new ones each epoch.

    They travel as plain numbers: a tensor would leave a thread behind that hands out its memory."""

    batches: list[Tensor] = field(default_factory=list)

    def __iter__(self) -> Iterator[list[int]]:
        return (indices.tolist() for indices in self.batches)

    def __len__(self) -> int:
        return len(self.batches)


class Reading:
    """Reads batches in the given order, on this thread or in worker processes, and brings them to the device.

    The workers start with the first epoch and live until `close`."""

    def __init__(self, dataset: Dataset, columns: tuple[str, ...], device: torch.device, workers: int) -> None:
        self.reader, self.device, self.workers = _Reader(dataset, columns), device, workers
        self.chosen = _Chosen()
        self.loader: DataLoader[Any] | None = None

    def batches(self, chosen: list[Tensor]) -> Iterator[dict[str, Tensor]]:
        self.chosen.batches = chosen
        if self.loader is None:
            self.loader = self._started()
        for batch in self.loader:
            if isinstance(batch, str):
                raise ProjectProblem(batch)
            yield {name: value.to(self.device, non_blocking=True) for name, value in batch.items()}

    def _started(self) -> DataLoader[Any]:
        # A forked copy of a process with threads (a window, a run) can hang: workers start from a clean one.
        method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        return DataLoader(
            self.reader,
            batch_size=None,
            sampler=self.chosen,
            num_workers=self.workers,
            pin_memory=self.device.type == "cuda",
            persistent_workers=self.workers > 0,
            multiprocessing_context=method if self.workers else None,
        )

    def close(self) -> None:
        """Ends the workers."""
        self.loader = None
