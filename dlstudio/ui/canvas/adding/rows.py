"""Rows: a list of coloured lines with the matched letters lit; the palette and the search at the cursor show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dlstudio.ui.canvas.brushwork import advance, elided
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.ink import brush, color
from dlstudio.ui.theme.tokens import SMALL, TINY, Theme, family_color

HEIGHT = 28
"""How high a line is at the usual size of letters."""
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
ROW = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a group's head, or one thing in it."""

    title: str
    family: str
    head: bool = False
    open: bool = True
    detail: str = ""
    """Muted, behind the title."""
    right: str = ""
    numbers: bool = False
    """Whether what stands on the right is set in the letters for numbers."""
    marks: tuple[int, ...] = ()
    tip: str = ""
    inner: bool = False
    """Whether it stands under a head."""
    key: str = ""
    """What it stands for."""


class Rows(QAbstractListModel):
    """The lines of a list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: Sequence[Row] = ()

    def show(self, rows: Sequence[Row]) -> None:
        """Other lines, instead of those before."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.title}, {row.right}" if row.right else row.title
        return row if role == ROW else None


class RowList(QListView):
    """Shows rows, all of the same height, so that long lists scroll smoothly."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines, self.brush = Rows(self), RowBrush(theme, self)
        self.setModel(self.lines)
        self.setItemDelegate(self.brush)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(HEIGHT)

    @property
    def line(self) -> int:
        """How high a line is with letters of this size."""
        self.ensurePolished()
        return _scaled(HEIGHT, self.font())

    @property
    def hears(self) -> bool:
        """Whether keys would move the line that is chosen, so that it is shown."""
        return True

    def set_theme(self, theme: Theme) -> None:
        self.brush.theme = theme
        self.viewport().update()

    def show_rows(self, rows: Sequence[Row], at: int = 0) -> None:
        """Other lines, with one of them chosen."""
        self.lines.show(rows)
        self.choose(at)

    def choose(self, at: int) -> None:
        if 0 <= at < len(self.lines.rows):
            self.setCurrentIndex(self.lines.index(at))

    def step(self, by: int) -> None:
        """Goes up or down by some lines, as far as there are any."""
        self.choose(max(0, min(len(self.lines.rows) - 1, self.currentIndex().row() + by)))

    @property
    def row(self) -> Row | None:
        """The line that is chosen."""
        at = self.currentIndex().row()
        return self.lines.rows[at] if 0 <= at < len(self.lines.rows) else None


class RowBrush(QStyledItemDelegate):
    """Paints one row."""

    def __init__(self, theme: Theme, rows: RowList) -> None:
        super().__init__(rows)
        self.rows = rows
        self.theme, self.small, self.tiny = theme, SMALL, TINY

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, _scaled(HEIGHT, option.font))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row = index.data(ROW)
        room = QRectF(option.rect)
        state = option.state
        self.small, self.tiny = _scaled(SMALL, option.font), _scaled(TINY, option.font)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, room, state)
        self._head(painter, row, room) if row.head else self._entry(painter, row, room)
        painter.restore()

    def _ground(self, painter: QPainter, room: QRectF, state: QStyle.StateFlag) -> None:
        chosen = bool(state & QStyle.StateFlag.State_Selected) and self.rows.hears
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush(self.theme.chosen if chosen else self.theme.hover))
            painter.drawRoundedRect(room.adjusted(4, 1, -4, -1), 6, 6)

    def _head(self, painter: QPainter, row: Row, room: QRectF) -> None:
        sign = pixmap("chevron-down" if row.open else "chevron-right", self.theme.muted, 12)
        painter.drawPixmap(round(room.x() + 8), round(room.center().y() - 6), sign)
        self._bar(painter, row, room.x() + 24, room)
        taken = max(12.0, self._right(painter, row, room) + 8)
        painter.setFont(fonts.words(self.small, bold=True))
        painter.setPen(color(self.theme.text))
        inner = room.adjusted(36, 0, -taken - 4, 0)
        title = elided(row.title, self.small, int(inner.width()), bold=True)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, title)

    def _entry(self, painter: QPainter, row: Row, room: QRectF) -> None:
        inset = 12 if row.inner else 0
        self._bar(painter, row, room.x() + 12 + inset, room)
        taken = self._right(painter, row, room)
        left, width = room.x() + 24 + inset, room.width() - 36 - inset - taken
        title = elided(row.title, self.small, int(width))
        at = left
        painter.setFont(fonts.words(self.small))
        for lit, part in _parts(title, row.marks):
            painter.setPen(color(self.theme.accent if lit else self.theme.text))
            painter.drawText(QRectF(at, room.y(), width, room.height()), Qt.AlignmentFlag.AlignVCenter, part)
            at += advance(part, self.small)
        if row.detail and width - (at - left) > 32:
            painter.setFont(fonts.words(self.tiny))
            painter.setPen(color(self.theme.muted))
            rest = QRectF(at + 8, room.y(), width - (at - left) - 8, room.height())
            painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, elided(row.detail, self.tiny, int(rest.width())))

    def _bar(self, painter: QPainter, row: Row, x: float, room: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(family_color(row.family, self.theme)))
        painter.drawRoundedRect(QRectF(x, room.center().y() - 7, 3, 14), 1.5, 1.5)

    def _right(self, painter: QPainter, row: Row, room: QRectF) -> float:
        """Writes what stands on the right, and says how much room that takes; words give way to the title."""
        left = room.width() - 48 - advance(row.title, self.small, bold=row.head)
        most = int(room.width() * 0.45)
        if not row.right or not (row.numbers or advance(row.right, self.tiny) <= min(left, most)):
            return 0.0
        text = elided(row.right, self.tiny, most, mono=row.numbers)
        painter.setFont(fonts.numbers(self.tiny) if row.numbers else fonts.words(self.tiny))
        painter.setPen(color(self.theme.muted))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(room.adjusted(0, 0, -12, 0), flags, text)
        return advance(text, self.tiny, mono=row.numbers) + 8


def _scaled(pixels: int, font: QFont) -> int:
    """A size at 100 %, as it is with letters of another size."""
    return round(pixels * max(1, font.pixelSize()) / SMALL)


def _parts(title: str, marks: tuple[int, ...]) -> list[tuple[bool, str]]:
    """The title in pieces, each wholly lit or not."""
    lit = set(marks)
    groups = groupby(enumerate(title), key=lambda pair: pair[0] in lit)
    return [(on, "".join(letter for _, letter in part)) for on, part in groups]
