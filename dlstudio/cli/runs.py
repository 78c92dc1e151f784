"""dlstudio runs: what was trained, how it went, and what to do with it."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from dlstudio.cli.arguments import Json
from dlstudio.cli.run_views import difference, facts, finite, table
from dlstudio.cli.speech import console, plain, result, say, tell
from dlstudio.core.issue import ProjectProblem

if TYPE_CHECKING:
    from dlstudio.runs.folder import RunFolder
    from dlstudio.runs.library import RunSummary

DEFAULT_ROOT = Path("runs")


def complete(context: typer.Context, incomplete: str) -> list[str]:
    """The runs that a word on the command line may become."""
    from dlstudio.runs.library import list_runs

    try:
        return [run.name for run in list_runs(_root(context)) if run.name.startswith(incomplete)]
    except ProjectProblem:
        return []


Root = Annotated[
    Path | None, typer.Option("--runs", metavar="ROOT", help="The folder that holds the runs; without it, ./runs.")
]
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="The name of a run.", autocompletion=complete, show_default=False)
]

runs = typer.Typer(invoke_without_command=True, subcommand_metavar="[COMMAND ...]", rich_markup_mode="rich")


@runs.callback(epilog="Example: dlstudio runs --sort loss, or dlstudio runs show lenet5-1")
def overview(
    context: typer.Context,
    root: Root = None,
    status: Annotated[
        str, typer.Option("--status", metavar="STATUS", help="Only runs that are running, finished, failed, ...")
    ] = "",
    text: Annotated[
        str, typer.Option("--find", metavar="TEXT", help="Only runs with this text in their name, note or settings.")
    ] = "",
    sort: Annotated[
        str, typer.Option("--sort", metavar="COLUMN", help="By name, status, step, started, a metric or a setting.")
    ] = "started",
    down: Annotated[bool, typer.Option("--down", help="The largest first.")] = False,
    json: Json = False,
) -> None:
    """List the runs, or show, compare, rename, delete, repair or export one."""
    if context.invoked_subcommand is not None:
        return
    from dlstudio.runs.library import choose, list_runs, order

    found = order(choose(list_runs(_root(context)), status=status, text=text), sort, down=down)
    if json:
        for run in found:
            tell(_record(run))
        result({"runs": len(found)})
    elif found:
        console().print(table(found))
    else:
        say(f"There are no runs in {_root(context)}" + (" that fit." if status or text else "."))


def show(context: typer.Context, name: Name, root: Root = None, json: Json = False) -> None:
    """Show what is known about a run."""
    from dlstudio.runs.entry import entries
    from dlstudio.runs.library import summary

    run = _find(context, name)
    seen, checkpoints = summary(run), entries(run.checkpoints)
    kept = [{"step": each.step, "best": each.best, "path": str(each.path)} for each in checkpoints]
    if json:
        result({**_record(seen), "environment": _environment(run), "checkpoints": kept})
        return
    for title, value in facts(seen, _environment(run)):
        say(Text.assemble((f"{title:<12}", "bold"), plain(value)))
    steps = ", ".join(f"{each.step:,}{' (best)' if each.best else ''}" for each in checkpoints)
    say(Text.assemble((f"{'checkpoints':<12}", "bold"), steps or "none"))


def compare(
    context: typer.Context,
    name: Name,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The run to compare it with.", autocompletion=complete)],
    root: Root = None,
    json: Json = False,
) -> None:
    """Show in what two runs differ: settings, networks, last metrics."""
    from dlstudio.runs.comparison import compare as differ

    found = differ(_find(context, name), _find(context, other))
    if json:
        result({"same": found.same, **finite(asdict(found))})
        return
    for line in difference(found):
        say(line)


def delete(
    context: typer.Context,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Really: there is no way back.")] = False,
    root: Root = None,
    json: Json = False,
) -> None:
    """Delete a run with its checkpoints and metrics."""
    from dlstudio.runs.library import delete as remove

    run = _find(context, name)
    if not yes:
        raise ProjectProblem(f"{run.path} would be deleted with all that is in it; --yes does it.")
    remove(_root(context), name)
    _done({"deleted": name}, f"{run.path} is deleted.", json)


def rename(
    context: typer.Context,
    name: Name,
    new: Annotated[str, typer.Argument(metavar="NEW", help="The new name.", show_default=False)],
    root: Root = None,
    json: Json = False,
) -> None:
    """Give a run another name."""
    from dlstudio.runs.library import rename as move

    path = move(_root(context), name, new).path
    _done({"renamed": name, "path": str(path)}, f"The run is now {path}.", json)


def note(
    context: typer.Context,
    name: Name,
    text: Annotated[str, typer.Argument(metavar="TEXT", help='What to remember; "" takes it away.')],
    root: Root = None,
    json: Json = False,
) -> None:
    """Write down what a run was about."""
    from dlstudio.runs.library import note as write

    write(_root(context), name, text)
    _done({"noted": name, "text": text}, f"The note stands in {_root(context) / name}.", json)


def export(
    context: typer.Context,
    name: Name,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where TensorBoard looks.", show_default=False)],
    root: Root = None,
    json: Json = False,
) -> None:
    """Write the curves of a run as TensorBoard event files."""
    from dlstudio.runs.tensorboard import export as write

    file = write(_find(context, name), folder)
    _done({"file": str(file)}, f"{file} is written. See it with: tensorboard --logdir {folder}", json)


def repair(context: typer.Context, name: Name, root: Root = None, json: Json = False) -> None:
    """Keep what can be read of damaged metrics, and put the damaged file aside."""
    from dlstudio.runs.repair import repair as mend

    done = mend(_find(context, name))
    text = f"{done.kept:,} numbers are kept; the damaged file is now {done.aside}."
    _done({"kept": done.kept, "aside": str(done.aside)}, text, json)


for _command, _example in (
    (show, "dlstudio runs show lenet5-1"),
    (compare, "dlstudio runs compare lenet5-1 lenet5-2"),
    (delete, "dlstudio runs delete lenet5-1 --yes"),
    (rename, "dlstudio runs rename lenet5-1 baseline"),
    (note, 'dlstudio runs note lenet5-1 "without dropout"'),
    (export, "dlstudio runs export lenet5-1 logs"),
    (repair, "dlstudio runs repair lenet5-1"),
):
    runs.command(epilog=f"Example: {_example}")(_command)


def _root(context: typer.Context) -> Path:
    """The folder that was named, before or after the command."""
    here = context.params.get("root")
    if here is None and context.parent is not None:
        here = context.parent.params.get("root")
    return Path(here) if here is not None else DEFAULT_ROOT


def _find(context: typer.Context, name: str) -> "RunFolder":
    from dlstudio.runs.library import find

    return find(_root(context), name)


def _done(record: dict[str, Any], text: str, json: bool) -> None:
    if json:
        result(record)
    else:
        say(text)


def _record(run: "RunSummary") -> dict[str, Any]:
    found: dict[str, Any] = finite({**asdict(run), "path": str(run.path)})
    return found


def _environment(run: "RunFolder") -> dict[str, Any]:
    try:
        found: dict[str, Any] = finite(run.environment())
    except ProjectProblem:
        return {}
    return found
