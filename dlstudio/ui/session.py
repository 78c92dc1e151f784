"""Session: the one bridge between a document's values and the widgets that show them; it knows no Qt."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from dlstudio.compiler.check import Checked, examine
from dlstudio.compiler.plan import Plan
from dlstudio.core.document import BLOCK, MODEL, Network, Node, Project, Sheet, Wire
from dlstudio.core.history import History
from dlstudio.core.issue import Issue
from dlstudio.ui.known_data import DataReader
from dlstudio.ui.told import Told, joined, standing

Listener = Callable[["State", "State"], None]
"""Is told what was and what is, and shows only the difference."""

Edit = Callable[[Project], Project]

Phase = Literal["", "starting", "training", "paused", "ending"]
"""What a training of the document is doing."""


@dataclass(frozen=True, slots=True)
class Place:
    """One step of the way into blocks: a network, and the block through which it was entered."""

    network: str
    block: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is selected: nodes, wires, frames and notes."""

    nodes: frozenset[str] = frozenset()
    wires: frozenset[Wire] = frozenset()
    marks: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.wires or self.marks)

    def __or__(self, other: "Choice") -> "Choice":
        return Choice(self.nodes | other.nodes, self.wires | other.wires, self.marks | other.marks)

    def __sub__(self, other: "Choice") -> "Choice":
        return Choice(self.nodes - other.nodes, self.wires - other.wires, self.marks - other.marks)

    def within(self, network: Network, sheet: Sheet) -> "Choice":
        """What of it is there."""
        wires = frozenset(w for w in self.wires if w in network.inbound.get(w.target, ()))
        marks = frozenset(m for m in self.marks if m in sheet.frames or m in sheet.notes)
        kept = Choice(frozenset(n for n in self.nodes if n in network.nodes), wires, marks)
        return self if kept == self else kept


NOTHING = Choice()


@dataclass(frozen=True)
class State:
    """All that the window shows, as one value."""

    history: History
    trail: tuple[Place, ...]
    choice: Choice
    examined: Checked
    """What the project itself says."""
    checked: Checked
    """The same with what its data say."""
    saved: Project | None
    path: Path | None = None
    phase: Phase = ""
    findings: tuple[Issue, ...] = ()
    """What the doctor finds wrong in the training that goes on, or in the last one."""
    told: Told = ()
    """Those of the issues that only the data could tell."""
    diverging: tuple[Issue, ...] = ()
    """Where an exported file answers otherwise than the network; they stand until the next edit, and hinder nothing."""

    @property
    def project(self) -> Project:
        return self.history.project

    @property
    def home(self) -> Path | None:
        """Where relative paths of the data start."""
        return self.path.parent if self.path else None

    @property
    def where(self) -> str:
        """The network on the canvas."""
        return self.trail[-1].network

    @property
    def network(self) -> Network:
        return self.project.networks[self.where]

    @property
    def sheet(self) -> Sheet:
        return self.project.sheet(self.where)

    @property
    def plan(self) -> Plan | None:
        """The shapes on the canvas: through the block that was entered, where one was."""
        return self.planned

    @cached_property
    def planned(self) -> Plan | None:
        plan = self.checked.plans.get(self.trail[0].network)
        for place in self.trail[1:]:
            rounds = plan.inner.get(place.block) if plan else None
            plan = rounds[0] if rounds else None
        return plan or self.checked.plans.get(self.where)

    @property
    def dirty(self) -> bool:
        """Whether there is something that is not in the file."""
        return self.project is not self.saved

    @cached_property
    def issues_here(self) -> dict[str, tuple[Issue, ...]]:
        """The issues of the network on the canvas by node; those of the network itself under an empty name."""
        found: dict[str, tuple[Issue, ...]] = {}
        for issue in (*self.checked.issues, *self.diverging):
            if issue.network == self.where:
                found[issue.node] = (*found.get(issue.node, ()), issue)
        return found

    @property
    def one(self) -> Node | None:
        """The node that is chosen, where it is one alone."""
        if len(self.choice.nodes) != 1:
            return None
        return self.network.nodes.get(next(iter(self.choice.nodes)))


class Session:
    """A document that is open: every change goes through here, and everybody who listens is told."""

    def __init__(self, project: Project, path: Path | None = None, *, saved: bool = True) -> None:
        self._listeners: list[Listener] = []
        self._news: deque[tuple[State, State]] = deque()
        self._telling = False
        self.state = _opened(project, path, saved)
        self.data = DataReader(self._wants)

    def _wants(self, project: Project, folder: Path | None) -> bool:
        """Whether the document still names these data."""
        return project.data is self.state.project.data and folder == self.state.home

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tells the listener of every change from now on; what is given back ends that."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def open(
        self, project: Project, path: Path | None = None, *, saved: bool = True, examined: Checked | None = None
    ) -> None:
        """Another document, with a history of its own; what was found in it may be known already."""
        self._become(_opened(project, path, saved, examined))

    def do(self, label: str, edit: Edit, *, choose: Iterable[str] | None = None, known: Plan | None = None) -> bool:
        """One gesture as one step of the history; False when it changes nothing.

        `known` is the plan that its network has then, where somebody made that already."""
        project = edit(self.state.project)
        if project is self.state.project:
            return False
        self._move(self.state.history.do(label, project), choose, known)
        return True

    def amend(self, edit: Edit, *, choose: Iterable[str] | None = None) -> None:
        """The last gesture goes on, from where the document stood before it."""
        before = self.state.history.now.before
        if before is not None:
            self._move(self.state.history.amend(edit(before.project)), choose)

    def undo(self) -> None:
        self._move(self.state.history.undo(), None)

    def redo(self) -> None:
        self._move(self.state.history.redo(), None)

    def choose(self, choice: Choice) -> None:
        """Selects, instead of what was selected."""
        kept = choice.within(self.state.network, self.state.sheet)
        if kept != self.state.choice:
            self._become(replace(self.state, choice=kept))

    def choose_nodes(self, *nodes: str) -> None:
        self.choose(Choice(frozenset(nodes)))

    def show(self, network: str) -> None:
        """Another network of the project on the canvas."""
        if network in self.state.project.networks and network != self.state.where:
            self._become(replace(self.state, trail=(Place(network),), choice=NOTHING))

    def enter(self, block: str) -> bool:
        """Goes into a block; False where there is nothing to enter."""
        node = self.state.network.nodes.get(block)
        inner = node.fields.get("network", "") if node and node.kind == BLOCK else ""
        if inner not in self.state.project.networks:
            return False
        self._become(replace(self.state, trail=(*self.state.trail, Place(str(inner), block)), choice=NOTHING))
        return True

    def leave(self, depth: int = -1) -> None:
        """Back out of blocks: by one, or to a depth of the way; the block that was left is selected."""
        trail = self.state.trail[: max(1, depth if depth > 0 else len(self.state.trail) + depth)]
        if trail != self.state.trail:
            left = self.state.trail[len(trail)].block
            state = replace(self.state, trail=trail, choice=NOTHING)
            chosen = Choice(frozenset([left])).within(state.network, state.sheet)
            self._become(replace(state, choice=chosen))

    def go(self, issue: Issue) -> None:
        """Shows where an issue is, and selects it."""
        if issue.network in self.state.project.networks:
            self.show(issue.network)
            self.choose(Choice(frozenset([issue.node] if issue.node else [])))

    def trains(self, phase: Phase) -> None:
        """A training of the document begins, waits or ends."""
        if phase != self.state.phase:
            self._become(replace(self.state, phase=phase))

    def finds(self, findings: tuple[Issue, ...]) -> None:
        """The doctor finds other things wrong than before."""
        if findings != self.state.findings:
            self._become(replace(self.state, findings=findings))

    def is_told(self, told: Told) -> None:
        """What the data say against the project as it is now."""
        if told != self.state.told:
            checked = joined(self.state.examined, told)
            self._become(replace(self.state, checked=checked, told=told))

    def diverges(self, issues: tuple[Issue, ...]) -> None:
        """An export answers otherwise at these nodes; none takes the marks away."""
        if issues != self.state.diverging:
            self._become(replace(self.state, diverging=issues))

    def was_saved(self, path: Path, project: Project | None = None) -> None:
        """The document is on disk as it is now, or as it was when it was handed over."""
        self._become(replace(self.state, saved=project or self.state.project, path=path))

    def _move(self, history: History, choose: Iterable[str] | None, known: Plan | None = None) -> None:
        project = history.project
        if history is self.state.history:
            return
        trail = _still_there(project, self.state.trail)
        examined = _checked(project, self.state.examined, known)
        told = standing(self.state.told, self.state.examined, examined)
        diverging = self.state.diverging if _same_meaning(project, self.state.project) else ()
        state = replace(self.state, history=history, trail=trail, examined=examined, diverging=diverging)
        state = replace(state, checked=joined(examined, told), told=told)
        choice = Choice(frozenset(choose)) if choose is not None else self.state.choice
        self._become(replace(state, choice=choice.within(state.network, state.sheet)))

    def _become(self, new: State) -> None:
        self._news.append((self.state, new))
        self.state = new
        if self._telling:
            return
        self._telling = True
        mistakes: list[Exception] = []
        while self._news:
            old, now = self._news.popleft()
            for listener in tuple(self._listeners):
                try:
                    listener(old, now)
                except Exception as mistake:  # noqa: BLE001 - the others must hear of it all the same
                    mistakes.append(mistake)
        self._telling = False
        if mistakes:
            raise mistakes[0]


def _opened(project: Project, path: Path | None, saved: bool, examined: Checked | None = None) -> State:
    first = MODEL if MODEL in project.networks else next(iter(project.networks))
    history = History.of(project)
    known = examined is not None and _same_meaning(project, examined.project)
    found = replace(examined, project=project) if examined is not None and known else examine(project)
    return State(history, (Place(first),), NOTHING, found, found, project if saved else None, path)


def _checked(project: Project, before: Checked, known: Plan | None) -> Checked:
    """What is found in a project; when only the layout changed, what was found before."""
    if _same_meaning(project, before.project):
        return replace(before, project=project)
    return examine(project, before, known)


def _same_meaning(project: Project, old: Project) -> bool:
    """Whether they differ in their layout alone."""
    meaning = ("networks", "data", "training", "search", "name")
    return all(getattr(project, part) is getattr(old, part) for part in meaning)


def _still_there(project: Project, trail: tuple[Place, ...]) -> tuple[Place, ...]:
    """The way into blocks, as far as it still exists."""
    if trail[0].network not in project.networks:
        return (Place(MODEL if MODEL in project.networks else next(iter(project.networks))),)
    kept = [trail[0]]
    for place in trail[1:]:
        node = project.networks[kept[-1].network].nodes.get(place.block)
        if node is None or node.kind != BLOCK or node.fields.get("network") != place.network:
            break
        if place.network not in project.networks:
            break
        kept.append(place)
    return tuple(kept)
