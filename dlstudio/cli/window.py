"""dlstudio PROJECT: the window; where there is no screen, a training in the terminal and a picture."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlstudio.cli.arguments import Json, complete, project
from dlstudio.cli.speech import result, say
from dlstudio.core.issue import ProjectProblem

if TYPE_CHECKING:
    from dlstudio.runs.folder import RunFolder

FIRST = "lenet5"
"""What is trained where nothing was asked for and nothing can be shown."""


def window(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[PROJECT]",
            help="A .dls file, the name of a template, or the folder of a run, which is watched.",
            autocompletion=complete,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Open the window, on a project where one is named."""
    watched = attached(name) if name is not None else None
    opened = watched.project() if watched else project(name) if name is not None else None
    path = Path(name) if name is not None and Path(name).is_file() else None
    if json:
        result({"window": has_screen(), "project": opened and opened.name})
    elif has_screen():
        from dlstudio.ui.app import run

        raise typer.Exit(run(opened, path, watched=watched.path) if watched else run(opened, path))
    elif opened is not None:
        raise ProjectProblem(
            f"There is no screen to open a window on. Draw a picture of it with: dlstudio shot {name} picture.png"
        )
    else:
        _without_screen()


def attached(name: str) -> "RunFolder | None":
    """The run that was named, if the word is the folder of one."""
    from dlstudio.runs.folder import RunFolder, is_run

    return RunFolder(Path(name).absolute()) if is_run(Path(name)) else None


def has_screen() -> bool:
    """Whether a window can be shown."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _without_screen() -> None:
    """What a first start does on a machine without a screen: it learns to read digits, and draws the window."""
    from dlstudio.cli.shot import shot
    from dlstudio.cli.train import train

    say(f"There is no screen to open a window on, so {FIRST} is trained here and the window drawn into a file.")
    train(FIRST, epochs=3)
    shot(FIRST, Path("dlstudio.png"))
    say("See dlstudio --help for all that can be done without a window.")
