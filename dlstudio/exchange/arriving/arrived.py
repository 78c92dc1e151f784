"""Arrived: a model that came in: the project, its weights by the names of its state dict, and the report."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from safetensors.torch import save
from torch import Tensor

from dlstudio.core.document import Project
from dlstudio.core.files import save as save_project
from dlstudio.core.files import write
from dlstudio.core.frozen import Frozen
from dlstudio.exchange.arriving.report import Report


@dataclass(frozen=True)
class Arrived:
    """What an import made."""

    project: Project
    weights: Mapping[str, Tensor]
    report: Report

    def starting_from(self, place: str) -> Project:
        """The project, whose training goes on from weights in that file."""
        start = Frozen({"kind": "Weights", "from": place})
        return replace(self.project, training=self.project.training.put("start", start))

    def packed(self) -> bytes:
        """The weights as the bytes of a .safetensors file."""
        return save({name: tensor.detach().cpu().contiguous().clone() for name, tensor in self.weights.items()})

    def save(self, path: str | Path) -> Project:
        """Writes the project, and its weights beside it as .safetensors; the project as it was written."""
        path = Path(path)
        if not self.weights:
            save_project(self.project, path)
            return self.project
        beside = path.with_suffix(".safetensors")
        project = self.starting_from(beside.name)
        write(beside, self.packed())
        save_project(project, path)
        return project
