"""Rows: how a line of the command palette is painted: icon, words, where else it is, and its keys."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dlstudio.ui.commands.entry import Entry
from dlstudio.ui.theme.fonts import NUMBERS
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.ink import brush, color
from dlstudio.ui.theme.tokens import Theme

ICON, GAP = 16, 8


class Rows(QStyledItemDelegate):
    """Paints entries; what cannot be done now is muted and says why where its keys would stand."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        metrics = QFontMetrics(option.font)
        return QSize(200, metrics.height() + 14)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(entry, Entry):
            return
        box: QRect = option.rect.adjusted(4, 0, -4, 0)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(brush(self.theme.chosen))
            painter.drawRoundedRect(box, 6, 6)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(brush(self.theme.hover))
            painter.drawRoundedRect(box, 6, 6)
        self._words(painter, box.adjusted(8, 0, -8, 0), entry, option.font)
        painter.restore()

    def _words(self, painter: QPainter, box: QRect, entry: Entry, font: QFont) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        if entry.icon:
            tint = self.theme.muted if entry.reason else self.theme.text
            painter.drawPixmap(box.x(), box.center().y() - ICON // 2 + 1, pixmap(entry.icon, tint, ICON))
        box = box.adjusted(ICON + GAP, 0, 0, 0)
        right = self._right(painter, box, entry, font)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        room = max(0, right - box.x() - GAP)
        title = metrics.elidedText(entry.title, Qt.TextElideMode.ElideRight, room)
        painter.setPen(color(self.theme.muted if entry.reason else self.theme.text))
        painter.drawText(box, middle, title)
        used = metrics.horizontalAdvance(title) + GAP
        if room - used > 24:
            place = metrics.elidedText(entry.place, Qt.TextElideMode.ElideRight, room - used)
            painter.setPen(color(self.theme.muted))
            painter.drawText(box.adjusted(used, 0, 0, 0), middle, place)

    def _right(self, painter: QPainter, box: QRect, entry: Entry, font: QFont) -> int:
        """Keys, or the reason; and where they begin."""
        text = entry.reason or entry.keys
        if not text:
            return box.right()
        small = QFont(font)
        if not entry.reason:
            small.setFamily(NUMBERS)
            small.setPixelSize(max(9, font.pixelSize() - 1))
        metrics = QFontMetrics(small)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width() * 3 // 5)
        painter.setFont(small)
        painter.setPen(color(self.theme.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        return box.right() - metrics.horizontalAdvance(text)
