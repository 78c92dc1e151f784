"""Script: the text of one training, put together from what its recipe says and what all trainings have in common."""

import ast
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

import torch

from dlstudio.compiler.carry import definitions
from dlstudio.compiler.threads import fitting
from dlstudio.data.augment.augment import build, shuffled
from dlstudio.data.sampling import Sampling
from dlstudio.exchange.scripts.augment_code import augment_code
from dlstudio.exchange.scripts.closure import closure
from dlstudio.exchange.scripts.lesson import Lesson
from dlstudio.exchange.scripts.optimizer_code import spread
from dlstudio.exchange.source_file import MAIN, Drawn, carried, carried_text, put_together
from dlstudio.exchange.specialised import first_line, pruned, specialised, title

SAMPLING = "dlstudio.data.sampling"
HALVES = {"bf16": "torch.bfloat16", "fp16": "torch.float16"}
DRAWN = {"balanced": "_balanced", "weighted": "class_weights"}


class Script:
    """The text of one training."""

    def __init__(self, lesson: Lesson, labels: str = "", start: bool = False) -> None:
        self.lesson, self.labels, self.start = lesson, labels, start
        self.sampling = shuffled(lesson.subject.project, lesson.prepared.train).sampling
        self.augment = augment_code(build(lesson.subject.project, lesson.prepared.train))
        self.restraints = lesson.restraints()

    def text(self) -> str:
        lesson = self.lesson
        plain = {**self._settings(), **lesson.settings()}
        plain["FIRST"] = lesson.columns()[0]
        own = [*lesson.functions(), *self.restraints.values(), *lesson.rates(), *self._sampled()]
        known = {**plain, "HALF": lesson.recipe.precision in HALVES}
        body = pruned([*own, *self._carried(known, own)], ["main"])
        modules = [text for file, names in lesson.ours.items() for text in definitions(file, frozenset(names))]
        more = [*lesson.carried(), *([self.augment.carried] if self.augment else [])]
        before = [*modules, *(text for each in more for text in each.texts)]
        if self.augment:
            body[:0] = [self.augment.steps, self.augment.function]
        drawn = [Drawn.of(source) for source in lesson.sources.values()]
        classes = list(dict.fromkeys(each.text for each in drawn))
        pieces = [*before, *classes, *body]
        constants = list(self._constants(plain, "\n".join(pieces)))
        imports = [line for each in more for line in each.lines] + (
            ["from types import SimpleNamespace"] if more else []
        )
        imports += [line for each in drawn for line in each.imports]
        made = ["\n".join(['SAMPLES = Path(__file__).with_suffix(".safetensors")', *constants])]
        name = lesson.subject.project.name if len(drawn) > 1 else drawn[0].title
        text = put_together(
            f"{name}, the training; the samples lie beside it", imports, [*made, *pieces, f"{MAIN}\n    main()"]
        )
        return double_quoted(text)

    def _settings(self) -> dict[str, Any]:
        lesson, recipe, prepared = self.lesson, self.lesson.recipe, self.lesson.prepared
        an_epoch = -(-len(prepared.train) // recipe.batch_size)
        held = tuple(name for role in lesson.modules for name in self._held(role))
        return {
            "SEED": recipe.seed,
            "EPOCHS": lesson.epochs(),
            "BATCH_SIZE": recipe.batch_size,
            "STEPS_PER_EPOCH": an_epoch * lesson.updates(),
            "TOTAL_STEPS": (lesson.total or an_epoch * recipe.epochs) * lesson.updates(),
            "ACCUMULATE": recipe.accumulate,
            "WITH_GRADIENTS": lesson.asks == "gradient",
            "AVERAGE": recipe.average,
            "PATIENCE": recipe.patience if lesson.judges and len(prepared.validation) else 0,
            "EVALUATE_EVERY": recipe.evaluate_every,
            "VALIDATED": lesson.judges and len(prepared.validation) > 0,
            "SHUFFLE": self.sampling.shuffle,
            "SAMPLING": kind_of(self.sampling),
            "LABELS": self.labels,
            "DEVICE": recipe.device,
            "THREADS": fitting(lesson.subject.project, recipe, torch.device("cpu")),
            "CHANNELS_LAST": lesson.lies_last(),
            "TF32": recipe.precision == "tf32",
            "FROZEN": held,
            "ONLY_NODES": recipe.learning != "all" and self._loose(),
            "START": self.start,
            "AUGMENTED": self.augment is not None,
            "LUCK": False,
            "SCHEDULED": lesson.schedule.kind != "Constant" and not lesson.schedule.measures,
            "PLATEAU": lesson.waits,
            "SLOWER": False,
            "SCALED": recipe.precision == "fp16",
            "PENALISED": "loss" in self.restraints,
            "LIMITED": "gradient" in self.restraints,
            "BOUNDED": "weight" in self.restraints,
            "WAITING": lesson.schedule.start_state() if lesson.waits else {},
        }

    def _held(self, role: str) -> list[str]:
        several = len(self.lesson.modules) > 1
        return [f"{role}.{name}" if several else name for name in self.lesson.held(role)]

    def _loose(self) -> bool:
        """Whether a network has weights of its own beside those of its nodes."""
        return any(True for each in self.lesson.modules.values() for _ in each.parameters(recurse=False))

    def _sampled(self) -> Sequence[str]:
        """How rare classes are drawn as often as others."""
        name = DRAWN.get(kind_of(self.sampling))
        if name is None:
            return ()
        return [text.replace("_balanced(", "balanced(") for text in closure(SAMPLING, [(SAMPLING, name)]).texts]

    def _carried(self, known: Mapping[str, Any], own: Sequence[str]) -> Iterator[str]:
        """The definitions of the files, for these settings; what is written for this training goes before."""
        [reading] = carried("predicting.py", ("read_tensors",))
        found = {"read_tensors": reading}
        for file in self.lesson.files:
            for name, text in _definitions(specialised(self._named(carried_text(file)), known)).items():
                found.pop(name, None)
                found[name] = text
        written = {title(part) for text in own for part in ast.parse(text).body}
        middle = [name for name in found if name not in LAST_OF_ALL]
        order = [*(name for name in FIRST_OF_ALL if name in found), *middle, *LAST_OF_ALL]
        yield from (found[name] for name in dict.fromkeys(order) if name not in written)

    def _named(self, text: str) -> str:
        """A carried text with the names of the network's classes."""
        names = {**self.lesson.aliases(), **self._classes()}
        for old, new in names.items():
            text = re.sub(rf"(?<![\w.\"]){old}\b(?!:)", new, text)
        return text

    def _classes(self) -> Mapping[str, str]:
        sources = self.lesson.sources
        if len(sources) == 1:
            return {"Network": next(iter(sources.values())).class_name}
        return {role.capitalize(): source.class_name for role, source in sources.items()}

    def _constants(self, plain: Mapping[str, Any], text: str) -> Iterator[str]:
        half = HALVES.get(self.lesson.recipe.precision)
        written = {name: _literal(name, value) for name, value in plain.items()} | {"HALF": f"HALF = {half}"}
        for name, line in written.items():
            if re.search(rf"\b{name}\b", text):
                yield line


FIRST_OF_ALL = ("read_tensors", "samples_of", "mixed", "lay_out", "network", "hold", "Learner", "Reader", "Players")
"""What a reader wants to see before what uses it."""
LAST_OF_ALL = ("judged", "train", "main")


def kind_of(sampling: Sampling) -> str:
    """How an epoch draws."""
    return "weighted" if sampling.weights is not None else "balanced" if sampling.labels is not None else "as it is"


def _definitions(text: str) -> dict[str, str]:
    """The functions and classes of a text, without those that only stand for others."""
    lines = text.split("\n")
    return {
        part.name: "\n".join(lines[first_line(part) - 1 : part.end_lineno])
        for part in ast.parse(text).body
        if isinstance(part, ast.FunctionDef | ast.ClassDef) and not isinstance(part.body[-1], ast.Raise)
    }


def _literal(name: str, value: Any) -> str:
    if isinstance(value, tuple) and value and all(isinstance(each, str) for each in value):
        return spread(f"{name} = (", [repr(each) for each in value], ",)" if len(value) == 1 else ")")
    return f"{name} = {dict(value) if isinstance(value, Mapping) else value!r}"


def double_quoted(text: str) -> str:
    """Texts between double quotes, as formatters write them."""
    lines = text.splitlines(keepends=True)
    for token in reversed(list(tokenize.generate_tokens(StringIO(text).readline))):
        if token.type == tokenize.STRING and token.string.startswith("'") and not set('"\\') & set(token.string):
            (row, start), (_, end) = token.start, token.end
            if not token.string.startswith("'''"):
                line = lines[row - 1]
                lines[row - 1] = f'{line[:start]}"{token.string[1:-1]}"{line[end:]}'
    return "".join(lines)
