"""Samples: what goes into the inputs of a network while it is drawn: the first sample of the project's data."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from dlstudio.compiler.plan import Plan
from dlstudio.compiler.planner import Planner
from dlstudio.core.document import Project

if TYPE_CHECKING:
    from torch import Tensor as Values

    from dlstudio.data.dataset import Column

PART = "validation"


class Samples:
    """Reads the data once for each way in which a project describes them."""

    def __init__(self) -> None:
        self._of: tuple[object, Path | None] = (None, None)
        self._row: dict[str, Values] = {}
        self._columns: Mapping[str, Column] = {}
        self.number = 0
        """Counts the data that were read, so that what was made of one is not taken for the other."""

    def read(self, project: Project, folder: Path | None) -> None:
        """Makes the first sample ready; a ProjectProblem says why the data cannot be read."""
        if self._of == (project.data, folder):
            return
        from dlstudio.data.batches import Batches
        from dlstudio.data.prepare import prepare

        prepared = prepare(project, folder=folder, settle=False)
        part = prepared.parts[PART] if len(prepared.parts[PART]) else prepared.train
        with closing(Batches(replace(part, indices=part.indices[:1]), 1, device="cpu", seed=0, shuffle=False)) as few:
            self._row = dict(next(iter(few.epoch(0))))
        self._of, self._columns = (project.data, folder), prepared.columns
        self.number += 1

    def inputs(self, project: Project, plan: Plan) -> "tuple[dict[str, Values], Plan]":
        """By input what goes into it, noise where no column is for it; and the plan for inputs of just that size."""
        from dlstudio.data.wiring import bind, judged
        from dlstudio.training.method import method_of

        fed = method_of(str(project.training.get("kind", "Supervised"))).fed
        columns = judged(project, self._columns, fed)[0].inputs if plan.name == fed else {}
        if any(self._columns[column].tensor != plan.inputs[name] for name, column in columns.items()):
            plan = Planner(bind(project, self._columns, fed)).plan(fed)
        found = {}
        for name, tensor in plan.inputs.items():
            found[name] = self._row[columns[name]] if name in columns else _noise(name, tensor.shape, tensor.dtype)
        return found, plan


def _noise(name: str, shape: tuple[int, ...], dtype: str) -> "Values":
    """What goes into an input that no data is for, as into the one of a generator."""
    import torch

    source = torch.Generator().manual_seed(crc32(name.encode()))
    if dtype == "float":
        return torch.randn((1, *shape), generator=source)
    return torch.zeros((1, *shape), dtype=torch.long if dtype == "int" else torch.bool)
