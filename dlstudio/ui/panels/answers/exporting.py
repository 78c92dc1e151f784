"""Exporting: the figure as a picture or a drawing, and both figure and table as numbers for a spreadsheet."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtWidgets import QMenu, QWidget

from dlstudio.ui.panels.answers.matrix import Matrix
from dlstudio.ui.panels.answers.pairs import Pairs
from dlstudio.ui.plots import export
from dlstudio.ui.theme.ink import brush

Table = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Contents:
    """What can be taken out of the panel now."""

    name: str
    figure: Matrix | Pairs | None
    rows: Table


class Exports:
    """A menu of what can be taken out, and the work itself."""

    def __init__(self, parent: QWidget, contents: Callable[[], Contents | None], say: Callable[[str], object]) -> None:
        self.parent, self.contents, self.say = parent, contents, say

    def fill(self, menu: QMenu) -> None:
        """The entries that there are now."""
        menu.clear()
        now = self.contents()
        if now is None:
            menu.addAction("There is nothing to export yet").setEnabled(False)
            return
        if figure := now.figure:
            name = "matrix" if isinstance(figure, Matrix) else "points"
            for title, suffix in export.PICTURES:
                text = export.entry(f"{title} of the {name}", suffix)
                menu.addAction(text, partial(self.picture, now.name, figure, suffix))
            menu.addAction(f"Numbers of the {name} (CSV) …", lambda: self.table(f"{now.name} {name}", figure.table()))
            menu.addSeparator()
        menu.addAction("Table (CSV) …", lambda: self.table(f"{now.name} table", now.rows))
        menu.addAction("Copy the table", lambda: self.copy(now.rows))

    def picture(self, name: str, figure: Matrix | Pairs, suffix: str) -> None:
        """Writes the figure as it is seen."""

        def paint(painter: QPainter) -> None:
            painter.fillRect(figure.rect(), brush(figure.theme.panel))
            figure.draw(painter)

        sheet = export.Sheet(name, figure.width(), figure.height(), paint, figure.theme, figure.set_theme)
        if file := export.chosen(self.parent, name, suffix):
            self.say(export.write(file, export.picture(sheet, suffix)))

    def table(self, name: str, table: Table) -> None:
        """Writes numbers with all their digits."""
        if file := export.chosen(self.parent, name, ".csv"):
            self.say(export.write(file, written(table).encode()))

    def copy(self, table: Table) -> None:
        """Puts a table on the clipboard, for a spreadsheet."""
        QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in table))
        self.say("The table is on the clipboard")


def written(table: Table) -> str:
    """Rows as a spreadsheet reads them."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table)
    return text.getvalue()
