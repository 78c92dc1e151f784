"""ElidedCombo: a choice whose words end in “…” where there is no room for all of them; the list has them whole."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

SPARE = 2
"""Pixels that letters reach beyond their width."""


class ElidedCombo(QComboBox):
    """As any other choice; Qt cuts letters in two where the room ends."""

    def sizeHint(self) -> QSize:
        """Wide enough for all of its words; what Qt says leaves out a part of the edges."""
        found = super().sizeHint()
        if self.sizeAdjustPolicy() != QComboBox.SizeAdjustPolicy.AdjustToContents:
            return found
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.rect = QRect(QPoint(), found)
        letters = option.fontMetrics
        longest = max((letters.horizontalAdvance(self.itemText(i)) for i in range(self.count())), default=0)
        return found + QSize(max(0, longest + 2 * SPARE - self._room(option)), 0)

    @property
    def read(self) -> str:
        """As much of what is chosen as can be read, or of what stands there while nothing is."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        room = self._room(option) - SPARE
        words = option.currentText if self.currentIndex() >= 0 else self.placeholderText()
        return option.fontMetrics.elidedText(words, Qt.TextElideMode.ElideRight, room)

    def _room(self, option: QStyleOptionComboBox) -> int:
        """How wide the words may be."""
        part = QStyle.SubControl.SC_ComboBoxEditField
        return self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self).width()

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.read
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
