"""Elided: a line of words that gives way where there is no room for all of it, and says the rest when it is asked."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy


class Elided(QLabel):
    """As wide as its words if it can be; what is cut ends in “…”, and the tooltip has it whole."""

    def __init__(self, text: str = "", where: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__(text)
        self.where = where
        self.shorter: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def say(self, text: str, *shorter: str) -> None:
        """Other words, and shorter ones that may stand for them."""
        self.shorter = shorter
        self.setText(text)
        self.update()

    @property
    def least_width(self) -> int:
        """How wide the shortest words are."""
        return self.fontMetrics().horizontalAdvance(self.shorter[-1] if self.shorter else self.text())

    @property
    def fitting(self) -> str:
        """The longest words that there is room for; the shortest, cut, where there are none."""
        room, letters = self.contentsRect().width(), self.fontMetrics()
        lines = (self.text(), *self.shorter)
        found = next((line for line in lines if letters.horizontalAdvance(line) <= room), "")
        return found or letters.elidedText(lines[-1], self.where, room)

    def setText(self, text: str) -> None:  # noqa: N802
        super().setText(text)
        self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def _tell(self) -> None:
        whole = self.fontMetrics().horizontalAdvance(self.text()) <= self.contentsRect().width()
        tip = "" if whole else self.text()
        if tip != self.toolTip():
            self.setToolTip(tip)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.style().drawItemText(
            painter, self.contentsRect(), int(self.alignment()), self.palette(), self.isEnabled(), self.fitting,
            self.foregroundRole(),
        )  # fmt: skip
