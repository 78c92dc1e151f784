"""dlstudio new: a project file from a template or from a typed line."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from dlstudio.cli.arguments import Json
from dlstudio.cli.speech import result, say
from dlstudio.core.document import Project
from dlstudio.core.files import save
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.templates import SUFFIX, template


def new(
    names: Annotated[
        list[str],
        typer.Argument(metavar="[TEMPLATE] FILE", help="The template to start from, and the file to write."),
    ],
    line: Annotated[
        str | None, typer.Option("--line", "-l", metavar="LINE", help="Start from a typed line, not from a template.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace the file if it is there.")] = False,
    json: Json = False,
) -> None:
    """Write a new project file, from a template or from a typed line."""
    start, file = _split(names, line)
    target = Path(file if Path(file).suffix else file + SUFFIX)
    if not force and (target.exists() or target.is_symlink()):
        raise ProjectProblem(f"{target} is there already; --force replaces it.")
    save(_made(start, line, target.stem), target)
    if json:
        result({"file": str(target)})
    else:
        say(f"{target} is written. See it with: dlstudio summary {target}")


def _split(names: list[str], line: str | None) -> tuple[str, str]:
    """The template, or nothing where a line was typed, and the file."""
    wanted = 1 if line is not None else 2
    if len(names) != wanted:
        what = "one file beside --line" if wanted == 1 else "a template and a file"
        raise typer.BadParameter(f"new takes {what}, not {len(names)} names")
    return (names[0] if wanted == 2 else ""), names[-1]


def _made(start: str, line: str | None, name: str) -> Project:
    if line is None:
        return template(start)
    import dlstudio

    return replace(dlstudio.line(line), name=name)
