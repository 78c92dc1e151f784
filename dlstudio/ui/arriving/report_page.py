"""ReportPage: what became of something that came in, in lists; the name of a node leads to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from dlstudio.ui.overlays.page import Page, row
from dlstudio.ui.panels.inspector.page import label, link
from dlstudio.ui.panels.soft import soft
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.tokens import Theme

MOST = 60
"""Lines of a list that are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: a node that can be gone to, or none, and what is said of it."""

    text: str
    node: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A list under a heading."""

    head: str
    lines: tuple[Line, ...]


class ReportPage(Page):
    """A title, a sentence, lists, and buttons."""

    goes = Signal(str)

    def __init__(
        self, title: str, text: str, sections: Sequence[Section], buttons: Sequence[QPushButton], theme: Theme,
        *, sign: str = "circle-check", front: tuple[QWidget, ...] = (),
    ) -> None:  # fmt: skip
        super().__init__()
        tint = {"circle-check": theme.good, "circle-alert": theme.bad}.get(sign, theme.warn)
        head, words, mark = QHBoxLayout(), QVBoxLayout(), QLabel()
        mark.setPixmap(pixmap(sign, tint, 28))
        self.title, self.text = label(soft(title), "title", wrap=True), label(soft(text), "muted", wrap=True)
        words.setSpacing(4)
        words.addWidget(self.title)
        words.addWidget(self.text)
        head.setSpacing(12)
        head.addWidget(mark, alignment=Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        inner, self.body = QWidget(), QVBoxLayout()
        inner.setProperty("role", "clear")
        self.body.setContentsMargins(0, 0, 8, 0)
        self.body.setSpacing(12)
        inner.setLayout(self.body)
        for section in sections:
            self.body.addWidget(self._section(section))
        self.body.addStretch(1)
        scroll = QScrollArea()
        scroll.setProperty("role", "clear")
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        self.column.addLayout(head)
        self.column.addWidget(scroll, 1)
        self.column.addLayout(row(*buttons, front=front))

    def _section(self, section: Section) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "strip-note")
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 10, 16, 12)
        column.setSpacing(6)
        column.addWidget(label(section.head, "small"))
        for line in section.lines[:MOST]:
            column.addLayout(self._line(line))
        if (more := len(section.lines) - MOST) > 0:
            column.addWidget(label(f"and {more:,} more", "muted"))
        return frame

    def _line(self, line: Line) -> QHBoxLayout:
        made = QHBoxLayout()
        made.setSpacing(12)
        if line.node:
            way = link(line.node, lambda: self.goes.emit(line.node), "Shows it on the canvas")
            way.setAccessibleName(f"Go to {line.node}")
            made.addWidget(way, alignment=Qt.AlignmentFlag.AlignTop)
        made.addWidget(label(soft(line.text), wrap=True), 1)
        return made
