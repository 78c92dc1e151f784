"""ExportButton: a picture that is no plot as a file or on the clipboard, from a button with a menu."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton

from dlstudio.ui.plots import export
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.tokens import Theme


class ExportButton(QToolButton):
    """Asks for the sheet when it is wanted."""

    told = Signal(str)
    """What became of it, in a sentence."""

    def __init__(self, theme: Theme, sheet: Callable[[], export.Sheet], what: str) -> None:
        super().__init__()
        self.sheet = sheet
        menu = QMenu(self)
        for title, suffix in export.PICTURES:
            menu.addAction(export.entry(title, suffix)).triggered.connect(lambda _=False, kind=suffix: self.save(kind))
        menu.addSeparator()
        menu.addAction("Copy picture").triggered.connect(self.copy)
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName(f"Export {what}")
        self.setToolTip(f"Export {what} as a picture")
        self.set_theme(theme)

    def save(self, suffix: str) -> None:
        """Writes what is shown to a file that somebody chooses."""
        sheet = self.sheet()
        if file := export.chosen(self, sheet.title, suffix):
            self.told.emit(export.write(file, export.picture(sheet, suffix)))

    def copy(self) -> None:
        self.told.emit(export.copy(self.sheet()))

    def set_theme(self, theme: Theme) -> None:
        self.setIcon(icon("download", theme))
