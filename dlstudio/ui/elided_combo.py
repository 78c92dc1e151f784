"""ElidedCombo: a choice whose words end in “…” where there is no room for all of them; the list has them whole."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter


class ElidedCombo(QComboBox):
    """As any other choice; Qt cuts letters in two where the room ends."""

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        style, control = self.style(), QStyle.ComplexControl.CC_ComboBox
        room = style.subControlRect(control, option, QStyle.SubControl.SC_ComboBoxEditField, self).width()
        option.currentText = option.fontMetrics.elidedText(option.currentText, Qt.TextElideMode.ElideRight, room - 2)
        painter = QStylePainter(self)
        painter.drawComplexControl(control, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
