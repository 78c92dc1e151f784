"""Ends: a port and the nodes at its other end, whose long names give way to the shape beside them."""

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel

from dlstudio.ui.panels.inspector.page import anchor
from dlstudio.ui.theme.tokens import Theme

LINKS = Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
MOST, LEAST = 3, 40
"""How many nodes are named, and how narrow the line may become in pixels."""


class Ends(QLabel):
    """`x ← conv1`: each name is a link to its node."""

    def __init__(self, port: str, others: tuple[str, ...], theme: Theme) -> None:
        super().__init__()
        self.port, self.others, self.tints = port, others, (theme.accent, theme.muted)
        self.setProperty("role", "number")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(LINKS)
        self.setToolTip("\n".join(others))
        self._write()

    @property
    def more(self) -> str:
        return f" +{len(self.others) - MOST}" if len(self.others) > MOST else ""

    def sizeHint(self) -> QSize:
        plain = " ".join((self.port, *self.others[:MOST])) + self.more
        return QSize(self.fontMetrics().horizontalAdvance(plain), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._write()

    def _write(self) -> None:
        """The names as far as there is room; all of them have as much of it."""
        letters, (accent, muted) = self.fontMetrics(), self.tints
        named = self.others[:MOST]
        room = self.width() - letters.horizontalAdvance(self.port + self.more + " " * len(named))
        most = room // max(1, len(named))
        links = [anchor(o[2:], letters.elidedText(o, Qt.TextElideMode.ElideRight, most), accent) for o in named]
        tail = f'<span style="color:{muted}">{self.more}</span>'
        self.setText(f'<span style="color:{muted}">{escape(self.port)}</span> {" ".join(links)}{tail}')
