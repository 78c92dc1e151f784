"""Looks: what must be known of each node to look at it: its kind, its activation, which axis counts its units."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import nn

from dlstudio.compiler.check import sound_plan
from dlstudio.core.document import INPUT, MODEL, Project

CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
LAST_AXIS = (nn.Linear, nn.Embedding, nn.LayerNorm, nn.MultiheadAttention, nn.RNNBase)


@dataclass(frozen=True, slots=True)
class Look:
    """How a node is to be looked at; `axis` counts the batch, `activation` is one that a layer applies itself."""

    kind: str = ""
    activation: str = "none"
    axis: int = 1
    first: bool = False
    """Whether it works on an input of the network itself."""


def looks(project: Project, network: str = MODEL) -> dict[str, Look]:
    """The looks of a network's nodes by name, as its plan knows them."""
    plan = sound_plan(project, network)
    found = {}
    for name, step in plan.steps.items():
        out = next(iter(step.outs.values()), None)
        axis = 1 + out.channel_position if out is not None and out.rank else 1
        first = any(plan.steps[origin].node.kind == INPUT for origin, _ in step.feeds if origin in plan.steps)
        activation = str(step.layer.values().get("activation", "none")) if step.node.kind != INPUT else "none"
        found[name] = Look(step.node.kind, activation, axis, first)
    return found


def parts(module: nn.Module) -> dict[str, nn.Module]:
    """The modules that are nodes, by name: the leaves, seen through blocks, and what owns weights itself."""
    found: dict[str, nn.Module] = {}

    def visit(name: str, part: nn.Module) -> None:
        own = bool(name) and (_closed(part) or any(True for _ in part.parameters(recurse=False)))
        if own:
            found[name] = part
        if not own or not _closed(part):
            for key, child in part.named_children():
                visit(f"{name}.{key}" if name else key, child)

    visit("", module)
    return found


def _closed(part: nn.Module) -> bool:
    """Whether a module is looked at as a whole: it has no parts, or is one of torch's own."""
    if isinstance(part, CONTAINERS):
        return False
    return not any(part.children()) or _torch_class(part)


def _torch_class(part: nn.Module) -> bool:
    return any(cls.__module__.startswith("torch.nn.modules") and cls is not nn.Module for cls in type(part).__mro__)


def look_at(name: str, part: nn.Module, known: Mapping[str, Look]) -> Look:
    """The look of a module, guessed from its class where the project does not say."""
    return known.get(name) or Look(type(part).__name__, axis=-1 if isinstance(part, LAST_AXIS) else 1)


def owner(parameter: str, names: Mapping[str, nn.Module]) -> str | None:
    """The node that a parameter belongs to: the longest name that its own begins with."""
    place = parameter
    while "." in place:
        place = place.rpartition(".")[0]
        if place in names:
            return place
    return None
