"""Trial: a change of the network on the canvas that is looked at before it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from dlstudio.compiler.plan import Plan
from dlstudio.compiler.planner import Planner
from dlstudio.core.document import Node, Point, Project, Rect, Wire
from dlstudio.core.frozen import Frozen
from dlstudio.ui.canvas.adding.room import size
from dlstudio.ui.canvas.card import Card, card
from dlstudio.ui.session import State


@dataclass(frozen=True)
class Trial:
    """What the project would be, which nodes are new in it, and what the step would be called."""

    state: State
    project: Project
    new: tuple[str, ...]
    label: str
    reason: str = ""
    """Why it would not do: what the first node that is unsound says."""
    known: Plan | None = None

    @cached_property
    def plan(self) -> Plan:
        """The shapes that there would be."""
        return self.known or plan(self.state, self.project)

    def judged(self, *nodes: str) -> "Trial":
        """The trial with what stands against the first of these nodes that is unsound."""
        reason = next((said for node in nodes if (said := complaint(self.plan, node))), "")
        return replace(self, reason=reason, known=self.plan)

    @property
    def wires(self) -> tuple[tuple[Node, tuple[Wire, ...], tuple[Wire, ...]], ...]:
        """The new nodes with what is wired to them."""
        network = self.project.networks[self.state.where]
        into, out = network.inbound, network.outbound
        return tuple((network.nodes[node], into.get(node, ()), out.get(node, ())) for node in self.new)

    @property
    def places(self) -> Mapping[str, Point]:
        sheet = self.project.sheet(self.state.where)
        return {node: sheet.positions.get(node, Point(0, 0)) for node in self.new}

    @cached_property
    def moved(self) -> Mapping[str, Point]:
        """Where nodes that make way would stand."""
        before = self.state.project.sheet(self.state.where).positions
        after = self.project.sheet(self.state.where).positions
        return {node: after[node] for node in after if node in before and after[node] != before[node]}

    @cached_property
    def rects(self) -> dict[str, Rect]:
        """Where the new cards would lie, and those that make way."""
        return {
            node: size(self.project, self.state.where, node, at) for node, at in {**self.places, **self.moved}.items()
        }

    @cached_property
    def cards(self) -> dict[str, Card]:
        """What these cards would show."""
        network = self.project.networks[self.state.where]
        found = {}
        for node in self.rects:
            verdict = self.plan.verdicts.get(node)
            issues = verdict.issues if verdict else ()
            found[node] = card(self.project, self.state.where, network.nodes[node], self.plan, issues)
        return found


def plan(state: State, project: Project) -> Plan:
    """The shapes of the network on the canvas in a changed project, entered as the state entered it."""
    planner, before = Planner(project, state.project), state.plan
    if len(state.trail) > 1 and before is not None:
        return planner.inner(state.where, before.inputs, Frozen(before.arguments))
    return planner.plan(state.where, before)


def complaint(plan: Plan, node: str) -> str:
    """What stands against a node, or nothing."""
    verdict = plan.verdicts.get(node)
    errors = [issue.text for issue in verdict.issues if issue.severity == "error"] if verdict else []
    return errors[0] if errors else ""
