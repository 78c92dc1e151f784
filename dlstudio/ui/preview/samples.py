"""Samples: what goes into the inputs of a network while it is drawn: the first sample of the project's data."""

from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from dlstudio.compiler.faults import recipe_of
from dlstudio.compiler.plan import Plan
from dlstudio.compiler.planner import Planner
from dlstudio.core.document import MODEL, Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.ui.known_data import DataReader, KnownData

if TYPE_CHECKING:
    from torch import Tensor as Values


class Samples:
    """Takes the first sample of the data that the window reads."""

    def __init__(self, reader: DataReader) -> None:
        self.reader = reader
        self._known = KnownData()
        self.number = 0
        """Counts the data that were read, so that what was made of one is not taken for the other."""

    def read(self, project: Project, folder: Path | None) -> None:
        """Makes the first sample ready; a ProjectProblem says why the data cannot be read."""
        known = self.reader.read(project, folder)
        if known.unseen:
            raise ProjectProblem(known.unseen)
        if known is not self._known:
            self._known = known
            self.number += 1

    def inputs(self, project: Project, plan: Plan) -> "tuple[dict[str, Values], Plan]":
        """By input what goes into it, noise where no column is for it; and the plan for inputs of just that size."""
        from dlstudio.data.wiring import bind, judged

        known, recipe = self._known, recipe_of(project.training)
        fed = recipe.fed if recipe else MODEL
        columns = judged(project, known.columns, fed)[0].inputs if plan.name == fed else {}
        if any(known.columns[column].tensor != plan.inputs[name] for name, column in columns.items()):
            plan = Planner(bind(project, known.columns, fed)).plan(fed)
        found = {}
        for name, tensor in plan.inputs.items():
            found[name] = known.first[columns[name]] if name in columns else _noise(name, tensor.shape, tensor.dtype)
        return found, plan


def _noise(name: str, shape: tuple[int, ...], dtype: str) -> "Values":
    """What goes into an input that no data is for, as into the one of a generator."""
    import torch

    source = torch.Generator().manual_seed(crc32(name.encode()))
    if dtype == "float":
        return torch.randn((1, *shape), generator=source)
    return torch.zeros((1, *shape), dtype=torch.long if dtype == "int" else torch.bool)
