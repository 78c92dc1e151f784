"""Grid: tiles under the headings of their topics, in as many columns as there is room for."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from dlstudio.ui.start.gallery import TOPICS
from dlstudio.ui.start.tile import Tile, size
from dlstudio.ui.theme.letters import scaled

GAP, HEADING, BETWEEN = 16, 24, 20


class Grid(QWidget):
    """All tiles; those that a search does not find are hidden and the others close up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles: list[Tile] = []
        self.headings = {topic: _heading(topic, self) for topic in TOPICS}
        self.empty = _heading("", self)

    def fill(self, tiles: Sequence[Tile]) -> None:
        """Shows the tiles, its children, in the order of the topics."""
        self.tiles = sorted(tiles, key=lambda tile: (TOPICS.index(tile.entry.topic), tile.entry.parameters))
        for tile in self.tiles:
            tile.show()
        self.place()

    def keep(self, wanted: str, found: Sequence[Tile]) -> None:
        """Shows only what was found."""
        for tile in self.tiles:
            tile.setVisible(tile in found)
        self.empty.setText("" if found else f"No template holds “{wanted}”. Press Esc to see all.")
        self.place()

    @property
    def shown(self) -> list[Tile]:
        return [tile for tile in self.tiles if not tile.isHidden()]

    def place(self) -> None:
        """Lays the tiles out for the width that there is."""
        least, high, heading_high = size().width(), size().height(), scaled(HEADING)
        columns = max(1, (self.width() + GAP) // (least + GAP))
        width = (self.width() - GAP * (columns - 1)) // columns
        y = 0
        for topic, heading in self.headings.items():
            mine = [tile for tile in self.shown if tile.entry.topic == topic]
            heading.setVisible(bool(mine))
            if not mine:
                continue
            heading.setGeometry(0, y, self.width(), heading_high)
            y += heading_high + 4
            for number, tile in enumerate(mine):
                row, column = divmod(number, columns)
                tile.setGeometry(column * (width + GAP), y + row * (high + GAP), width, high)
            y += ((len(mine) - 1) // columns + 1) * (high + GAP) + BETWEEN - GAP
        self.empty.setVisible(not self.shown)
        self.empty.setGeometry(0, 0, self.width(), heading_high)
        self.setMinimumHeight(max(y, heading_high))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.place()


def _heading(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "muted")
    label.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
    return label
