"""App: Qt made ready, and windows on documents."""

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from dlstudio.core.document import Project
from dlstudio.ui.actions.keys import Keys
from dlstudio.ui.actions.table import ACTIONS, MENUS
from dlstudio.ui.canvas.tidy import placed
from dlstudio.ui.session import Session
from dlstudio.ui.settings import settings
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.tokens import SMALL
from dlstudio.ui.window import Window

_windows: set[Window] = set()


def application() -> QApplication:
    """The one QApplication, with our letters."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication([sys.argv[0]])
    app.setApplicationName("dlstudio")
    app.setStyle("Fusion")
    fonts.load()
    app.setFont(fonts.words(SMALL))
    return app


def commands(window: Window) -> Keys:
    """All that the table knows, on a window."""
    return Keys(window, ACTIONS, MENUS)


def open_window(project: Project, path: Path | None = None, *, theme: str = "") -> Window:
    """A window on a document; networks that were never laid out are."""
    application()
    session = Session(placed(project), path)
    window = Window(session, commands, theme_name=theme or str(settings().value("theme", "system")))
    _windows.add(window)
    window.destroyed.connect(lambda: _windows.discard(window))
    window.show()
    return window


def run(project: Project | None, path: Path | None) -> int:
    """Opens the window and stays until the last one is closed."""
    app = application()
    open_window(project or Project(), path)
    return app.exec()
