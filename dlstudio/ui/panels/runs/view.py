"""RunView: the table of runs: how a row looks, and what the mouse and the keys do on it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from dlstudio.runs.census import Record
from dlstudio.ui.panels.runs.columns import Column, falls_first, result
from dlstudio.ui.panels.runs.model import COLUMN, RECORD, RunModel
from dlstudio.ui.theme.fonts import numbers, words
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.ink import color, pen
from dlstudio.ui.theme.tokens import Theme

Index = QModelIndex | QPersistentModelIndex
WIDTHS = {"tick": 32, "name": 152, "status": 108, "text": 112, "number": 72, "setting": 80, "result": 120, "note": 200}
ROW, INSIDE, SIGN, BOX = 24, 8, 14, 14
SIGNS = {
    "running": ("play", "accent"), "paused": ("pause", "accent"), "finished": ("circle-check", "good"),
    "early": ("flag", "good"), "stopped": ("square", "muted"), "failed": ("circle-alert", "bad"),
    "interrupted": ("zap", "warn"), "damaged": ("triangle-alert", "bad"),
}  # fmt: skip
"""What a run that stands so looks like, beside the word."""
KEYS = {
    Qt.Key.Key_Return: "run-open", Qt.Key.Key_Enter: "run-open", Qt.Key.Key_Delete: "run-delete",
    Qt.Key.Key_F2: "run-rename", Qt.Key.Key_F4: "run-note",
}  # fmt: skip


class Cells(QStyledItemDelegate):
    """Paints a cell; the run that is seen and those of this window bear a sign behind their name."""

    def __init__(self, view: "RunView") -> None:
        super().__init__(view)
        self.view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        record: Record = index.data(RECORD)
        column: Column = index.data(COLUMN)
        box: QRect = option.rect.adjusted(INSIDE, 0, -INSIDE, 0)
        painter.save()
        painter.setFont(words(option.font.pixelSize()))
        painter.setPen(color(self.view.theme.text))
        if column.kind == "tick":
            self._tick(painter, option.rect, record.path)
        elif column.kind == "status":
            self._status(painter, box, record.run.status)
        elif column.kind == "name":
            self._name(painter, box, record)
        elif column.kind == "result":
            self._result(painter, box, result(record, column.key), option.font.pixelSize())
        else:
            self._plain(painter, box, index.data(), column, option.font.pixelSize())
        painter.restore()

    def _tick(self, painter: QPainter, box: QRect, path: Path) -> None:
        theme, hue = self.view.theme, self.view.rows.ticked.get(path)
        hue = hue and (0 if self.view.seen and path.absolute() == self.view.seen else hue)  # as the chart draws it
        square = QRect(box.center().x() - BOX // 2, box.center().y() - BOX // 2 + 1, BOX, BOX)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if hue is None:
            painter.setPen(pen(theme.muted))
            painter.setBrush(color(theme.window))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(self.view.tint(hue)))
        painter.drawRoundedRect(square, 4, 4)
        if hue is not None:
            painter.drawPixmap(square.adjusted(1, 1, -1, -1), pixmap("check", theme.panel, 12))

    def _status(self, painter: QPainter, box: QRect, status: str) -> None:
        sign, tint = SIGNS.get(status, ("circle-help", "muted"))
        theme = self.view.theme
        painter.drawPixmap(box.left(), box.center().y() - SIGN // 2 + 1, pixmap(sign, theme.colors[tint], SIGN))
        strong = tint in ("bad", "warn")
        painter.setPen(color(theme.colors[tint] if strong else theme.text))
        painter.drawText(box.adjusted(SIGN + 6, 0, 0, 0), _side(right=False), status)

    def _name(self, painter: QPainter, box: QRect, record: Record) -> None:
        theme, view = self.view.theme, self.view
        signs = [("eye", theme.accent)] if record.path == view.seen else []
        signs += [("monitor", theme.muted)] if record.path in view.own else []
        room = box.adjusted(0, 0, -(SIGN + 4) * len(signs), 0)
        text = painter.fontMetrics().elidedText(record.run.name, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, _side(right=False), text)
        left = box.left() + painter.fontMetrics().horizontalAdvance(text) + 6
        for number, (sign, tint) in enumerate(signs):
            at = left + number * (SIGN + 4)
            painter.drawPixmap(at, box.center().y() - SIGN // 2 + 1, pixmap(sign, tint, SIGN))

    def _result(self, painter: QPainter, box: QRect, found: tuple[str, str], letters: int) -> None:
        best, last = found
        painter.setFont(numbers(letters))
        metrics = painter.fontMetrics()
        half = (box.width() - INSIDE) // 2
        fits = max(map(metrics.horizontalAdvance, found)) <= half
        painter.drawText(box, _side(right=True), best)
        if fits:
            painter.setPen(color(self.view.theme.muted))
            painter.drawText(box.adjusted(0, 0, -(half + INSIDE), 0), _side(right=True), last)

    def _plain(self, painter: QPainter, box: QRect, text: str, column: Column, letters: int) -> None:
        mono = column.right or column.kind == "setting"
        painter.setFont(numbers(letters) if mono else painter.font())
        if column.kind in ("text", "note"):
            painter.setPen(color(self.view.theme.muted))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _side(right=column.right), shown)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """What is being typed stays, whatever the disk says meanwhile."""
        if not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, max(ROW, option.fontMetrics.height() + 8))


class RunView(QTreeView):
    """Rows of one height; the first column ticks, and the keys do what the buttons do."""

    does = Signal(str)
    """An action of the table shall be done."""
    ticks = Signal(object)
    """The curves of a run shall be drawn too, or no more."""

    def __init__(self, rows: RunModel, theme: Theme, tint: Callable[[int], str]) -> None:
        super().__init__()
        self.rows, self.theme, self.tint = rows, theme, tint
        self.seen: Path | None = None
        self.own: frozenset[Path] = frozenset()
        self.setModel(rows)
        self.setItemDelegate(Cells(self))
        self.setAccessibleName("Runs")
        self.setUniformRowHeights(True)
        self.setRootIsDecorated(False)
        self.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self.header()
        header.setSectionsMovable(False)
        header.setSectionsClickable(True)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(24)
        header.sectionClicked.connect(self._on_title)
        self._widths: dict[str, int] = {}
        header.sectionResized.connect(self._on_width)
        rows.modelReset.connect(self.widen)
        self.widen()

    def widen(self) -> None:
        """Each column as wide as its kind needs it, or as it was pulled."""
        header = self.header()
        header.blockSignals(True)
        for number, column in enumerate(self.rows.columns):
            needs = self.fontMetrics().horizontalAdvance(column.title + " ↓") + 2 * INSIDE + 4
            header.resizeSection(number, self._widths.get(column.key, max(WIDTHS[column.kind], needs)))
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.blockSignals(False)

    def _on_width(self, number: int, _: int, width: int) -> None:
        if number < len(self.rows.columns) - 1:
            self._widths[self.rows.columns[number].key] = width

    def _on_title(self, number: int) -> None:
        """First the best or the first to the top, then the other way, then the newest first again."""
        column = self.rows.columns[number]
        if column.kind == "tick":
            return
        first = falls_first(column)
        if column != self.rows.by:
            self._order(number, falling=first)
        elif self.rows.falling == first:
            self._order(number, falling=not first)
        else:
            self.rows.sort(-1)

    def _order(self, number: int, *, falling: bool) -> None:
        self.rows.sort(number, Qt.SortOrder.DescendingOrder if falling else Qt.SortOrder.AscendingOrder)

    @property
    def writing(self) -> bool:
        """Whether a name or a note is being written, which nothing must disturb."""
        return self.state() == QTreeView.State.EditingState

    def write(self, kind: str) -> None:
        """Opens the name or the note of the current run for writing."""
        row = self.currentIndex().row()
        number = next(number for number, column in enumerate(self.rows.columns) if column.kind == kind)
        if row >= 0:
            self.scrollTo(self.rows.index(row, number))
            self.edit(self.rows.index(row, number))

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == 0 and event.button() == Qt.MouseButton.LeftButton:
            self.ticks.emit(index.data(RECORD))
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or index.column() == 0:
            return
        kind = self.rows.columns[index.column()].kind
        if kind in ("name", "note"):
            self.write(kind)
        else:
            self.does.emit("run-open")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.writing:  # what the field has no use for comes here
            return
        if key == Qt.Key.Key_Space and self.currentIndex().isValid():
            self.ticks.emit(self.currentIndex().data(RECORD))
        elif key in KEYS and event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            self.does.emit(KEYS[key])
        else:
            super().keyPressEvent(event)

    def drawRow(  # noqa: N802
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """The ground of a selected row goes through from edge to edge."""
        if self.selectionModel().isSelected(self.model().index(index.row(), 0)):
            painter.fillRect(option.rect, color(self.theme.chosen))
        super().drawRow(painter, option, index)


def _side(*, right: bool) -> Qt.AlignmentFlag:
    return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter


def tint(hue: int, theme: Theme) -> str:
    """The colour of a curve; the plots are loaded only where there are curves."""
    from dlstudio.ui.plots.colors import hue_color

    return hue_color(hue, theme)
