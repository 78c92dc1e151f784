"""OfWeights: a question that a checkpoint's weights alone answer, without the data and without a network."""

from abc import abstractmethod
from typing import Any

from dlstudio.core.document import Project
from dlstudio.runs.kept_weights import KeptWeights
from dlstudio.training.asking.question import Question


class OfWeights(Question):
    """Of a run on disk it is answered from the checkpoint that is nearest to the step."""

    @abstractmethod
    def read(self, held: KeptWeights, steps: tuple[int, ...], project: Project) -> Any:
        """The answer; `steps` are those of which the run has kept a checkpoint."""
