"""Autoencoder: the input is its own target; prices on the code are further terms, each with a curve of its own."""

from collections.abc import Iterable

import torch
from torch import Tensor

from dlstudio.catalog.recipes import Autoencoder as Recipe
from dlstudio.compiler.emit import emit
from dlstudio.core.document import MODEL, Project
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.core.tensor import Tensor as Kind
from dlstudio.training.criteria import Criterion, Price, terms
from dlstudio.training.culprit import culprit
from dlstudio.training.devices import precise
from dlstudio.training.measures.asked import meters
from dlstudio.training.method import Batch, Task, method
from dlstudio.training.suited import suited
from dlstudio.training.tally import Tally
from dlstudio.training.update import Updater
from dlstudio.training.updating import Updating


@method
class Autoencoder(Updating):
    """Spoils the input where it is asked to, and compares what comes out with the clean one."""

    recipe = "Autoencoder"
    curves = ("loss", "reconstruction")

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        assert isinstance(task.recipe, Recipe)
        self.corrupt, self.corruption = task.recipe.corrupt, task.recipe.corruption
        self.module = task.modules[MODEL]
        self.inputs = list(task.wiring.inputs.values())
        kinds = emit(task.project).outputs
        drawn = {node: _own(task, node, kind) for node, kind in kinds.items() if kind.rank}
        self.terms = terms(task, drawn)
        self.meters = meters(task, self.terms)
        self.update = Updater(task, [self.module])
        self.updaters = {MODEL: self.update}
        self.last: list[Tensor] = []

    @classmethod
    def accepts(cls, project: Project) -> list[Issue]:
        """Some output must have the shape of what it is compared with, or nothing is reconstructed."""
        try:
            source = emit(project)
        except ProjectProblem as problem:
            return list(problem.issues)
        drawn = [name for name, tensor in source.outputs.items() if tensor.rank]
        shapes = {tensor.shape: name for name, tensor in source.inputs.items() if tensor.dtype == "float"}
        wrong = [name for name in drawn if source.outputs[name].shape not in shapes and shapes]
        if drawn and not wrong:
            return suited(project, ("gradient", "loss"))
        there = " or ".join(map(str, source.inputs.values()))
        found = f"{wrong[0]} gives {source.outputs[wrong[0]]}" if wrong else "there is no such output"
        text = f"An autoencoder gives out what goes in, {there}; {found}. Give its last layer the shape of the input."
        return [Issue("error", "autoencoder-shape", text, MODEL, wrong[0] if wrong else "")]

    def step(self, batch: Batch) -> dict[str, Tensor]:
        seen, found = [self.spoilt(batch[name]) for name in self.inputs], dict[str, Tensor]()

        def compute() -> Tensor:
            with precise(self.task.device, self.task.recipe.precision):
                found.update(self._losses(self._answers(seen), batch))
            return found["loss"]

        self.update.minimise(compute)
        return found | self.update.told

    def spoilt(self, clean: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """The input as the network sees it."""
        if self.corrupt == "none" or not clean.is_floating_point():
            return clean
        if self.corrupt == "noise":
            noise = torch.randn(clean.shape, generator=generator, device=clean.device, dtype=clean.dtype)
            return clean + self.corruption * noise
        kept = torch.rand(clean.shape, generator=generator, device=clean.device) >= self.corruption
        return clean * kept

    def _answers(self, inputs: list[Tensor]) -> tuple[Tensor, ...]:
        self.last = inputs
        made = self.module(*inputs)
        return made if isinstance(made, tuple) else (made,)

    def _losses(self, answers: tuple[Tensor, ...], batch: Batch) -> dict[str, Tensor]:
        """The sum, then reconstruction and prices apart: the prices as they are, before their weight (LOS-22)."""
        pairs = list(zip(self.terms, answers, strict=True))
        reconstruction = torch.stack([t.weighted(a, batch) for t, a in pairs if isinstance(t, Criterion)]).sum()
        total = [t.weighted(a, batch) for t, a in pairs if isinstance(t, Price)]
        prices = {t.output: a.mean() for t, a in pairs if isinstance(t, Price)}
        return {"loss": torch.stack([reconstruction, *total]).sum(), "reconstruction": reconstruction, **prices}

    def evaluate(self, batches: Iterable[Batch]) -> dict[str, float]:
        """With corruption, the noise is the same each time, and “noise left” is what of its square remains (GEN-03)."""
        generator = torch.Generator(self.task.device).manual_seed(self.task.recipe.seed)
        tally = Tally()
        self.meters.reset()
        with self.measuring():
            for batch in batches:
                seen = [self.spoilt(batch[name], generator) for name in self.inputs]
                with precise(self.task.device, self.task.recipe.precision):
                    answers = self._answers(seen)
                    found = self._losses(answers, batch)
                tally.add(len(seen[0]), found | self._squares(seen, answers, batch))
                self.meters.add({term.output: a for term, a in zip(self.terms, answers, strict=True)}, batch)
        means = tally.means()
        before, after = means.pop("before", 0.0), means.pop("after", 0.0)
        self.measured = means | self.meters.numbers() | ({"noise left": after / before} if before else {})
        return self.measured

    def _squares(self, seen: list[Tensor], answers: tuple[Tensor, ...], batch: Batch) -> dict[str, Tensor]:
        """How far the spoilt input and the answer are from the clean input."""
        if self.corrupt == "none":
            return {}
        criteria = [(t, a) for t, a in zip(self.terms, answers, strict=True) if isinstance(t, Criterion)]
        pairs = [(term.target, answer) for term, answer in criteria if term.target in self.inputs]
        name, answer = pairs[0]
        clean, spoilt = batch[name], seen[self.inputs.index(name)]
        return {"before": (spoilt - clean).square().mean(), "after": (answer - clean).square().mean()}

    def culprit(self) -> str | None:
        return culprit(self.module, self.last) if self.last else None


def _own(task: Task, output: str, kind: Kind) -> str:
    """The column that an output reconstructs: the one it names, or the first input of its shape."""
    said = str(task.project.networks[MODEL].nodes[output].fields.get("target", ""))
    columns = [said] if said else list(task.wiring.inputs.values())
    alike = [name for name in columns if task.prepared.columns[name].tensor.shape == kind.shape]
    return (alike or columns)[0]
