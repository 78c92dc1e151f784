"""Folder: the run on disk, which the first rank writes and the others only know by its name."""

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from torch.distributed.tensor import DTensor

from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.runs.folder import RunFolder, Status
from dlstudio.training.culprit import finite
from dlstudio.training.keeper import Keeper, Trained
from dlstudio.training.ranks.job import remember
from dlstudio.training.ranks.rank import current, missed
from dlstudio.training.recorder import NotFinite, Numbers


class Unwritten(RunFolder):
    """A run that another rank writes."""

    __slots__ = ()

    def set_status(self, status: str, reason: str = "", *, step: int | None = None, epoch: int | None = None) -> Status:
        return Status(status, reason)

    def log(self, text: str) -> None:
        """The first rank says it."""

    def lock(self) -> AbstractContextManager[None]:
        return nullcontext()


class Silence:
    """Stands where only the first rank has something: whatever it is told to do, it does nothing."""

    def __getattr__(self, _name: str) -> Any:
        return Silence()

    def __call__(self, *_: Any, **__: Any) -> "Silence":
        return self


class Read(Checkpoints):
    """Checkpoints that are only read."""

    def save(self, *_: Any, **__: Any) -> Any:
        return None


class Leader(Keeper):
    """Keeps a training of which each rank may hold but a piece."""

    def _refuse_poison(self, step: int) -> None:
        """Each rank looks at what it holds; what one finds, all find."""
        held = [(name, p) for module in self.training.modules.values() for name, p in module.named_parameters()]
        mine = next((name for name, p in held if not finite(p.to_local() if isinstance(p, DTensor) else p)), "")
        for name in filter(None, current().each(mine.encode())):
            raise NotFinite(step, f"weight {name.decode().removeprefix('_orig_mod.')}", math.nan)


class Follower(Leader):
    """Does all that takes every rank to keep a training, and leaves the writing to the first."""

    def __init__(self, training: Trained, folder: RunFolder) -> None:
        nobody: Any = Silence()
        self.training, self.folder, self.checkpoints = training, folder, Read(folder.checkpoints)
        self.writer, self.watch, self.listen, self.tell = nobody, nobody, None, nobody

    def numbers(self, step: int, epoch: int, values: Numbers) -> None:
        """The first rank keeps them."""


def begun(key: str, create: Callable[[], RunFolder]) -> RunFolder:
    """A new run, made by the first rank; torchrun will know it when it starts the processes again."""
    ranks = current()
    made = ranks.together(lambda: create() if ranks.first else None)
    path = ranks.told(str(made.path.resolve()) if made else "")
    if ranks.first:
        remember(key, path)
    return made or Unwritten(Path(path))


@contextmanager
def writing(folder: RunFolder) -> Iterator[RunFolder]:
    """Holds the run while it is trained; when another process of the training is gone, it is said how to go on."""
    ranks = current()
    mine = folder if ranks.first else Unwritten(folder.path)
    with ExitStack() as held:
        ranks.together(lambda: held.enter_context(mine.lock()))
        with missed(folder.path):
            yield mine
