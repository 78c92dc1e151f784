"""Training: the whole training as one file that needs torch only, with its samples beside it; the same losses again."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from dlstudio.catalog.optimizers import Optimizer, optimizers
from dlstudio.catalog.recipes import Recipe, recipes
from dlstudio.catalog.regularizers import Regularizer, regularizers
from dlstudio.catalog.schedules import Schedule, schedules
from dlstudio.compiler.carry import definitions
from dlstudio.compiler.channels import last_is_faster
from dlstudio.compiler.formula import Formula
from dlstudio.compiler.threads import fitting
from dlstudio.core import files
from dlstudio.core.frozen import Value
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.data.augment.augment import build
from dlstudio.data.augment.doubts import entries
from dlstudio.data.declared import declared
from dlstudio.data.prepare import Prepared
from dlstudio.exchange.asking import Answers, ask
from dlstudio.exchange.augment_code import augment_code
from dlstudio.exchange.difference import Difference, difference
from dlstudio.exchange.loss_code import loss_code, seen_code
from dlstudio.exchange.schedule_code import schedule_code
from dlstudio.exchange.source_file import assembled, carried
from dlstudio.exchange.subject import Subject
from dlstudio.exchange.writers import Product, Writer, writes
from dlstudio.runs.metrics import MetricReader
from dlstudio.runs.plain import separate

LARGEST = 2 * 2**30
"""Bytes of samples that may lie beside a script."""
TRIED = 20
"""How many steps the proof takes."""
LIKE = ("Supervised", "Autoencoder")
"""Recipes whose step is a loss of answers, and a move down its gradients."""
BLENDING = ("Mixup", "CutMix", "LabelShuffle")
UNTRAINED = "Nothing was trained yet to compare it with: it runs, and its losses are numbers."


@writes("Training")
class TrainingWriter(Writer):
    """The network, its losses, optimizer and schedule from their declarations, and one plain loop around them."""

    program = "ask_training.py"

    def write(self, _form: Any, subject: Subject, path: Path) -> Product:
        recipe, prepared = recipe_of(subject), subject.prepared
        assert prepared is not None
        _refuse(subject, recipe, prepared)
        beside = path.with_suffix(".safetensors")
        used = _columns(subject, prepared)
        _fits(prepared, used)
        parts = {"train": prepared.train, "validation": prepared.validation}
        samples = {
            f"{name}/{column}": value
            for name, part in parts.items()
            if len(part)
            for column, value in part.dataset.take(part.indices, used).items()
        }
        save_file(separate(samples), beside, metadata={"format": "pt"})
        files.write(path, Script(subject, recipe, prepared).text().encode())
        notes = () if subject.run else (UNTRAINED,)
        return Product((beside,), {"steps": TRIED}, asked=f"its first {TRIED} steps", notes=notes)

    def prove(
        self, _form: Any, subject: Subject, file: Path, product: Product, folder: Path
    ) -> tuple[Answers, list[Difference]]:
        """Its first losses against those of the run, or against themselves being numbers."""
        answers = ask(self.program, file, folder, [{}], ["loss"], product.job)
        if answers.problem:
            return answers, []
        found = answers.batches[0]["loss"]
        known = {step: index for index, step in enumerate(range(1, len(found) + 1))}
        expected = found
        if subject.run is not None:
            steps, values = MetricReader(subject.run.metrics).read("loss")
            pairs = [(known[int(s)], v) for s, v in zip(steps, values, strict=True) if int(s) in known]
            found = found[[index for index, _ in pairs]]
            expected = torch.tensor([value for _, value in pairs], dtype=found.dtype)
        finite = torch.where(expected.isfinite(), expected, torch.zeros_like(expected))
        return answers, [difference("loss", [(finite, found)])]


def recipe_of(subject: Subject) -> Recipe:
    """The form of training that the project asks for."""
    spec = subject.project.training
    return declared(recipes, spec if "kind" in spec else spec.put("kind", "Supervised"))


def _refuse(subject: Subject, recipe: Recipe, prepared: Prepared | None) -> None:
    """Says what such a script cannot carry, before anything is written."""
    data, made = subject.project.data, declared(optimizers, recipe.optimizer)
    wanted = declared(schedules, recipe.schedule).measures
    reasons = {
        f"the recipe {recipe.title} trains otherwise than with examples and answers": recipe.kind not in LIKE,
        "the project names no data": prepared is None,
        "its samples are blended with each other": any(
            each.get("kind") in BLENDING for each in entries(subject.project)
        ),
        f"its sampling is {data.get('sampling')}": data.get("sampling", "as it is") != "as it is",
        f"the optimizer {made.kind} asks for the parts of a sum of squares": made.closure == "residuals",
        f"the schedule {recipe.schedule.get('kind')} follows what is measured": bool(wanted),
        f"it computes in {recipe.precision}": recipe.precision != "float32",
        "it starts from other weights": bool(recipe.start),
        f"only the {recipe.learning} of its layers learn": recipe.learning != "all",
        "its nodes learn at different rates": bool(recipe.rates) or recipe.decay_on != "all",
    }
    for reason, holds in reasons.items():
        if holds:
            text = f"A training script cannot carry this: {reason}. Export the trained network as python instead."
            raise ProjectProblem(text, (Issue("error", "export", text),))


def _columns(subject: Subject, prepared: Prepared) -> list[str]:
    """What a script's samples have: what is wired, and with augmentations all, since boxes and masks move along."""
    if entries(subject.project):
        return list(prepared.columns)
    wired = {*subject.wiring.inputs.values(), *subject.wiring.targets.values()}
    return [name for name, column in prepared.columns.items() if name in wired or column.role == "weight"]


def _fits(prepared: Prepared, used: list[str]) -> None:
    count = len(prepared.train) + len(prepared.validation)
    size = sum(prepared.columns[name].tensor.size * 4 for name in used) * count
    if size > LARGEST:
        raise ProjectProblem(
            f"The samples take {size / 2**30:.1f} GB, and a training script carries at most {LARGEST / 2**30:.0f} GB."
        )


class Script:
    """The text of one training."""

    def __init__(self, subject: Subject, recipe: Recipe, prepared: Prepared) -> None:
        self.subject, self.recipe, self.prepared = subject, recipe, prepared
        self.ours: dict[str, set[str]] = {}

    def text(self) -> str:
        recipe, prepared, project = self.recipe, self.prepared, self.subject.project
        augment = augment_code(build(project, prepared.train))
        losses = loss_code(self.subject, recipe, prepared, self._counts(), self._carry)
        own = [losses, seen_code(recipe), self._optimizer(), *self._schedule(), *self._regularizers()]
        modules = [text for file, names in self.ours.items() for text in definitions(file, frozenset(names))]
        changes = [augment.steps, augment.function] if augment.steps else [augment.function]
        body = [*carried("predicting.py", ("read_tensors",)), *own, *changes, *carried("training.py", skip=STUBS)]
        title = "the training; the samples lie beside it"
        before = [*modules, *augment.carried.texts]
        return assembled(self.subject, title, self._constants(), before, body, augment.imports)

    def _constants(self) -> list[str]:
        recipe, prepared, subject = self.recipe, self.prepared, self.subject
        per_epoch = -(-len(prepared.train) // recipe.batch_size)
        cpu = torch.device("cpu")
        chosen: Optimizer = declared(optimizers, recipe.optimizer)
        plain: Mapping[str, Any] = {
            "SEED": recipe.seed,
            "EPOCHS": recipe.epochs,
            "BATCH_SIZE": recipe.batch_size,
            "STEPS_PER_EPOCH": per_epoch,
            "TOTAL_STEPS": per_epoch * recipe.epochs,
            "ACCUMULATE": recipe.accumulate,
            "ASKS": chosen.closure != "none",
            "WITH_GRADIENTS": chosen.closure == "gradient",
            "AVERAGE": recipe.average,
            "PATIENCE": recipe.patience,
            "EVALUATE_EVERY": recipe.evaluate_every,
            "SHUFFLE": prepared.train.sampling.shuffle,
            "DEVICE": recipe.device,
            "THREADS": fitting(subject.project, recipe, cpu),
            "CHANNELS_LAST": recipe.layout == "channels last"
            or (recipe.layout == "auto" and last_is_faster(subject.module, recipe, cpu)),
            "FROZEN": recipe.frozen,
            "INPUTS": tuple(subject.wiring.inputs.values()),
            "COUNTS": self._counts(),
        }
        lines = "\n".join(f"{name} = {value!r}" for name, value in plain.items())
        return ['SAMPLES = Path(__file__).with_suffix(".safetensors")', lines]

    def _counts(self) -> str:
        return next((name for name, column in self.prepared.columns.items() if column.role == "weight"), "")

    def _carry(self, made: Formula) -> Formula:
        for file, name in made.carried:
            self.ours.setdefault(file, set()).add(name)
        return made

    def _callee(self, source: str) -> str:
        """What is written for torch's or one of our functions, which is carried along."""
        if not source.startswith("."):
            return source
        file, name = source[1:].split(".")
        self.ours.setdefault(file, set()).add(name)
        return name

    def _optimizer(self) -> str:
        made: Optimizer = declared(optimizers, self.recipe.optimizer)
        given = {name: list(v) if isinstance(v, tuple) else v for name, v in made.arguments().items()}
        given |= {"fused": True} if made.fused else {}
        call = f"{self._callee(made.source)}(named.values(), {_keywords(given)})"
        head = "def optimizer_of(named: dict[str, nn.Parameter]) -> torch.optim.Optimizer:"
        return f'{head}\n    """The rule by which weights follow their gradients."""\n    return {call}'

    def _schedule(self) -> Iterator[str]:
        form: Schedule = declared(schedules, self.recipe.schedule)
        yield from schedule_code(form)

    def _regularizers(self) -> Iterator[str]:
        """What is added to the loss, done to gradients before a step, and to weights after it."""
        made: list[Regularizer] = [declared(regularizers, spec) for spec in self.recipe.regularizers]
        calls: dict[str, list[str]] = {"loss": [], "gradient": [], "weight": []}
        held = self.recipe.frozen
        learning = {
            name: weight.ndim
            for name, weight in self.subject.module.named_parameters()
            if not any(name.startswith(f"{node}.") for node in held)
        }
        for each in (one for one in made if one.active):
            touched = [name for name, rank in learning.items() if each.touches(name, rank)]
            if touched:
                weights = f"[named[name] for name in {touched!r}]"
                calls[each.place].append(f"{self._callee(each.source)}({weights}, {_keywords(each.arguments())})")
        total = f"torch.stack([{', '.join(calls['loss'])}]).sum()"
        yield _function(
            "penalty",
            "loss: Tensor",
            "Tensor",
            "The loss with what weights cost.",
            [f"return loss + {total}" if calls["loss"] else "return loss"],
        )
        yield _function("before_step", "", "None", "Limits on gradients.", calls["gradient"])
        yield _function("after_step", "", "None", "Limits on weights.", calls["weight"])


STUBS = (
    "read_tensors", "loss_of", "augmented", "seen", "factor", "optimizer_of", "penalty", "before_step", "after_step",
)  # fmt: skip
"""What stands in the carried file only to be replaced."""


def _keywords(given: Mapping[str, Value]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in given.items())


def _function(name: str, more: str, gives: str, doc: str, lines: list[str]) -> str:
    given = ", ".join(each for each in ("named: dict[str, nn.Parameter]", more) if each)
    return "\n".join([f"def {name}({given}) -> {gives}:", f'    """{doc}"""', *(f"    {line}" for line in lines)])
