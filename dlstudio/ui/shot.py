"""Shot: a picture of the window on a project."""

from pathlib import Path

from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.ui.app import application, open_window
from dlstudio.ui.arrangements import ARRANGEMENTS
from dlstudio.ui.theme.tokens import THEMES


def draw(project: Project, picture: Path, size: tuple[int, int], theme: str, arrangement: str) -> None:
    """Opens the window, lets it settle, and writes what it shows."""
    if theme not in THEMES:
        raise ProjectProblem(f"There is no theme “{theme}” (there is: {', '.join(THEMES)}).")
    if arrangement not in ARRANGEMENTS:
        raise ProjectProblem(f"There is no arrangement “{arrangement}” (there is: {', '.join(ARRANGEMENTS)}).")
    app = application()
    window = open_window(project, theme=theme)
    window.resize(*size)
    window.arrange(arrangement)
    app.processEvents()
    window.canvas.fit()
    app.processEvents()
    done = window.grab().save(str(picture))
    window.close()
    window.deleteLater()
    app.processEvents()
    if not done:
        raise ProjectProblem(f"{picture} cannot be written. Choose a folder that you may write to.")
