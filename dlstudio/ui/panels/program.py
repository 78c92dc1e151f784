"""Program: the source of what is on the canvas, and which of its lines belong to which node."""

from dataclasses import dataclass
from functools import cached_property

from dlstudio.compiler.emit import write
from dlstudio.compiler.plan import Plan
from dlstudio.core.document import BLOCK, Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.ui.panels.highlight import Span, spans
from dlstudio.ui.session import State

Place = tuple[str, str]
"""A network and a node of it."""


@dataclass(frozen=True)
class Question:
    """Of which network the source is wanted."""

    project: Project
    plan: Plan | None


@dataclass(frozen=True)
class Program:
    """Source with its colours; `problem` says why there is none."""

    text: str = ""
    class_name: str = ""
    spans: tuple[tuple[Span, ...], ...] = ()
    places: dict[int, Place] | None = None
    problem: str = ""

    @cached_property
    def lines(self) -> dict[Place, tuple[int, ...]]:
        """The lines of each node, counted from 1."""
        found: dict[Place, list[int]] = {}
        for line, place in (self.places or {}).items():
            found.setdefault(place, []).append(line)
        return {place: tuple(lines) for place, lines in found.items()}


def question(state: State) -> Question:
    """What is asked of a state: the whole program, whichever of its blocks is on the canvas."""
    return Question(state.project, state.checked.plans.get(state.trail[0].network))


def program(asked: Question) -> Program:
    """The source of a sound network, or the reason why there is none."""
    if asked.plan is None:
        return Program(problem="This kind of network has no source.")
    if not asked.plan.network.nodes:
        return Program(problem="The network is empty: add an Input to begin.")
    if not asked.plan.sound:
        return Program(problem="The network is not sound; the issues say what is in the way.")
    try:
        source = write(asked.project, asked.plan)
    except ProjectProblem as problem:
        return Program(problem=str(problem))
    return Program(source.text, source.class_name, spans(source.text), source.places)


def way(project: Project, start: str, network: str) -> list[str] | None:
    """The blocks through which one comes from a network to another, the fewest; None where there is no way."""
    ways: dict[str, list[str]] = {start: []}
    waiting = [start]
    for name in waiting:
        if name == network:
            return ways[name]
        for node in project.networks[name].of_kind(BLOCK):
            inner = str(node.fields.get("network", ""))
            if inner in project.networks and inner not in ways:
                ways[inner] = [*ways[name], node.id]
                waiting.append(inner)
    return None
