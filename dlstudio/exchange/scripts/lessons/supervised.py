"""Supervised and Autoencoder as scripts: a loss of answers, and a step down its gradients."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlstudio.catalog.recipes import Autoencoder
from dlstudio.compiler.planner import Planner
from dlstudio.core.document import MODEL, OUTPUT, Node
from dlstudio.exchange.scripts.lesson import Lesson, teaches
from dlstudio.exchange.scripts.loss_code import Compared, spoilt_code


@teaches("Supervised")
class SupervisedLesson(Lesson):
    """Inputs with the right answers."""

    files = ("learner.py", "training.py", "supervised.py")

    def columns(self) -> list[str]:
        wired = {*self.subject.wiring.inputs.values(), *self.targets().values()}
        return [name for name, column in self.prepared.columns.items() if name in wired or column.role == "weight"]

    def settings(self) -> Mapping[str, Any]:
        inputs = tuple(self.subject.wiring.inputs.values())
        several = len(self.targets()) > 1
        return {"ASKS": self.asks, "INPUTS": inputs, "COUNTS": self.counts, "SPOILT": False, "SEVERAL": several}

    def targets(self) -> Mapping[str, str]:
        """What each output is compared with; "" for a price."""
        outputs = self.subject.project.networks[MODEL].of_kind(OUTPUT)
        return {node.id: self.subject.wiring.targets.get(node.id, "") for node in outputs}

    def compared(self) -> Compared:
        """The loss."""
        columns, blended = self.prepared.columns, self.blended
        return Compared(self.subject.project, columns, self.targets(), self.counts, self.carry, blended)

    def functions(self) -> Iterator[str]:
        yield self.compared().code()
        if self.asks == "residuals":
            yield self.compared().residuals()
        yield from super().functions()


@teaches("Autoencoder")
class AutoencoderLesson(SupervisedLesson):
    """The input is its own target, and may be spoilt before the network sees it."""

    recipe: Autoencoder

    def settings(self) -> Mapping[str, Any]:
        spoilt = self.recipe.corrupt != "none"
        return {**super().settings(), "SPOILT": spoilt, "LUCK": spoilt, "COUNTS": ""}

    def targets(self) -> Mapping[str, str]:
        outputs = self.subject.project.networks[MODEL].of_kind(OUTPUT)
        return {node.id: self._target(node) for node in outputs}

    def _target(self, node: Node) -> str:
        """The column that an output reconstructs: the one it names, or the first input of its shape."""
        answer = Planner(self.subject.project).plan(MODEL).outputs[node.id]
        said = str(node.fields.get("target", ""))
        if not answer.rank and not said:
            return ""
        columns = [said] if said else list(self.subject.wiring.inputs.values())
        alike = [name for name in columns if self.prepared.columns[name].tensor.shape == answer.shape]
        return (alike or columns)[0]

    def functions(self) -> Iterator[str]:
        if self.recipe.corrupt != "none":
            yield spoilt_code(self.recipe)
        yield from super().functions()
