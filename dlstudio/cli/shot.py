"""dlstudio shot: a picture of the window on a project, drawn where no screen is."""

import os
import re
from pathlib import Path
from typing import Annotated

import typer

from dlstudio.cli.arguments import Json, complete, project
from dlstudio.cli.speech import result, say
from dlstudio.core.issue import ProjectProblem

FORMATS = (".png", ".jpg", ".jpeg", ".webp", ".bmp")


def shot(
    name: Annotated[str, typer.Argument(metavar="PROJECT", help="A .dls file or a template.", autocompletion=complete)],
    picture: Annotated[Path, typer.Argument(metavar="PICTURE", help="Where the picture goes: a .png file.")],
    size: Annotated[str, typer.Option("--size", help="Width and height in pixels.")] = "1280x800",
    theme: Annotated[str, typer.Option("--theme", help="dark, light or contrast.")] = "dark",
    arrangement: Annotated[str, typer.Option("--arrangement", help="Design, Train or Inspect.")] = "Design",
    scale: Annotated[float, typer.Option("--scale", min=0.5, max=4, help="Pixels of the picture for each one.")] = 1.0,
    network: Annotated[str, typer.Option("--network", "-n", metavar="NAME", help="Which network is shown.")] = "",
    select: Annotated[
        list[str] | None, typer.Option("--select", metavar="NODE", help="A node that is selected; can be repeated.")
    ] = None,
    start: Annotated[bool, typer.Option("--start", help="Shows the start page instead.")] = False,
    json: Json = False,
) -> None:
    """Draw the window on a project into a picture; no screen is needed."""
    opened = project(name)
    width, height = _size(size)
    if picture.suffix.lower() not in FORMATS:
        raise ProjectProblem(f"“{picture.name}” is no picture that can be written; end it with {', '.join(FORMATS)}.")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(scale)
    from dlstudio.ui.shot import Scenery, draw

    draw(opened, picture, Scenery((width, height), theme, arrangement, network, tuple(select or ()), start))
    if json:
        result({"picture": str(picture), "width": width, "height": height})
    else:
        say(f"Wrote {picture}.")


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{3,4})[x×](\d{3,4})", text)
    if not found:
        raise ProjectProblem(f"“{text}” is no size; write it as 1280x800.")
    return int(found[1]), int(found[2])
