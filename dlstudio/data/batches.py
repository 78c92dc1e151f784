"""Batches: the samples of a part in the order of an epoch, which follows from the seed and the epoch's number alone."""

from collections.abc import Callable, Collection, Generator, Iterator

import torch
from torch import Tensor

from dlstudio.core.issue import ProjectProblem
from dlstudio.data.dataset import Device
from dlstudio.data.prepare import Part
from dlstudio.data.reading import Reading
from dlstudio.data.sampling import Sampling

Batch = dict[str, Tensor]
Augment = Callable[[Batch, torch.Generator], Batch]

_MASK = 2**64 - 1


class Batches:
    """Makes batches on a device: samples in memory are gathered there, others are read as they come.

    With `shuffle`, an epoch draws as the part's sampling says, or by `weights`, one for each sample of the part;
    without, in the order of the part. `columns` leaves out what nobody uses;
    `augment` changes each batch with a generator of its own, on the device.
    With a `share` (number, of how many) it makes that part of each batch; `weight` is how much that was of the last."""

    def __init__(
        self,
        part: Part,
        batch_size: int,
        *,
        device: Device,
        seed: int,
        shuffle: bool,
        drop_last: bool = False,
        weights: Tensor | None = None,
        augment: Augment | None = None,
        workers: int = 0,
        columns: Collection[str] | None = None,
    ) -> None:
        self.part, self.batch_size, self.device, self.seed = part, batch_size, torch.device(device), seed
        self.shuffle, self.augment = shuffle, augment
        self.sampling = part.sampling if weights is None else Sampling(weights=weights)
        self.share, self.weight = (0, 1), 1.0
        self.drop_last = drop_last and len(part) >= batch_size
        self.columns = tuple(part.dataset.columns if columns is None else columns)
        self.reading = None if part.dataset.resident else Reading(part.dataset, self.columns, self.device, workers)

    def __len__(self) -> int:
        whole, rest = divmod(len(self.part), self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    def epoch(self, number: int, start: int = 0) -> Generator[Batch]:
        """The batches of an epoch from one of them on; those before it cost nothing."""
        cut = self._cut(self.order(number))[start : len(self)]
        chosen = cut if self.share[1] == 1 else [self._shared(each)[0] for each in cut]
        if self.reading is None and self.augment is None and chosen is cut:
            yield from self._gathered(chosen)
            return
        batches = self._read(self.reading, chosen) if self.reading else self._gathered(chosen)
        for position, batch in enumerate(batches, start):
            self.weight = self._shared(cut[position - start])[1]
            yield self._augmented(batch, number, position)

    @property
    def own(self) -> int:
        """How many samples of an epoch are in this share."""
        return sum(len(self._shared(each)[0]) for each in self._cut(self.part.indices)[: len(self)])

    def _shared(self, batch: Tensor) -> tuple[Tensor, float]:
        """This share of a batch and its weight; where there are too few, a sample that counts for nothing."""
        rank, world = self.share
        own = batch.tensor_split(world)[rank]
        return (own, len(own) / len(batch)) if len(own) else (batch[:1], 0.0)

    def _read(self, reading: Reading, chosen: list[Tensor]) -> Iterator[Batch]:
        """Batches of samples that are not in memory; a reader that was killed is told."""
        try:
            yield from reading.batches(chosen)
        except RuntimeError as problem:
            if "DataLoader worker" not in str(problem):
                raise
            raise ProjectProblem(
                "A process that reads the data ended unexpectedly, killed or out of memory. Train with fewer workers."
            ) from problem

    def close(self) -> None:
        """Ends the processes that read, where there are some."""
        if self.reading:
            self.reading.close()

    def order(self, number: int) -> Tensor:
        """The sample numbers of an epoch in their order."""
        if not self.shuffle:
            return self.part.indices
        generator = torch.Generator().manual_seed(mixed(self.seed, number))
        return self.part.indices[self.sampling.order(len(self.part), generator)]

    def _gathered(self, chosen: list[Tensor]) -> Iterator[Batch]:
        """One gather for each column; the whole order goes to the device in one copy."""
        if not chosen:
            return
        dataset = self.part.dataset.to(self.device)
        for indices in torch.split(torch.cat(chosen).to(self.device), [len(each) for each in chosen]):
            yield dataset.take(indices, self.columns)

    def _cut(self, order: Tensor) -> list[Tensor]:
        return [order[first : first + self.batch_size] for first in range(0, len(order), self.batch_size)]

    def _augmented(self, batch: Batch, epoch: int, position: int) -> Batch:
        if self.augment is None:
            return batch
        rank = self.share[:1] if self.share[1] > 1 else ()
        generator = torch.Generator(self.device).manual_seed(mixed(self.seed, epoch, position, *rank))
        return self.augment(batch, generator)


def mixed(*numbers: int) -> int:
    """One seed from several numbers, such that neighbours give unrelated ones (SplitMix64's finisher)."""
    state = 0
    for number in numbers:
        state = (state ^ (number & _MASK)) + 0x9E3779B97F4A7C15 & _MASK
        state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & _MASK
        state = (state ^ state >> 27) * 0x94D049BB133111EB & _MASK
        state ^= state >> 31
    return state
