"""Faults: what is wrong with the settings of a training as they stand; found at every edit."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from dlstudio.catalog.recipes import Recipe, recipes
from dlstudio.catalog.registries import REGISTRIES
from dlstudio.core.document import Project
from dlstudio.core.fields import Declared, FieldProblem
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import Fix, Issue
from dlstudio.core.several import Several
from dlstudio.core.spec import BadFields, Field, make

USUAL = "Supervised"
"""The recipe of a project that names none."""


def recipe_of(training: Frozen[str, Value]) -> type[Recipe] | None:
    """The recipe that a project is trained by; None where this version does not know it."""
    return recipes.get(str(training.get("kind", USUAL)))


def faults(training: Frozen[str, Value]) -> dict[str, str]:
    """By field, in a sentence, why a training cannot begin with what it holds."""
    recipe = recipe_of(training)
    if recipe is None:
        return {"kind": _unknown("recipe", str(training["kind"]), recipes.similar(str(training["kind"])))}
    found: dict[str, str] = {}
    for name, value in training.items():
        field = recipe.specs.get(name)
        if name == "kind":
            continue
        text = f"{recipe.title} has no setting “{name}”." if field is None else _fault(field, value)
        if text:
            found[name] = text
    return found


def unsound(project: Project) -> list[Issue]:
    """The faults of a project as issues, each with the way back to what is usual."""
    return [
        Issue("error", "setting", text, fixes=(Fix(_label(project, name), partial(_without, name=name)),))
        for name, text in faults(project.training).items()
    ]


def _label(project: Project, name: str) -> str:
    recipe = recipe_of(project.training)
    if name == "kind":
        return f"Train by {USUAL}"
    return f"{'Reset' if recipe and name in recipe.specs else 'Remove'} {name.replace('_', ' ')}"


def _without(project: Project, name: str) -> Project:
    return replace(project, training=project.training.drop(name))


def _fault(field: Field, value: Value) -> str:
    try:
        held = field.marker.accept(value)
    except FieldProblem as problem:
        return f"The {field.label} {problem}."
    return next(_inside(field, held), "")


def _inside(field: Field, value: Value) -> Iterator[str]:
    """What is wrong with things that are declared elsewhere, one by one and in how their fields go together."""
    if not isinstance(field.marker, Declared | Several):
        return
    registry: Any = REGISTRIES[field.marker.registry]
    for spec in (value,) if isinstance(field.marker, Declared) else value:
        kind = str(spec.get("kind", ""))
        if spec and kind not in registry:
            yield _unknown(registry.noun, kind, registry.similar(kind))
        elif spec:
            try:
                made = make(registry[kind], spec.drop("kind"), {})
                getattr(made, "validate", lambda: None)()
            except BadFields as problems:
                yield f"{registry[kind].title}: {problems}"


def _unknown(noun: str, kind: str, close: str | None) -> str:
    return f"There is no {noun} “{kind}”." + (f" Did you mean {close}?" if close else "")
