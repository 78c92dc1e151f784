"""Code: the source of the network, made anew after each edit, with the lines of what is selected lit."""

import tempfile
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from dlstudio.core import files
from dlstudio.runs.names import made as file_name
from dlstudio.ui.background import Background
from dlstudio.ui.panels.find_bar import FindBar
from dlstudio.ui.panels.listing import Listing
from dlstudio.ui.panels.panel import Panel, instead
from dlstudio.ui.panels.program import Place, Program, Question, program, question, way
from dlstudio.ui.session import Choice, Session, State
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.tokens import Theme

DELAY = 60
"""Milliseconds without an edit before the source is written anew."""
LAST_SOUND = "of the last sound state"


class Code(Panel):
    """What is on the canvas as Python; a click on a line selects its node."""

    name, title, icon, area = "code", "Code", "code", "bottom"

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.program = Program()
        self._asked: Question | None = None
        self.listing = Listing(theme)
        self.listing.line_clicked.connect(self._on_line)
        self.finder = FindBar(self.listing)
        self.head, self.mark = QLabel(), QLabel()
        self.head.setProperty("role", "small")
        self.mark.setProperty("role", "warn")
        self.empty = instead()
        self._buttons: dict[str, QToolButton] = {}
        self._lay_out()
        self.background = Background(program, self._show, self, delay=DELAY)
        self.set_theme(theme)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self.head)
        row.addWidget(self.mark)
        row.addStretch(1)
        for sign, label, does in (
            ("search", "Find (Ctrl+F)", self.finder.open),
            ("copy", "Copy all", self.copy),
            ("file", "Copy as a file, to paste it into a folder or a mail", self.copy_file),
            ("save", "Save as…", self.save),
        ):
            button = QToolButton()
            button.setToolTip(label)
            button.setAccessibleName(label)
            button.clicked.connect(does)
            row.addWidget(button)
            self._buttons[sign] = button
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.finder)
        column.addWidget(self.listing, 1)
        column.addWidget(self.empty, 1)

    # What is shown

    def show_state(self, old: State | None, new: State) -> None:
        asked = question(new)
        if self._asked is None or asked.plan is not self._asked.plan or asked.project.name != self._asked.project.name:
            self._asked = asked
            self.listing.set_stale(bool(self.program.text))
            self.background.ask(asked)
        if old is None or old.choice.nodes != new.choice.nodes or old.trail != new.trail:
            self._light(new)

    def _show(self, _: Question, found: Program) -> None:
        """Takes what the background wrote; where nothing can be written, the last source stays."""
        self.listing.set_stale(False)
        if found.problem:
            self._keep(found.problem)
            return
        self.program = found
        self.mark.setText("")
        self.head.setText(f"{found.class_name} · {len(found.spans) - 1:,} lines")
        self.listing.show_text(found.text, found.spans)
        self._light(self.session.state)
        self._toggle()

    def _keep(self, problem: str) -> None:
        self.mark.setText(LAST_SOUND if self.program.text else "")
        self.mark.setToolTip(problem)
        self.empty.setText(problem)
        self._toggle()

    def _toggle(self) -> None:
        there = bool(self.program.text)
        self.listing.setVisible(there)
        self.empty.setVisible(not there)
        for button in self._buttons.values():
            button.setEnabled(there)

    def _light(self, state: State) -> None:
        lines = {line for node in state.choice.nodes for line in self.program.lines.get((state.where, node), ())}
        self.listing.light(lines, reveal=bool(lines))

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.listing.set_theme(theme)
        self.finder.set_theme(theme)
        for sign, button in self._buttons.items():
            button.setIcon(icon(sign, theme))

    # What is done

    def _on_line(self, line: int) -> None:
        place = (self.program.places or {}).get(line)
        if place:
            self._go(place)

    def _go(self, place: Place) -> None:
        """Selects a node, in the blocks that lead to it."""
        session, (network, node) = self.session, place
        if session.state.where != network:
            blocks = way(session.state.project, session.state.trail[0].network, network)
            if blocks is None:
                return
            session.leave(1)
            for block in blocks:
                session.enter(block)
        session.choose(Choice(frozenset([node])))

    def copy(self) -> None:
        """All of it as text."""
        QGuiApplication.clipboard().setText(self.program.text)

    def copy_file(self) -> None:
        """As a file, which file managers and mail programs take."""
        path = Path(tempfile.mkdtemp(prefix="dlstudio-")) / self._file()
        files.write(path, self.program.text.encode())
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        data.setText(self.program.text)
        QGuiApplication.clipboard().setMimeData(data)

    def save(self) -> None:
        """Into a file that the user chooses."""
        at = self.session.state.path
        start = (at.parent if at else Path.home()) / self._file()
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the source", str(start), "Python (*.py)")
        if chosen:
            path = Path(chosen)
            files.write(path if path.suffix else path.with_suffix(".py"), self.program.text.encode())

    def _file(self) -> str:
        return f"{file_name(self.session.state.project.name).replace('-', '_')}.py"

    def stop(self) -> None:
        self.background.stop()
