"""PerceptronRule as a script: one neuron, corrected by each sample that it gets wrong."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlstudio.catalog.recipes import PerceptronRule
from dlstudio.core.document import MODEL
from dlstudio.exchange.scripts.lesson import Lesson, teaches


@teaches("PerceptronRule")
class PerceptronLesson(Lesson):
    """No loss and no optimizer: a correction for each mistake."""

    files = ("training.py", "perceptron.py")
    recipe: PerceptronRule

    def columns(self) -> list[str]:
        wired = {*self.subject.wiring.inputs.values(), *self.subject.wiring.targets.values()}
        return [name for name in self.prepared.columns if name in wired]

    def settings(self) -> Mapping[str, Any]:
        (entry,), (target,) = self.subject.wiring.inputs.values(), self.subject.wiring.targets.values()
        return {
            "INPUT": entry,
            "TARGET": target,
            "NEURON": self.subject.project.networks[MODEL].of_kind("Linear")[0].id,
            "RATE": self.recipe.rate,
            "MIDDLE": 0.5 if self.prepared.columns[target].tensor.dtype != "float" else 0.0,
            "ZEROS": self.recipe.first == "zeros" and not self.recipe.start,
        }

    def functions(self) -> Iterator[str]:
        return iter(())

    def held(self, role: str = MODEL) -> list[str]:
        return []

    def rates(self) -> list[str]:
        return []

    def restraints(self) -> dict[str, str]:
        return {}

    @property
    def waits(self) -> bool:
        return False
