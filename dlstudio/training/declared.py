"""Declared things brought to life: optimizers and schedules by the kinds that a project names."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import torch

from dlstudio.catalog.optimizers import Optimizer, optimizers
from dlstudio.catalog.schedules import Schedule, schedules
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.meant import did_you_mean
from dlstudio.core.spec import BadFields, Registry, make


def declared(registry: Registry[Any], spec: Frozen[str, Value] | str, what: str) -> Any:
    """The declaration that a spec names, or a ProjectProblem that says what is wrong with it."""
    raw = Frozen({"kind": spec}) if isinstance(spec, str) else spec
    kind = raw.get("kind", "")
    if kind not in registry:
        raise ProjectProblem(f"There is no {what} “{kind}”.{did_you_mean(registry.similar(str(kind)))}")
    try:
        made = make(registry[kind], raw.drop("kind"), {})
        getattr(made, "validate", lambda: None)()
        return made
    except BadFields as problems:
        raise ProjectProblem(f"{what.capitalize()} {kind}: {problems}") from None


def callee(source: str) -> Any:
    """The class or function behind a name such as torch.optim.Adam or .ftrl.Ftrl."""
    if source.startswith("."):
        module, name = source[1:].split(".")
        return getattr(import_module(f"dlstudio.modules.{module}"), name)
    found: Any = torch
    for part in source.split(".")[1:]:
        found = getattr(found, part)
    return found


def chosen_optimizer(spec: Frozen[str, Value]) -> Optimizer:
    """The declaration of the optimizer that a recipe names."""
    made: Optimizer = declared(optimizers, spec, "optimizer")
    return made


def optimizer(
    spec: Frozen[str, Value], groups: Sequence[dict[str, Any]], device: torch.device
) -> torch.optim.Optimizer:
    """The optimizer that a recipe names, fused where torch can."""
    made = chosen_optimizer(spec)
    arguments = {name: list(v) if isinstance(v, tuple) else v for name, v in made.arguments().items()}
    fused = {"fused": True} if made.fused and device.type in ("cpu", "cuda", "mps") else {}
    found: torch.optim.Optimizer = callee(made.source)(groups, **arguments, **fused)
    return found


def schedule(spec: Frozen[str, Value]) -> Schedule:
    """The schedule that a recipe names."""
    made: Schedule = declared(schedules, spec, "schedule")
    return made
