"""dlstudio code: a network as Python source that needs torch only."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from dlstudio.cli.arguments import DEFAULT_NETWORK, Json, NetworkName, ProjectName, project
from dlstudio.cli.speech import console, result, say


def code(
    name: ProjectName,
    network: NetworkName = DEFAULT_NETWORK,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the source to this file.")
    ] = None,
    json: Json = False,
) -> None:
    """Print a network as Python source; it needs torch only and defines the class that is trained."""
    from dlstudio.compiler.emit import emit

    source = emit(project(name), network)
    if output is not None:
        from dlstudio.core.files import write

        write(output, source.text.encode())
    if json:
        where = {"file": str(output)} if output is not None else {"source": source.text}
        result({"class": source.class_name, **where})
    elif output is not None:
        say(f"{output} is written; the class is {source.class_name}.")
    else:
        _print(source.text)


def _print(text: str) -> None:
    """The source as it is; coloured where somebody looks at it."""
    screen = console()
    if screen.is_terminal and not screen.no_color:
        from rich.syntax import Syntax

        screen.print(Syntax(text.rstrip("\n"), "python", theme="ansi_dark", background_color="default"), soft_wrap=True)
    else:
        sys.stdout.write(text)
