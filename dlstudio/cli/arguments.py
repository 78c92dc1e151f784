"""What several commands are given: a project, a network, a batch size, and whether a machine reads the answer."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from dlstudio.core.document import MODEL, Project
from dlstudio.core.files import load, loads
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.templates import SUFFIX, advice, find, template, templates

STDIN = "-"


def complete(incomplete: str) -> list[str]:
    """The templates that a word on the command line may become."""
    return [name for name in templates() if name.startswith(incomplete)]


ProjectName = Annotated[
    str,
    typer.Argument(
        metavar="PROJECT",
        help="A .dls file, the name of a template, or - for standard input.",
        autocompletion=complete,
        show_default=False,
    ),
]
NetworkName = Annotated[str, typer.Option("--network", "-n", metavar="NAME", help="Which network of the project.")]
Batch = Annotated[int, typer.Option("--batch", "-b", min=1, help="Samples at a time, for the memory.")]
Json = Annotated[bool, typer.Option("--json", help="For machines: one JSON object a line, the result last.")]

DEFAULT_NETWORK = MODEL


def project(name: str) -> Project:
    """The project that was named: a file, a template, or what comes in."""
    if name == STDIN:
        return _incoming()
    if _is_path(name):
        return load(name)
    stem = find(name)
    if stem is None:
        raise ProjectProblem(f"There is no file and no template “{name}”.{advice(name)}")
    return template(stem)


def _is_path(name: str) -> bool:
    """Whether a file is meant: a word that only a path would be, or a file; a template goes before a folder."""
    looks = name.endswith(SUFFIX) or len(Path(name).parts) > 1
    return looks or Path(name).is_file() or (Path(name).exists() and name not in templates())


def _incoming() -> Project:
    data = sys.stdin.buffer.read()
    try:
        return loads(data.decode())
    except UnicodeDecodeError:
        raise ProjectProblem("Standard input is no project: it holds bytes that are no text.") from None
    except ProjectProblem as problem:
        raise ProjectProblem(f"standard input: {problem}", problem.issues) from None
