"""dlstudio export: a trained network as a file for other programs, with the proof that it answers as before."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlstudio.catalog.formats import Format, formats, named
from dlstudio.cli.arguments import DEFAULT_NETWORK, Json, NetworkName, project
from dlstudio.cli.speech import console, plain, result, say, tell
from dlstudio.core.fields import FieldProblem
from dlstudio.core.frozen import Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.meant import closest, did_you_mean
from dlstudio.core.spec import unknown_field

if TYPE_CHECKING:
    from dlstudio.exchange.subject import Exportable
    from dlstudio.exchange.writers import Tell

WORDS = [each.kind.lower() for each in formats]


def _complete(incomplete: str) -> list[str]:
    return [word for word in WORDS if word.startswith(incomplete)]


def export(
    name: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            help="A run's folder, or its name in ./runs; a project or a template, with fresh weights.",
            show_default=False,
        ),
    ],
    kind: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT", help=f"One of {', '.join(WORDS)}.", autocompletion=_complete, show_default=False
        ),
    ],
    output: Annotated[
        Path, typer.Argument(metavar="OUT", help="The file to write; of web, the folder.", show_default=False)
    ],
    options: Annotated[
        list[str] | None,
        typer.Option(
            "--option", "-o", metavar="NAME=VALUE", help="An option of the format, such as precision=int8; repeatable."
        ),
    ] = None,
    network: NetworkName = DEFAULT_NETWORK,
    latest: Annotated[bool, typer.Option("--latest", help="The last weights, not those that validated best.")] = False,
    runs: Annotated[Path, typer.Option("--runs", metavar="FOLDER", help="Where runs are kept.")] = Path("runs"),
    allow_code: Annotated[bool, typer.Option("--allow-code", help="Lets Python in the project run.")] = False,
    json: Json = False,
) -> None:
    """Write a trained network for other programs, and prove in a fresh process that the file answers as it did."""
    form = _format(kind)
    given = _options(form, options or [])
    what, folder = _named(name, runs)
    from dlstudio.exchange.export import export as write

    with shown(json) as tell_how_far:
        proof = write(
            what,
            kind,
            output,
            network=network,
            best=not latest,
            folder=folder,
            allow_code=allow_code,
            tell=tell_how_far,
            **given,
        )
    if json:
        result({**proof.plain(), "path": str(proof.path)})
    else:
        where = "in" if proof.path.is_dir() else "beside"
        beside = f"; its certificate lies {where} it" if proof.proven else ""
        if proof.passed:
            say(plain(f"{proof.path} is written{beside}."))
        if proof.proven:
            console().print(str(proof).rstrip())
    if not proof.passed:
        raise ProjectProblem(
            f"The file does not answer as the trained model does, so it is kept apart, in {proof.path.parent}."
        )


def _format(word: str) -> type[Format]:
    form = named(word)
    if form is None:
        advice = did_you_mean(closest(word.lower(), WORDS), f"There are {', '.join(WORDS)}.")
        raise ProjectProblem(f"There is no format “{word}”.{advice}")
    return form


def _options(form: type[Format], settings: list[str]) -> dict[str, Value]:
    """The options that were typed, as values."""
    found: dict[str, Value] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise ProjectProblem(f"“{setting}” has no value; write it as {setting}=VALUE.")
        if name not in form.specs:
            raise ProjectProblem(unknown_field(form, name))
        try:
            found[name] = form.specs[name].marker.parse(text)
        except FieldProblem as problem:
            raise ProjectProblem(f"The {form.specs[name].label} {problem}.") from None
    return found


def _named(name: str, runs: Path) -> "tuple[Exportable, Path | None]":
    """The run or the project that was named, and where relative paths of a project's data start."""
    place = Path(name) if Path(name).is_dir() else runs / name
    if place.is_dir():
        return place, None
    return project(name), Path(name).parent if Path(name).is_file() else None


@contextmanager
def shown(json: bool) -> "Iterator[Tell]":
    """How far it is: a bar on a terminal, a line of JSON for machines, nothing in a pipe."""
    if json:
        yield lambda what, share: tell({"doing": what, "done": share})
        return
    screen = console()
    if not screen.is_terminal:
        yield lambda _what, _share: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = BarColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
    with Progress(*columns, console=screen, transient=True) as progress:
        task = progress.add_task("", total=1.0)
        yield lambda what, share: progress.update(task, description=what, completed=share)
