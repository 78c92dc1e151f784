"""Rank: the place of this process among those that train one project together, and what they say to each other."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from dlstudio.core.issue import ProjectProblem
from dlstudio.training.ranks.job import meeting_place

T = TypeVar("T")

NEEDED = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
"""What torchrun tells each process that it starts."""


class Lost(ProjectProblem):
    """Another process of the training is gone; every process says so, since any may be the one that is left."""


@dataclass(frozen=True)
class Ranks:
    """The number of this process among all, and among those of its machine."""

    rank: int = 0
    world: int = 1
    local: int = 0

    @property
    def first(self) -> bool:
        """Whether this is the one that writes the run and speaks."""
        return self.rank == 0

    @property
    def many(self) -> bool:
        return self.world > 1

    def device(self, chosen: torch.device) -> torch.device:
        """The device of this process: a GPU of its own, where GPUs are asked for."""
        if not self.many or chosen.type == "cpu":
            return chosen
        if chosen.type != "cuda":
            raise ProjectProblem(f"Several processes cannot share the device {chosen}; train with --device cpu.")
        if self.local >= torch.cuda.device_count():
            raise ProjectProblem(
                f"There are more processes than GPUs here ({torch.cuda.device_count()}): start torchrun with "
                f"--nproc-per-node {torch.cuda.device_count()}, or train with --device cpu."
            )
        torch.cuda.set_device(self.local)
        return torch.device("cuda", self.local)

    def each(self, said: bytes) -> list[bytes]:
        """What every rank says, in their order."""
        if not self.many:
            return [said]
        parts = self.gather(torch.frombuffer(bytearray(said or b"\0"), dtype=torch.uint8))
        found = [bytes(part.numpy().tobytes()) for part in parts]
        return [b"" if text == b"\0" else text for text in found]

    def told(self, text: str) -> str:
        """What the first rank says."""
        return self.each(text.encode() if self.first else b"")[0].decode()

    def gather(self, mine: Tensor) -> list[Tensor]:
        """The tensor of every rank; they may differ in how many rows they have."""
        lengths = [torch.zeros(1, dtype=torch.long) for _ in range(self.world)]
        dist.all_gather(lengths, torch.tensor([len(mine)]))
        sizes = [int(length) for length in lengths]
        padded = mine.new_zeros(max(sizes), *mine.shape[1:])
        padded[: len(mine)] = mine
        parts = [torch.empty_like(padded) for _ in sizes]
        dist.all_gather(parts, padded)
        return [part[:size] for part, size in zip(parts, sizes, strict=True)]

    def together(self, work: Callable[[], T]) -> T:
        """Does something in every process; where one of them meets a user's mistake, all end with it."""
        if not self.many:
            return work()
        made: list[T] = []
        own: ProjectProblem | None = None
        try:
            made.append(work())
        except ProjectProblem as problem:
            own = problem
        for rank, text in enumerate(self.each(str(own).encode() if own else b"")):
            if text:
                raise own or ProjectProblem(f"In process {rank + 1} of {self.world}: {text.decode()}")
        return made[0]


ALONE = Ranks()


def ranks_here() -> Ranks:
    """This process among those that torchrun started; alone where it was started in any other way."""
    if not all(name in os.environ for name in NEEDED):
        return ALONE
    return Ranks(int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"]), int(os.environ.get("LOCAL_RANK", "0")))


def current() -> Ranks:
    """The ranks that can speak to each other now; alone where nothing was joined."""
    return ranks_here() if dist.is_initialized() else ALONE


@contextmanager
def joined() -> Iterator[Ranks]:
    """The ranks, able to speak to each other until the end: by gloo, and by NCCL between GPUs."""
    ranks = ranks_here()
    if not ranks.many or dist.is_initialized():
        yield ranks
        return
    try:
        backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
        store = meeting_place()
        rank, world = (-1, -1) if store is None else (ranks.rank, ranks.world)
        dist.init_process_group(backend, store=store, rank=rank, world_size=world)
    except RuntimeError as problem:
        where = f"{os.environ['MASTER_ADDR']}:{os.environ['MASTER_PORT']}"
        raise Lost(f"The {ranks.world} processes did not find each other at {where}: {problem}") from problem
    try:
        yield ranks
    finally:
        dist.destroy_process_group()


@contextmanager
def missed(run: Path) -> Iterator[None]:
    """Says it in a sentence when another process of a training is gone."""
    try:
        yield
    except RuntimeError as problem:
        if not gone(problem):
            raise
        raise Lost(
            "Another process of this training ended, so this one stops too. The last checkpoint is kept: go on with "
            f"--resume {run}, or start torchrun with --max-restarts, which goes on by itself."
        ) from problem


def gone(problem: BaseException) -> bool:
    """Whether this is how torch says that another process no longer answers; gloo has no error of its own."""
    return isinstance(problem, dist.DistError) or (
        isinstance(problem, RuntimeError) and dist.is_initialized() and "gloo" in str(problem)
    )
