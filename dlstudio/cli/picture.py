"""dlstudio picture: a network drawn like a figure in a paper."""

import os
from pathlib import Path
from typing import Annotated

import typer

from dlstudio.cli.arguments import DEFAULT_NETWORK, Json, NetworkName, ProjectName, project
from dlstudio.cli.speech import result, say
from dlstudio.core.issue import ProjectProblem


def picture(
    name: ProjectName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where it goes: .svg, .png or .pdf.")],
    network: NetworkName = DEFAULT_NETWORK,
    theme: Annotated[str, typer.Option("--theme", help="paper, light or dark.")] = "paper",
    scale: Annotated[float, typer.Option("--scale", min=0.25, max=8, help="Pixels of a PNG for each one.")] = 2.0,
    title: Annotated[str, typer.Option("--title", help="A line over the picture.")] = "",
    opened: Annotated[bool, typer.Option("--open", help="Draws what is in the blocks too, side by side.")] = False,
    clear: Annotated[bool, typer.Option("--transparent", help="Leaves out the ground.")] = False,
    carries: Annotated[
        bool, typer.Option("--project/--no-project", help="Whether an SVG or PNG carries the project.")
    ] = True,
    json: Json = False,
) -> None:
    """Draw a network like a figure in a paper: SVG, PNG or PDF."""
    drawn = project(name)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from dlstudio.ui.app import application
    from dlstudio.ui.picture import THEMES, Style, write

    if theme not in THEMES:
        raise ProjectProblem(f"There is no theme “{theme}” for pictures (there is: {', '.join(THEMES)}).")
    application()
    write(drawn, file, network, Style(THEMES[theme], scale, title, opened, clear, carries))
    if json:
        result({"picture": str(file)})
    else:
        say(f"Wrote {file}.")
