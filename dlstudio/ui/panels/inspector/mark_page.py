"""Mark page: a frame or a note that is chosen: its words and its colour."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QHBoxLayout, QPushButton

from dlstudio.core.document import Frame, Project
from dlstudio.core.sheets import put_frames, put_notes
from dlstudio.ui.panels.inspector.page import Notes, Page, label
from dlstudio.ui.panels.inspector.stroke import Stroke
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.session import State
from dlstudio.ui.theme.tokens import OKABE_ITO

COLORS = dict(zip(("blue", "orange", "green", "red", "pink", "sky", "yellow", "grey"), OKABE_ITO, strict=True))


class MarkPage(Page):
    """Frames and notes, one or several; a colour goes to all of them."""

    def __init__(self, panel: Panel) -> None:
        super().__init__(panel)
        self.stroke = Stroke(self.session)
        self.title, self.words = label(role="head"), Notes("Text")
        row = QHBoxLayout()
        row.setSpacing(4)
        self.swatches = {color: self._swatch(name, color) for name, color in {"plain": "", **COLORS}.items()}
        for swatch in self.swatches.values():
            row.addWidget(swatch)
        row.addStretch(1)
        self.column.addWidget(self.title)
        self.column.addWidget(self.words)
        self.column.addWidget(label("Colour", "muted"))
        self.column.addLayout(row)
        self.column.addStretch(1)
        self.words.written.connect(self._write)
        self.words.left.connect(self.stroke.settle)
        self.words.escaped.connect(lambda: self.stroke.take_back("text"))

    @staticmethod
    def fits(state: State) -> bool:
        return bool(state.choice.marks) and not state.choice.nodes and not state.choice.wires

    def _swatch(self, name: str, color: str) -> QPushButton:
        made = QPushButton()
        made.setProperty("role", "swatch")
        made.setStyleSheet(f"background: {color or 'transparent'};")
        made.setCheckable(True)
        made.setFixedSize(20, 20)
        made.setToolTip(name.capitalize())
        made.setAccessibleName(f"Colour {name}")
        made.clicked.connect(lambda: self._color(color))
        return made

    def show_state(self, old: State | None, new: State) -> None:
        if old is None or old.choice != new.choice:
            self.stroke.settle()
        marks = marked(new)
        kind = "Frame" if all(name in new.sheet.frames for name in marks) else "Note"
        self.title.setText(kind if len(marks) == 1 else f"{len(marks)} frames and notes")
        self.words.setVisible(len(marks) == 1)
        first = next(iter(marks.values()))
        self.words.show_text(first.title)
        for color, swatch in self.swatches.items():
            swatch.setChecked(all(mark.color == color for mark in marks.values()))

    def _write(self, text: str) -> None:
        self._put("text", "Write", lambda mark: replace(mark, title=text))

    def _color(self, color: str) -> None:
        self._put("color", "Colour", lambda mark: replace(mark, color=color))
        self.stroke.settle()

    def _put(self, key: str, label: str, new: Callable[[Frame], Frame]) -> None:
        where, names = self.session.state.where, self.session.state.choice.marks
        what = next(iter(names)) if len(names) == 1 else f"{len(names)} things"
        self.stroke.put(key, f"{label} {what}", lambda project: _changed(project, where, names, new))


def marked(state: State) -> dict[str, Frame]:
    """The frames and notes that are chosen, by name."""
    every = {**state.sheet.frames, **state.sheet.notes}
    return {name: every[name] for name in sorted(state.choice.marks)}


def _changed(project: Project, where: str, names: frozenset[str], new: Callable[[Frame], Frame]) -> Project:
    sheet = project.sheet(where)
    frames = {name: new(mark) for name, mark in sheet.frames.items() if name in names}
    notes = {name: new(mark) for name, mark in sheet.notes.items() if name in names}
    return put_notes(put_frames(project, where, frames), where, notes)
