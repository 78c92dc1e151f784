"""Data: the panel where data is chosen, looked at, divided, normalized, augmented, and led to the network."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from dlstudio.core.document import INPUT, OUTPUT
from dlstudio.ui.digits import with_digits
from dlstudio.ui.loading import load_torch
from dlstudio.ui.panels.data.changes import Raw, near, thing, with_source
from dlstudio.ui.panels.data.chooser import Chooser
from dlstudio.ui.panels.data.draw_section import DrawSection
from dlstudio.ui.panels.data.facts import Asked, Facts
from dlstudio.ui.panels.data.reading import Reading
from dlstudio.ui.panels.data.roles_section import RolesSection
from dlstudio.ui.panels.data.section import Section
from dlstudio.ui.panels.data.seen import Seen
from dlstudio.ui.panels.data.source_section import SourceSection
from dlstudio.ui.panels.data.split_section import SplitSection
from dlstudio.ui.panels.data.steps_section import augment_section, transforms_section
from dlstudio.ui.panels.data.wires_section import WiresSection
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.ui.panels.data.surveyor import Surveyor

DELAY = 120
"""Milliseconds without an edit before the data is looked at again."""
STEPS_WIDE, LEAST = 304, 824
"""Pixels: how wide the part on the left is, and the whole at least."""


class Data(Panel):
    """On the left what is done with the data, on the right what it looks like."""

    name, title, icon, area = "data", "Data", "database", "left"

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setAcceptDrops(True)
        self.setMinimumWidth(LEAST)
        self.facts = Facts()
        self._asked: object = None
        self._surveyor: Surveyor | None = None
        self.chooser, self.seen = Chooser(theme), Seen(session, theme)
        self.source = SourceSection(self)
        self.split, self.wires = SplitSection(self), WiresSection(self)
        self.transforms, self.augment = transforms_section(self), augment_section(self)
        self.roles, self.draw = RolesSection(self), DrawSection(self)
        self.sections: tuple[Section, ...] = (
            self.source, self.roles, self.wires, self.split, self.transforms, self.augment, self.draw,
        )  # fmt: skip
        self.progress = QProgressBar()
        self.background = Reading(self._look, self._show, self._halt, self, delay=DELAY)
        self._origin: object = None
        """What was last read, and from where."""
        self._lay_out()
        for reading in self._readings:
            reading.moved.connect(self._tick)
        self.seen.cancel.clicked.connect(self.cancel)
        self.seen.wrong.again.clicked.connect(self._again)
        self.chooser.chosen.connect(self._choose)
        self.chooser.digits.connect(lambda: self.session.do("Use the MNIST digits", with_digits))
        self.chooser.left.connect(self._back)
        self.source.change.clicked.connect(self.seek)

    def _lay_out(self) -> None:
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(12, 4, 8, 16)
        self.column.setSpacing(8)
        self.column.addStretch(1)
        self.steps = QScrollArea()
        self.steps.setWidget(inner)
        self.steps.setWidgetResizable(True)
        self.steps.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.steps.setFixedWidth(STEPS_WIDE)
        self.steps.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        line = QFrame()
        line.setProperty("role", "hairline")
        line.setFixedWidth(1)
        right = QVBoxLayout()
        right.setSpacing(0)
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(2)
        self.progress.setAccessibleName("The data is looked at")
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        self.progress.hide()
        right.addWidget(self.progress)
        right.addWidget(self.seen, 1)
        self.work = QWidget()
        row = QHBoxLayout(self.work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.steps)
        row.addWidget(line)
        row.addLayout(right, 1)
        self.stack = QStackedLayout(self)
        self.blank = QWidget()
        self.stack.addWidget(self.blank)
        self.stack.addWidget(self.chooser)
        self.stack.addWidget(self.work)

    def sizeHint(self) -> QSize:
        return QSize(800, 560)

    # What is shown

    def grow(self) -> bool:
        """Shows where sections go, then puts in the next one with what the project says of it."""
        if self.stack.currentWidget() is self.blank and thing(self.session.state.project.data.get("source")):
            self.stack.setCurrentWidget(self.work)
            return True
        at = self.column.count() - 1
        if at == len(self.sections):
            return False
        self.sections[at].show_project(self.session.state)
        self.column.insertWidget(at, self.sections[at])
        return True

    def show_state(self, old: State | None, new: State) -> None:
        data = new.project.data
        if old is not None and old.project.data is data and _ends(old) == _ends(new) and old.path == new.path:
            return
        if not thing(data.get("source")):
            self.facts, self._asked = Facts(), None
            self.seen.show_facts(self.facts)
            self._open_chooser(has_data=False)
            return
        if old is None or thing(old.project.data.get("source")).get("kind") != thing(data.get("source")).get("kind"):
            self.stack.setCurrentWidget(self.work)
        while self.grow():
            pass
        for section in self.sections:
            section.show_project(new)
        asked = (data, _ends(new), new.path)
        if asked != self._asked:
            self._asked = asked
            self._ask(new)

    def _ask(self, state: State) -> None:
        """Wants the data looked at; another source ends the reading of the one before, and a new reading is needed."""
        data, folder = state.project.data, state.path.parent if state.path else Path()
        origin = (data.get("source"), data.get("bad_rows"), folder)
        if origin != self._origin:
            self.background.cancel()
        elif self.facts.halted:
            return
        self._origin = origin
        self.background.ask(Asked(state.project, folder))

    def _open_chooser(self, *, has_data: bool) -> None:
        if self.stack.currentWidget() is not self.chooser or not has_data:
            self.stack.setCurrentWidget(self.chooser)
            self.chooser.show_for(has_data=has_data)

    def _look(self, asked: Asked) -> Facts:
        """In the thread."""
        load_torch()
        if self._surveyor is None:
            from dlstudio.ui.panels.data.surveyor import Surveyor

            self._surveyor = Surveyor()
        return self._surveyor.look(asked)

    def _show(self, asked: Asked, facts: Facts) -> None:
        if not thing(self.session.state.project.data.get("source")):
            return
        self.facts = facts
        for section in self.sections:
            section.show_facts(facts)
        self.seen.show_facts(facts)

    @property
    def _readings(self) -> tuple[Reading, ...]:  # type: ignore[type-arg]
        """What may take long."""
        return self.background, self.seen.overview.background

    def _tick(self) -> None:
        """Says what is done at the moment, and how far it is."""
        now = next((reading for reading in self._readings if reading.busy), None)
        self.progress.setVisible(now is not None)
        if now is not None:
            self.progress.setRange(0, now.progress.total)
            self.progress.setValue(now.progress.done)
        self.seen.show_stage(now.progress if now is not None else None)

    def cancel(self) -> None:
        """Ends what is being read."""
        for reading in self._readings:
            reading.cancel()
        self._tick()

    def _halt(self, asked: Asked) -> None:
        """Nothing is known of data that was not read to its end."""
        self._show(asked, Facts(halted=True))

    def _again(self) -> None:
        """What was cancelled is read after all."""
        self.facts = Facts()
        self._ask(self.session.state)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.chooser.set_theme(theme)
        self.seen.set_theme(theme)
        for section in self.sections:
            section.set_theme()

    # What is done

    def seek(self) -> None:
        """Another source is wanted."""
        self._open_chooser(has_data=True)

    def _back(self) -> None:
        if thing(self.session.state.project.data.get("source")):
            self.stack.setCurrentWidget(self.work)
            self.source.change.setFocus()

    def _choose(self, source: Raw) -> None:
        self.stack.setCurrentWidget(self.work)
        path = self.session.state.path
        if path:
            source = near(source, path.parent)
        self.session.do(f"Choose the data {source['kind']}", partial(with_source, source=source))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._back() if self.stack.currentWidget() is self.chooser else self.cancel()
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() and not url.toLocalFile().endswith(".dls") for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = next((Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()), None)
        if path:
            event.acceptProposedAction()
            self._open_chooser(has_data=bool(thing(self.session.state.project.data.get("source"))))
            self.chooser.bring(path)

    def stop(self) -> None:
        self.background.stop()
        self.seen.stop()


def _ends(state: State) -> tuple[object, ...]:
    """What of the networks the data has to do with: what is trained, their inputs and outputs, and the wires there."""
    found: list[object] = [state.project.training.get("kind")]
    for network in state.project.networks.values():
        ends = (*network.of_kind(INPUT), *network.of_kind(OUTPUT))
        names = {node.id for node in ends}
        found += [*ends, *(wire for wire in network.wires if names & {wire.source, wire.target})]
    return tuple(found)
