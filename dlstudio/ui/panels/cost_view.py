"""CostView: the table of costs, with the share of each node painted behind its numbers, and the sums below."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from dlstudio.compiler.cost import size
from dlstudio.ui.panels.cost_model import LINE, CostModel
from dlstudio.ui.panels.costs import COLUMNS, NUMBERS, Column, Line
from dlstudio.ui.theme.fonts import numbers, words
from dlstudio.ui.theme.ink import color
from dlstudio.ui.theme.tokens import Theme, family_color

WIDTHS = (220, 160, 140, 148, 172, 140)
ROW, INSIDE, BAR = 24, 8, 40
"""Pixels: the height of a row, the space inside a cell, the bar of a node that takes all."""


class Share(QStyledItemDelegate):
    """Paints a cell: numbers in mono on the right, and under them a bar as long as their share."""

    def __init__(self, view: "CostView") -> None:
        super().__init__(view)
        self.view = view

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        column = COLUMNS[index.column()]
        line: Line = index.data(LINE)
        muted = not line.live or column == "kind"
        box: QRect = option.rect
        theme = self.view.theme
        painter.save()
        if column in NUMBERS:
            self._bar(painter, box, line, column)
        plain = column in ("node", "kind")
        letters = option.font.pixelSize()
        painter.setFont(words(letters) if plain else numbers(letters))
        painter.setPen(color(theme.muted if muted else theme.text))
        open_here = column == "node" and self.view.rootIsDecorated()
        inner = box.adjusted(4 if open_here else INSIDE, 0, -INSIDE, 0)
        text = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, inner.width())
        side = Qt.AlignmentFlag.AlignLeft if plain else Qt.AlignmentFlag.AlignRight
        painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _bar(self, painter: QPainter, box: QRect, line: Line, column: Column) -> None:
        found = self.view.rows.costs
        whole = found.whole(column) if found else 0
        share = getattr(line, column) / whole if whole else 0.0
        if share > 0:
            track = QRect(box.left() + INSIDE, box.center().y() - 1, BAR, 4)
            painter.fillRect(track, color(self.view.theme.line))
            track.setWidth(max(2, round(BAR * min(1.0, share))))
            painter.fillRect(track, color(family_color(line.family, self.view.theme)))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(WIDTHS[index.column()], max(ROW, option.fontMetrics.height() + 8))


class CostView(QTreeView):
    """Rows of one height, sorted by a click on a title: rising, falling, and as the network runs."""

    def __init__(self, rows: CostModel, theme: Theme) -> None:
        super().__init__()
        self.rows, self.theme = rows, theme
        self.setModel(rows)
        self.setItemDelegate(Share(self))
        self.setAccessibleName("Costs of the nodes")
        self.setUniformRowHeights(True)
        self.setIndentation(16)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionsClickable(True)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(80)
        header.sectionClicked.connect(self._on_title)
        for column, width in enumerate(WIDTHS):
            header.resizeSection(column, width)

    def _on_title(self, column: int) -> None:
        """Numbers fall at first, names rise; the third click brings back the order in which the network runs."""
        rising, falling = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        orders = [falling, rising] if COLUMNS[column] in NUMBERS else [rising, falling]
        if self.rows.by != COLUMNS[column]:
            self.rows.sort(column, orders[0])
        elif self.rows.falling == (orders[0] == falling):
            self.rows.sort(column, orders[1])
        else:
            self.rows.sort(-1)

    def drawRow(  # noqa: N802
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The ground of a selected row goes through from edge to edge."""
        if self.selectionModel().isSelected(self.model().index(index.row(), 0, index.parent())):
            painter.fillRect(option.rect, color(self.theme.chosen))
        super().drawRow(painter, option, index)


class Sums(QWidget):
    """The last row: what all nodes take, under their columns."""

    def __init__(self, view: CostView) -> None:
        super().__init__()
        self.view = view
        self.setFixedHeight(ROW + 4)
        self.setAccessibleName("Sums")
        view.header().sectionResized.connect(lambda *_: self.update())
        view.header().geometriesChanged.connect(self.update)
        view.horizontalScrollBar().valueChanged.connect(lambda _: self.update())

    @property
    def texts(self) -> dict[str, str]:
        """What stands in each column."""
        found = self.view.rows.costs
        if found is None:
            return {}
        return {
            "node": "Total",
            "parameters": f"{found.parameters:,}",
            "macs": f"{found.macs:,}",
            "memory": size(found.activations),
        }

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, header = self.view.theme, self.view.header()
        painter.fillRect(self.rect(), color(theme.panel))
        painter.fillRect(0, 0, self.width(), 1, color(theme.line))
        painter.setPen(color(theme.text))
        for name, text in self.texts.items():
            column = COLUMNS.index(name)
            plain = name == "node"
            painter.setFont((words if plain else numbers)(self.font().pixelSize(), True))
            box = QRect(header.sectionViewportPosition(column), 1, header.sectionSize(column), self.height() - 1)
            side = Qt.AlignmentFlag.AlignLeft if plain else Qt.AlignmentFlag.AlignRight
            painter.drawText(box.adjusted(INSIDE, 0, -INSIDE, 0), side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
