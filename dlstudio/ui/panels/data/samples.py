"""Samples: what the data looks like: as pictures, as rows, as points; of one part and one class, or of all."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from dlstudio.ui.background import Background
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.panels.data.facts import PARTS, Facts
from dlstudio.ui.panels.data.pages import Pages
from dlstudio.ui.panels.data.rows_view import RowsView
from dlstudio.ui.panels.data.scatter import Scatter
from dlstudio.ui.panels.data.tile import Cloud
from dlstudio.ui.panels.data.tile_grid import TileGrid
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.ui.panels.data.survey import Pick, Survey

NOTHING = "No sample is like that. Choose another part or class."
VIEWS = {"pictures": "Pictures", "waves": "Waves", "texts": "Texts", "rows": "Table", "points": "Points"}


class Samples(QWidget):
    """A row of filters over the views."""

    opened = Signal(object, int, int)
    """Of what was picked, the sample at this place of so many is wanted large."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.facts = Facts()
        self.part, self.of_class = Combo(), Combo()
        self.part.setAccessibleName("Part")
        self.of_class.setAccessibleName("Class")
        self.views, self.switch = QButtonGroup(self), QFrame()
        self.switch.setProperty("role", "segments")
        self.buttons: dict[str, QPushButton] = {}
        self.pages = Pages(self)
        self.by, self.falling = "", False
        """The head of the table by which the samples are ordered, if any."""
        self.grid, self.rows, self.scatter = TileGrid(self.pages, theme), RowsView(self.pages), Scatter(theme)
        self.empty = label(NOTHING, "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.clouds: Background[tuple[Survey, Pick], Cloud] = Background(_cloud, self._show_cloud, self)
        self._lay_out()
        self.part.activated.connect(lambda _: self._pick())
        self.of_class.activated.connect(lambda _: self._pick())
        self.grid.opened.connect(self._open)
        self.rows.opened.connect(self._open)
        self.rows.sorts.connect(self._sort)
        self.scatter.opened.connect(self._open_point)

    def _lay_out(self) -> None:
        segments = QHBoxLayout(self.switch)
        segments.setContentsMargins(1, 1, 1, 1)
        segments.setSpacing(0)
        for name, title in VIEWS.items():
            button = QPushButton(title)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setAccessibleName(f"Show as {title.lower()}")
            button.setMinimumWidth(48)
            button.clicked.connect(lambda _=False, name=name: self._view(name))
            self.views.addButton(button)
            self.buttons[name] = button
            button.hide()
            segments.addWidget(button)
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        self.part.setMinimumContentsLength(8)
        self.of_class.setMinimumContentsLength(8)
        row.addWidget(self.part, 3)
        row.addWidget(self.of_class, 3)
        row.addStretch(1)
        row.addWidget(self.switch)
        for chooser in (self.part, self.of_class, self.switch):
            chooser.hide()
        holder = QWidget()
        self.stack = QStackedLayout(holder)
        for view in (self.grid, self.rows, self.scatter, self.empty):
            self.stack.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(holder, 1)

    # What is shown

    def show_facts(self, facts: Facts) -> None:
        """Other data; the same part, class and view are shown where there still are such."""
        before, self.facts = self.facts, facts
        for chooser in (self.part, self.of_class, self.switch):
            chooser.setVisible(facts.survey is not None)
        if facts.survey is None:
            self.pages.show_picked(None, None, 0)
            self.scatter.show_cloud(None)
            return
        self._fill(facts)
        faces = [facts.face, *(["points"] if facts.plane else []), *(["rows"] if facts.face != "rows" else [])]
        for name, button in self.buttons.items():
            button.setVisible(name in faces)
        self.switch.setVisible(len(faces) > 1)
        self.grid.wide = facts.face in ("waves", "texts")
        shown = next((name for name, button in self.buttons.items() if button.isChecked()), "")
        fresh = before.columns != facts.columns or shown not in faces
        if before.columns != facts.columns:
            self.by, self.falling = "", False
            self.rows.rows.show_order("", False)
        self.buttons[("points" if facts.plane else facts.face) if fresh else shown].setChecked(True)
        self._pick()

    def _fill(self, facts: Facts) -> None:
        part, kind = self.part.currentData(), self.of_class.currentText()
        self.part.clear()
        self.part.addItem(f"All parts · {facts.total:,}", "")
        for name, count in facts.parts.items():
            self.part.addItem(f"{PARTS[name].capitalize()} · {count:,}", name)
        self.part.setCurrentIndex(max(0, self.part.findData(part)))
        self.of_class.clear()
        self.of_class.addItem("All classes", ("", -1))
        for column in facts.labels:
            if facts.balance.get(column.name):
                for i, name in enumerate(column.classes):
                    self.of_class.addItem(f"{column.name}: {name}", (column.name, i))
        self.of_class.setCurrentIndex(max(0, self.of_class.findText(kind)))
        self.of_class.setVisible(self.of_class.count() > 1)

    def _total(self) -> int:
        """How many samples are picked, counted without looking at them."""
        part, (column, at) = self.part.currentData(), self.of_class.currentData()
        parts = [part] if part else list(PARTS)
        if at < 0:
            return self.facts.parts.get(part, self.facts.total)
        name = self.facts.labels_by_name[column].classes[at]
        if not part and self.facts.split == "Everything":
            parts = ["train"]
        return sum(self.facts.balance[column].get(each, {}).get(name, 0) for each in parts)

    def _pick(self) -> None:
        from dlstudio.ui.panels.data.survey import Pick

        column, at = self.of_class.currentData()
        pick, total = Pick(self.part.currentData(), column, at, self.by, self.falling), self._total()
        self.pages.show_picked(self.facts.survey, pick, total, self.rows.chosen)
        self._view(next((name for name, button in self.buttons.items() if button.isChecked()), "rows"))

    def _sort(self, head: str) -> None:
        """By a head: up, down, and as the data has them again; the sample that is chosen stays so."""
        if head != self.by:
            self.by, self.falling = head, False
        elif not self.falling:
            self.falling = True
        else:
            self.by, self.falling = "", False
        self.rows.rows.show_order(self.by, self.falling)
        self._pick()

    def _view(self, name: str) -> None:
        views = {"rows": self.rows, "points": self.scatter}
        self.stack.setCurrentWidget(views.get(name, self.grid) if self.pages.total else self.empty)
        if name == "points" and self.facts.survey and self.pages.pick:
            self.clouds.ask((self.facts.survey, self.pages.pick))

    def _show_cloud(self, asked: "tuple[Survey, Pick]", cloud: Cloud) -> None:
        if asked[0] is self.facts.survey:
            self.scatter.show_cloud(cloud)

    def _open(self, at: int) -> None:
        self.opened.emit(self.pages.pick, at, self.pages.total)

    def _open_point(self, index: int) -> None:
        from dlstudio.ui.panels.data.survey import Pick

        self.opened.emit(Pick(), index, self.facts.total)

    def seek(self) -> None:
        """Gives the keys to the view that is seen."""
        self.stack.currentWidget().setFocus()

    def set_theme(self, theme: Theme) -> None:
        self.grid.set_theme(theme)
        self.scatter.set_theme(theme)

    def stop(self) -> None:
        self.pages.stop()
        self.clouds.stop()


def _cloud(asked: "tuple[Survey, Pick]") -> Cloud:
    from dlstudio.ui.panels.data.tiling import cloud

    return cloud(asked)
