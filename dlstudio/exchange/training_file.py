"""Training: the whole training as one file that needs torch only, with its samples beside it; the same losses again."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from dlstudio.catalog.recipes import Recipe, recipes
from dlstudio.compiler.emit import emit
from dlstudio.compiler.load import load
from dlstudio.core import files
from dlstudio.core.document import Project
from dlstudio.data.augment.augment import shuffled
from dlstudio.data.augment.doubts import entries
from dlstudio.data.declared import declared
from dlstudio.data.prepare import Prepared
from dlstudio.data.sampling import Sampling, class_weights
from dlstudio.exchange.asking import Answers, ask
from dlstudio.exchange.difference import Difference, difference
from dlstudio.exchange.scripts.lesson import Lesson, lesson_of, refused
from dlstudio.exchange.scripts.script import Script
from dlstudio.exchange.subject import Subject
from dlstudio.exchange.writers import Product, Writer, writes
from dlstudio.runs.metrics import MetricReader
from dlstudio.runs.plain import separate
from dlstudio.runs.warm import warm_start

LARGEST = 2 * 2**30
"""Bytes of samples that may lie beside a script."""
TRIED = 20
"""How many steps the proof takes."""
UNTRAINED = "Nothing was trained yet to compare it with: it runs, and its losses are numbers."


@writes("Training")
class TrainingWriter(Writer):
    """The network, its losses, optimizer and schedule from their declarations, and one plain loop around them."""

    program = "ask_training.py"

    def network(self, project: Project, wanted: str) -> str:
        """Any of the networks that learn: a script has them all."""
        roles = recipe_of(project).roles
        return wanted if wanted in roles else roles[0]

    def write(self, _form: Any, subject: Subject, path: Path) -> Product:
        recipe, prepared = recipe_of(subject.project), subject.prepared
        if prepared is None:
            raise refused("the project names no data")
        lesson = _lesson(subject, recipe, prepared)
        _refuse(lesson)
        start, labels = _start(lesson), _labels(subject.project, prepared)
        text = Script(lesson, labels, bool(start)).text()
        beside = path.with_suffix(".safetensors")
        save_file(separate({**_samples(lesson, labels), **start}), beside, metadata={"format": "pt"})
        files.write(path, text.encode())
        notes = () if subject.run else (UNTRAINED,)
        return Product((beside,), {"steps": TRIED}, asked=f"its first {TRIED} steps", notes=notes)

    def prove(
        self, _form: Any, subject: Subject, file: Path, product: Product, folder: Path
    ) -> tuple[Answers, list[Difference]]:
        """What its first steps measure against what those of the run measured, or against being numbers."""
        answers = ask(self.program, file, folder, [{}], ["measured"], product.job)
        if answers.problem:
            return answers, []
        columns = answers.batches[0]["measured"].unbind(1)
        told = dict(zip(answers.runtime["measured"].split(", "), columns, strict=True))
        runtime = {name: each for name, each in answers.runtime.items() if name != "measured"}
        compared = [_compared(subject, name, values) for name, values in told.items()]
        return replace(answers, runtime=runtime), [each for each in compared if each]


def _compared(subject: Subject, name: str, found: Tensor) -> Difference | None:
    """What one curve says, against the run; a step that measured nothing of it is no number."""
    if subject.run is None:
        there = found[~found.isnan()]
        return difference(name, [(torch.where(there.isfinite(), there, torch.zeros_like(there)), there)])
    steps, values = MetricReader(subject.run.metrics).read(name)
    pairs = [(int(step) - 1, value) for step, value in zip(steps, values, strict=True) if step <= len(found)]
    expected = torch.tensor([value for _, value in pairs], dtype=found.dtype)
    return difference(name, [(expected, found[[place for place, _ in pairs]])]) if pairs else None


def recipe_of(project: Project) -> Recipe:
    """The form of training that the project asks for."""
    spec = project.training
    return declared(recipes, spec if "kind" in spec else spec.put("kind", "Supervised"))


def _lesson(subject: Subject, recipe: Recipe, prepared: Prepared) -> Lesson:
    """What the recipe says in a script, with the networks as they are before a training."""
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(recipe.seed)
        sources = {role: emit(subject.project, role) for role in recipe.roles}
        agreed = bool(subject.source.own_code)  # it was loaded, so somebody said yes
        modules = {role: load(source, allow_code=agreed)() for role, source in sources.items()}
    kept = subject.run.settings().get("steps") if subject.run else None
    return lesson_of(recipe.kind)(subject, recipe, prepared, sources, modules, int(str(kept)) if kept else None)


def _refuse(lesson: Lesson) -> None:
    """Says what such a script cannot carry, before anything is written."""
    schedule, validation = lesson.schedule, lesson.prepared.validation
    if lesson.waits and schedule.measures != "loss":
        raise refused(f"the schedule {schedule.kind} follows the {schedule.measures}, and a script measures the loss")
    idle = [role for role in lesson.modules if not lesson.weights(role)]
    if idle:
        raise refused(f"nothing of its {idle[0]} learns")
    count = len(lesson.prepared.train) + len(validation)
    size = sum(lesson.prepared.columns[name].tensor.size * 4 for name in _used(lesson)) * count
    if size > LARGEST:
        limit = f"and a training script carries at most {LARGEST / 2**30:.0f} GB"
        raise refused(f"the samples take {size / 2**30:.1f} GB, {limit}")


def _used(lesson: Lesson) -> list[str]:
    """What a script's samples have: what is wired, and with augmentations all, since boxes and masks move along."""
    return list(lesson.prepared.columns) if entries(lesson.subject.project) else lesson.columns()


def _samples(lesson: Lesson, labels: str) -> dict[str, Tensor]:
    """The samples of both parts, by part and column."""
    used = dict.fromkeys([*_used(lesson), *([labels] if labels else [])])
    parts = {"train": lesson.prepared.train}
    if lesson.judges:
        parts["validation"] = lesson.prepared.validation
    return {
        f"{name}/{column}": value
        for name, part in parts.items()
        if len(part)
        for column, value in part.dataset.take(part.indices, list(used)).items()
    }


def _labels(project: Project, prepared: Prepared) -> str:
    """The column by whose classes samples are drawn, where rare ones are drawn as often as others."""
    sampling = shuffled(project, prepared.train).sampling
    if not sampling.even:
        return ""
    for name, column in prepared.columns.items():
        if column.label and _told_apart_by(name, prepared, sampling):
            return name
    raise refused("the classes by which it draws its samples are none of their columns")


def _told_apart_by(name: str, prepared: Prepared, sampling: Sampling) -> bool:
    """Whether a column holds the classes by which is drawn."""
    part = prepared.train
    values = part.dataset.take(part.indices, [name])[name]
    if sampling.weights is not None:
        return torch.equal(class_weights(values), sampling.weights)
    return sampling.labels is not None and torch.equal(values, sampling.labels)


def _start(lesson: Lesson) -> Mapping[str, Tensor]:
    """The weights that it starts from, where it does not start from those that the layers draw."""
    report = warm_start(lesson.modules, lesson.recipe.start, lesson.subject.folder)
    if report is None:
        return {}
    several = len(lesson.modules) > 1
    there = {
        f"{role}.{name}" if several else name: tensor
        for role, module in lesson.modules.items()
        for name, tensor in module.state_dict().items()
    }
    return {f"start/{name}": there[name] for name in report.taken}
