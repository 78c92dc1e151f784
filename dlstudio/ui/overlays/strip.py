"""Strip: one sentence with its sign, and what can be done about it."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from dlstudio.ui.panels.inspector.page import link
from dlstudio.ui.panels.panel import clear
from dlstudio.ui.panels.soft import soft
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.tokens import Theme

Kind = Literal["info", "warn", "bad"]
SIGNS = {"info": "info", "warn": "triangle-alert", "bad": "circle-alert"}


class Strip(QFrame):
    """Hidden while there is nothing to say."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.setProperty("role", "strip-note")
        self.sign, self.text = QLabel(), QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.ways = QHBoxLayout()
        self.ways.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.text)
        words.addLayout(self.ways)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self.sign, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.hide()

    def say(self, text: str, kind: Kind = "info", ways: dict[str, Callable[[], object]] | None = None) -> None:
        """A sentence and its links; no words take it away."""
        tint = {"info": self.theme.accent, "warn": self.theme.warn, "bad": self.theme.bad}[kind]
        self.sign.setPixmap(pixmap(SIGNS[kind], tint, 16))
        self.sign.setAccessibleName(kind)
        self.text.setText(soft(text))
        self.setAccessibleName(text)
        clear(self.ways)
        for label, act in (ways or {}).items():
            made = link(label, act)
            made.setAccessibleName(label)
            self.ways.addWidget(made)
        self.ways.addStretch(1)
        self.setVisible(bool(text))
