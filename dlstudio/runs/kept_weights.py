"""KeptWeights: the weights of one checkpoint, each read from the disk when it is looked at, and nothing else of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from torch import Tensor

from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.entry import WEIGHTS, Entry, entries

COUNTED = ("running_mean", "running_var", "num_batches_tracked")
"""What a layer counts and does not learn."""


class KeptWeights:
    """Names, shapes and numbers; a ProjectProblem says what cannot be read."""

    def __init__(self, entry: Entry) -> None:
        self.step, self.file = entry.step, entry.path / WEIGHTS

    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """The shape of everything that is learnt, by name, with the role of its network in front."""
        with self._open() as held:
            names = [name for name in held.keys() if not name.endswith(COUNTED)]  # noqa: SIM118 - it is no mapping
            return {name: tuple(held.get_slice(name).get_shape()) for name in names}

    def tensor(self, name: str) -> Tensor:
        """The numbers of one weight."""
        with self._open() as held:
            found: Tensor = held.get_tensor(name)
        return found

    @contextmanager
    def _open(self) -> Iterator[Any]:
        try:
            with safe_open(str(self.file), "pt") as held:
                yield held
        except (OSError, SafetensorError) as error:
            raise ProjectProblem(f"The weights of step {self.step:,} cannot be read: {error}") from error


def kept(checkpoints: Path, step: int | None = None) -> tuple[KeptWeights | None, tuple[int, ...]]:
    """The weights of the checkpoint that is nearest to a step (or of the newest), and all steps that are kept."""
    there = entries(checkpoints)
    steps = tuple(sorted({each.step for each in there}))
    if not there:
        return None, ()
    chosen = there[-1] if step is None else min(reversed(there), key=lambda each: abs(each.step - step))
    return KeptWeights(chosen), steps
