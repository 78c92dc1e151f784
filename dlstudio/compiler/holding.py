"""Holding: which nodes of a network keep their weights while it is trained, in the three states of fine tuning."""

from collections.abc import Iterator

from torch import nn

from dlstudio.catalog.recipes import Recipe
from dlstudio.compiler.planner import Planner
from dlstudio.core.document import OUTPUT, Project
from dlstudio.core.topology import upstream


def held(project: Project, recipe: Recipe, role: str, module: nn.Module) -> list[str]:
    """The nodes that shall not learn: TRN-20 nothing learns, TRN-21 the last layers do, TRN-22 all do."""
    taught = set(last(project, role, module, recipe.last)) if recipe.learning == "last" else set()
    rest = recipe.learning != "all"
    return [
        name
        for name, part in module.named_children()
        if name in recipe.frozen or (rest and name not in taught and keeps(part))
    ]


def last(project: Project, role: str, module: nn.Module, count: int) -> Iterator[str]:
    """The last nodes with weights before each output."""
    network = project.networks[role]
    order = [node.id for node in Planner(project).plan(role).order]
    for output in network.of_kind(OUTPUT):
        needed = upstream(network, [output.id])
        yield from [name for name in order if name in needed and _learns(module, name)][-count:]


def keeps(part: nn.Module) -> bool:
    """Whether a part has anything that training could change."""
    return any(True for _ in part.parameters()) or any(True for _ in part.buffers())


def _learns(module: nn.Module, name: str) -> bool:
    """Whether a node has weights of its own."""
    part = getattr(module, name, None)
    return isinstance(part, nn.Module) and any(True for _ in part.parameters())
