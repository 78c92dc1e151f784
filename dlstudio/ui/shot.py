"""Shot: a picture of the window on a project."""

from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from PySide6.QtGui import QImage

from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.ui.app import application, desk, open_window
from dlstudio.ui.arrangements import ARRANGEMENTS
from dlstudio.ui.session import Choice, Session
from dlstudio.ui.start.page import StartPage
from dlstudio.ui.theme.tokens import THEMES
from dlstudio.ui.window import Window

ROUNDS, PATIENCE = 60, 20.0
"""How many rounds of events without a change make a window one at rest, and how many seconds it has for that."""
PAUSE = 0.005
"""How long a round lasts at least, in seconds."""


@dataclass(frozen=True, slots=True)
class Scenery:
    """How the window is set up before it is drawn."""

    size: tuple[int, int] = (1280, 800)
    theme: str = "dark"
    arrangement: str = "Design"
    network: str = ""
    select: tuple[str, ...] = ()
    start: bool = False


def draw(project: Project, picture: Path, scenery: Scenery) -> None:
    """Opens the window, lets it settle, and writes what it shows."""
    _check(project, scenery)
    application()
    window = open_window(Project(), theme=scenery.theme)
    window.resize(*scenery.size)
    window.arrange(scenery.arrangement)
    _wait(0.0)
    if scenery.start:
        _show_start(window)
    else:
        _show_project(window, project, scenery)
    done = window.grab().save(str(picture))
    window.close()
    _wait(0.0)
    if not done:
        raise ProjectProblem(f"{picture} cannot be written. Choose a folder that you may write to.")


def _check(project: Project, scenery: Scenery) -> None:
    if scenery.theme not in THEMES:
        raise ProjectProblem(f"There is no theme “{scenery.theme}” (there is: {', '.join(THEMES)}).")
    if scenery.arrangement not in ARRANGEMENTS:
        names = ", ".join(ARRANGEMENTS)
        raise ProjectProblem(f"There is no arrangement “{scenery.arrangement}” (there is: {names}).")
    if scenery.network and scenery.network not in project.networks:
        names = ", ".join(project.networks)
        raise ProjectProblem(f"The project has no network “{scenery.network}” (it has: {names}).")
    known = project.networks[scenery.network or Session(project).state.where].nodes
    missing = next((node for node in scenery.select if node not in known), None)
    if missing:
        raise ProjectProblem(f"There is no node “{missing}” here (there is: {', '.join(known)}).")


def _show_project(window: Window, project: Project, scenery: Scenery) -> None:
    desk().show(project, over=window)
    if scenery.network:
        window.session.show(scenery.network)
    window.session.choose(Choice(frozenset(scenery.select)))
    window.canvas.fit()
    _rest(window)


def _rest(window: Window) -> None:
    """Waits until the window is whole and looks the same twice: panels are made bit by bit, on slow machines slowly."""
    end, before = monotonic() + PATIENCE, QImage()
    while monotonic() < end:
        for _ in range(ROUNDS):
            _wait(PAUSE)
        now = window.grab().toImage()
        if now == before and window.canvas.whole and not window.turns.busy:
            return
        before = now


def _show_start(window: Window) -> None:
    """The start page, once every drawing is on it."""
    desk().start(window)
    page = next(page for page in window.findChildren(StartPage) if page.isVisible())
    end = monotonic() + PATIENCE
    while not page.complete and monotonic() < end:
        _wait(0.02)


def _wait(seconds: float) -> None:
    """Lets the window go on."""
    app, end = application(), monotonic() + seconds
    app.processEvents()
    while monotonic() < end:
        sleep(PAUSE)
        app.processEvents()
