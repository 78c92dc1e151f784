"""App: Qt made ready, and windows on documents."""

import signal
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from dlstudio.core.document import Project
from dlstudio.ui import offscreen
from dlstudio.ui.actions.help import environment
from dlstudio.ui.actions.keys import Keys
from dlstudio.ui.actions.table import ACTIONS, MENUS
from dlstudio.ui.ahead import Ahead
from dlstudio.ui.files import attach
from dlstudio.ui.files.desk import Desk
from dlstudio.ui.files.document import Document
from dlstudio.ui.files.question import Answer, Question, is_asked
from dlstudio.ui.files.recent_menu import recent_menu
from dlstudio.ui.loading import leave
from dlstudio.ui.mishap import Mishap, Watch
from dlstudio.ui.notice import Notice
from dlstudio.ui.session import Session
from dlstudio.ui.settings import settings
from dlstudio.ui.start.page import show_start
from dlstudio.ui.sweep import Sweep, settle
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.tokens import SMALL
from dlstudio.ui.watch_bar import WatchBar
from dlstudio.ui.window import Window

NAME = "dlstudio"
SWITCH = 0.00005
"""How long other threads keep Python's lock while the window waits for it, in seconds; it waits often in a frame."""
_desks: list[Desk] = []


def application() -> QApplication:
    """The one QApplication, with our letters."""
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else _started()
    if app.applicationName() != NAME:  # once: Qt goes through every widget of every window for it
        app.setApplicationName(NAME)
        app.setStyle("Fusion")
        fonts.load()
        app.setFont(fonts.words(SMALL))
    return app


def _started() -> QApplication:
    app = QApplication([sys.argv[0]])
    if app.platformName() == offscreen.PLATFORM:
        offscreen.keep_to_what_matters()
    return app


def commands(window: Window) -> Keys:
    """All that the table knows, on a window."""
    return Keys(window, ACTIONS, MENUS)


def make(desk: Desk, *, theme: str = "") -> Document:
    """An empty document in a window on the screen."""
    window = Window(Session(Project()), commands, theme_name=theme or str(settings().value("theme", "system")))
    recent_menu(window, desk)
    document = Document(window, desk)
    WatchBar(window)
    Notice(window)
    window.show()
    return document


def desk() -> Desk:
    """The one desk of the program."""
    if not _desks:
        _desks.append(Desk(make, show_start))
    return _desks[0]


def open_window(project: Project, path: Path | None = None, *, theme: str = "") -> Window:
    """A window on a document; networks that were never laid out are."""
    application()
    document = make(desk(), theme=theme)
    desk().documents.append(document)
    document.take(project, path)
    return document.window


def watch() -> Watch:
    """From now on a mistake of the program's own is told over the window, and the work is kept."""
    return Watch(tell, environment)


def tell(mishap: Mishap) -> None:
    """Keeps all unsaved work at once, and says what happened over one window."""
    for document in desk().documents:
        document.autosave.now()
    windows = [document.window for document in desk().documents]
    over = next((window for window in windows if window.isActiveWindow()), windows[-1] if windows else None)
    if over and is_asked(over):
        over.tell("Something in the program went wrong; nothing was lost.", "warn")
    elif over:
        Question(
            over,
            "Something in the program went wrong",
            "It is the program's mistake, and nothing was lost: unsaved work was kept at once, and you can go on.",
            (Answer("Go on"), Answer("Copy details", mishap.copy)),
            escape=0,
        )


def smooth() -> Sweep:
    """From now on the window is held neither by other threads nor by the search for garbage."""
    sys.setswitchinterval(SWITCH)
    return Sweep()


def end() -> None:
    """The process is told to end: what trains stops with a checkpoint, and unsaved work is kept."""
    desk().at_once()
    application().quit()


def drawn() -> bool:
    """Whether a network lies on a canvas."""
    return any(document.session.state.network.nodes for document in desk().documents)


def run(project: Project | None, path: Path | None, *, watched: Path | None = None) -> int:
    """Opens the window, on the start page where no project is named, and stays until the last one is closed."""
    app = application()
    window = open_window(project or Project(), path)
    watching, sweep, ahead = watch(), smooth(), Ahead(app, drawn)
    QTimer.singleShot(0, settle)
    app.commitDataRequest.connect(lambda _: desk().at_once())
    signal.signal(signal.SIGTERM, lambda *_: end())
    if watched:
        attach.watch(window, watched)
    if project is None:
        desk().start(window)
    try:
        return app.exec()
    finally:
        ahead.stop()
        leave()
        sweep.stop()
        watching.stop()
