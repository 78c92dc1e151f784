"""Stock: what weights a network has, by the node they belong to, and of which steps they are kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dlstudio.core.document import BLOCK, MODEL, Project
from dlstudio.runs.kept_weights import KeptWeights
from dlstudio.training.asking.of_weights import OfWeights
from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Subject


@plate
@dataclass(frozen=True, eq=False)
class Stocked:
    """The shapes of all weights by node and by name, and the steps of the checkpoints, which live there are none of."""

    nodes: Mapping[str, Mapping[str, tuple[int, ...]]]
    steps: tuple[int, ...] = ()


@dataclass(frozen=True)
class Stock(OfWeights):
    """All weights that there are; nodes are called as in a look inside."""

    def ask(self, subject: Subject) -> Stocked:
        shapes = {
            f"{role}.{name}": tuple(weight.shape)
            for role in subject.method.task.modules
            for name, weight in subject.module(role).named_parameters()
        }
        return Stocked(_by_node(shapes, subject.project))

    def read(self, held: KeptWeights, steps: tuple[int, ...], project: Project) -> Stocked:
        return Stocked(_by_node(held.shapes(), project), steps)


def _by_node(shapes: Mapping[str, tuple[int, ...]], project: Project) -> Mapping[str, Mapping[str, tuple[int, ...]]]:
    found: dict[str, dict[str, tuple[int, ...]]] = {}
    for name, place in owners(shapes, project).items():
        found.setdefault(place[0], {})[place[1]] = shapes[name]
    return found


def owners(names: Iterable[str], project: Project) -> Mapping[str, tuple[str, str]]:
    """By the name of each weight in a checkpoint its node, and what it is called within the node."""
    names = list(names)
    alone = len({name.partition(".")[0] for name in names}) == 1
    found = {}
    for name in names:
        role, _, inner = name.partition(".")
        parts = inner.split(".")
        count = _depth(parts, role if role in project.networks else MODEL, project)
        node = ".".join(parts[:count])
        found[name] = (node if alone else f"{role}.{node}", ".".join(parts[count:]))
    return found


def _depth(parts: list[str], network: str, project: Project) -> int:
    """How many parts of a name lead through blocks (and their rounds) to a node; what follows is within the node."""
    for place, part in enumerate(parts[:-1]):
        if part.isdigit():
            continue
        node = project.networks[network].nodes.get(part) if network in project.networks else None
        if node is None:
            break
        if node.kind != BLOCK:
            return place + 1
        network = str(node.fields.get("network", ""))
    return len(parts) - 1
