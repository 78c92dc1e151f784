"""Weights: a file of weights meets the graph that is open: what fits is told before anything is changed."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from dlstudio.catalog.recipes import recipes
from dlstudio.core.document import MODEL, Project
from dlstudio.ui.arriving.report_page import Line, ReportPage, Section
from dlstudio.ui.arriving.starting import beginning, start_from
from dlstudio.ui.arriving.way import find
from dlstudio.ui.errand import Outcome, Tell
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.loading import load_torch
from dlstudio.ui.overlays.turning import Turning
from dlstudio.ui.window import Window

if TYPE_CHECKING:
    from dlstudio.runs.warm import Report

SIZE = (760, 560)
ALL_FIT = "Training starts from them once you say so; nothing is changed before."
SOME_FIT = "Those that fit are taken; the rest starts as the layers say. Nothing is changed before you say so."
WAYS = (
    ("Match by name", "The weights of nodes that are called the same"),
    ("Match by name, then by shape", "What no name finds is matched by the shapes of its layers, in the order of both"),
)


@dataclass(frozen=True)
class Meeting:
    """A file, and the project whose weights it shall become."""

    path: Path
    project: Project
    allow_code: bool
    by_shape: bool = False


def meet(meeting: Meeting, tell: Tell) -> "Report":
    """What of the file fits; to be called in a thread."""
    tell("torch comes into memory", 0.0)
    load_torch()
    from dlstudio.compiler.load import build
    from dlstudio.runs.warm import warm_start

    project = meeting.project
    tell("the network is built", 0.3)
    modules = {role: build(project, role, allow_code=meeting.allow_code) for role in _roles(project)}
    tell(f"{meeting.path.name} is compared with it", 0.6)
    report = warm_start(modules, beginning(str(meeting.path), by_shape=meeting.by_shape))
    assert report is not None
    return report


def _roles(project: Project) -> tuple[str, ...]:
    """The networks that are trained."""
    kind = str(project.training.get("kind", "Supervised"))
    roles = recipes[kind].roles if kind in recipes else (MODEL,)
    return tuple(role for role in roles if role in project.networks) or tuple(project.networks)[:1]


class WeightsDialog(Turning):
    """A report, and one button that makes a step of the history of it."""

    def __init__(self, window: Window, path: Path) -> None:
        super().__init__(window, f"Weights of {path.name}", SIZE)
        self.path = path
        self.page: ReportPage | None = None
        self.start, self.cancel, self.match = QPushButton("Start from these weights"), QPushButton("Cancel"), Combo()
        for text, tip in WAYS:
            self.match.addItem(text)
            self.match.setItemData(self.match.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.match.setMinimumContentsLength(len(WAYS[-1][0]))
        self.match.setAccessibleName("How weights are matched")
        self.match.activated.connect(self._read)
        self.start.clicked.connect(self._start)
        self.cancel.clicked.connect(self.leave)
        self.appear(self.running)
        self._read()

    @property
    def by_shape(self) -> bool:
        """Whether names that differ do not matter."""
        return self.match.currentIndex() > 0

    def _read(self) -> None:
        """Holds the file against the graph, as it is matched now."""
        paper = self.host.document
        allowed = paper is not None and paper.allowed
        meeting = Meeting(self.path, self.host.session.state.project, allowed, self.by_shape)
        self.work(f"Reading {self.path.name}", str(self.path.parent), lambda tell: meet(meeting, tell), self._ended)

    def _ended(self, outcome: "Outcome[Report]") -> None:
        if outcome.called_off:
            self.leave()
        elif outcome.found:
            self._show(outcome.found)
        else:
            self._refuse(outcome.problem)

    def _show(self, report: "Report") -> None:
        total = len(report.taken) + len(report.misfits) + len(report.missing)
        self._turn_to(
            f"{len(report.taken):,} of {total:,} weights come from {self.path.name}",
            ALL_FIT if report.whole else SOME_FIT,
            sections(report, self.host.session.state.project),
            "circle-check" if report.whole else "triangle-alert",
        )

    def _refuse(self, problem: str) -> None:
        self._turn_to(f"{self.path.name} does not fit", problem, (), "circle-alert")

    def _turn_to(self, title: str, text: str, lists: tuple[Section, ...], sign: str) -> None:
        before, buttons = self.page, (self.cancel, self.start)
        self.page = ReportPage(title, text, lists, buttons, self.host.theme, sign=sign, front=(self.match,))
        self.page.goes.connect(self._go)
        self.start.setHidden(not lists)
        self.turn(self.page, self.start if lists else self.cancel)
        if before:
            self.drop(before)

    def _start(self) -> None:
        home = self.host.session.state.path
        by_shape = self.by_shape
        self.leave()
        self.host.session.do(
            f"Start from {self.path.name}", lambda project: start_from(project, self.path, home, by_shape=by_shape)
        )
        self.host.tell(f"Training starts from {self.path.name} now.", "good", offer="undo")

    def _go(self, name: str) -> None:
        session = self.host.session
        found = find(session.state.project, name)
        self.leave()
        if found:
            session.show(found.network)
            session.choose_nodes(found.node)
            self.host.canvas.reveal(found.node)


def sections(report: "Report", project: Project) -> tuple[Section, ...]:
    """What does not fit first, and at last what is taken."""
    misfits = tuple(Line(str(each), _node(each.name, project)) for each in report.misfits)
    matched = dict(report.paired)
    found = (
        Section(
            "Matched by shape and order", tuple(Line(f"{here} is {there} there") for here, there in matched.items())
        ),
        Section("Other shapes, so started anew", misfits),
        Section("Not found there, so started anew", tuple(Line(name, _node(name, project)) for name in report.missing)),
        Section("Left over there", tuple(map(Line, report.left))),
        Section("Taken", tuple(Line(name) for name in report.taken if name not in matched)),
    )
    return tuple(section for section in found if section.lines)


def _node(name: str, project: Project) -> str:
    """The node that a weight belongs to, behind the network's name where there are several."""
    return next((part for part in name.split(".")[:2] if find(project, part)), "")
