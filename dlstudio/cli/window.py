"""dlstudio PROJECT: the window."""

from typing import Annotated

import typer

from dlstudio.cli.arguments import Json, complete, project
from dlstudio.cli.speech import plain, result, say

ABSENT = (
    "This version has no window yet; from the command line it checks projects, counts what they take, writes them "
    "as PyTorch and trains them: templates, new, check, summary, line, code, data, train, runs, doctor "
    "(see dlstudio --help)."
)


def window(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[PROJECT]", help="A .dls file or the name of a template.", autocompletion=complete),
    ] = None,
    json: Json = False,
) -> None:
    """Open the window, on a project where one is named."""
    opened = project(name) if name is not None else None
    if json:
        result({"window": False, "project": opened and opened.name})
        return
    if opened is not None:
        say(f"“{plain(opened.name)}” can be read.")
    say(ABSENT)
