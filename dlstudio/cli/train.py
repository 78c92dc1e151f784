"""dlstudio train: a project is trained in the terminal, with a progress bar where somebody looks at it."""

import shlex
import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dlstudio.cli.arguments import Json, project
from dlstudio.cli.run_views import finite
from dlstudio.cli.speech import result, say
from dlstudio.cli.training_views import Hears, numbers, shown
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem

if TYPE_CHECKING:
    from dlstudio.training.control import Control
    from dlstudio.training.ranks import Ranks
    from dlstudio.training.run import Run

NOBODY = Hears(lambda *_: None, lambda _: None)
"""What a process tells that is not the first of many."""


def train(
    name: Annotated[str, typer.Argument(metavar="PROJECT", help="A .dls file or a template.", show_default=False)] = "",
    epochs: Annotated[int | None, typer.Option("--epochs", min=1, help="How often all samples are seen.")] = None,
    steps: Annotated[int | None, typer.Option("--steps", min=1, help="Ends after so many steps.")] = None,
    device: Annotated[str | None, typer.Option("--device", help="auto, cpu, cuda or mps.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Fixes every random choice.")] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Any setting, as training.optimizer.lr=0.01."),
    ] = None,
    runs: Annotated[Path, typer.Option("--runs", metavar="FOLDER", help="Where runs are kept.")] = Path("runs"),
    title: Annotated[str | None, typer.Option("--name", help="What the run is called.")] = None,
    resume: Annotated[Path | None, typer.Option("--resume", metavar="RUN", help="Goes on with this run.")] = None,
    batch: Annotated[int | None, typer.Option("--batch", min=1, help="How many samples a step learns from.")] = None,
    probes: Annotated[
        bool | None,
        typer.Option(
            "--probes/--no-probes",
            help="Looks inside for the doctor: as often as 3 % of the time allow, or never; usually now and then.",
            show_default=False,
        ),
    ] = None,
    allow_code: Annotated[bool, typer.Option("--allow-code", help="Lets Python in the project run.")] = False,
    json: Json = False,
) -> None:
    """Train a project to the end; its curves, weights and source stay in a folder of their own.

    On many GPUs or machines torchrun starts it: torchrun --nproc-per-node 4 -m dlstudio train PROJECT. The batch size
    is what all processes learn from together, so the result is that of one process. A network that does not fit on one
    device trains with --set training.sharding=shard; with --max-restarts 3 a process that dies costs no more than what
    was learnt since the last checkpoint."""
    from dlstudio.training.control import Control
    from dlstudio.training.ranks import ranks_here
    from dlstudio.training.run import open_run
    from dlstudio.training.run import train as start
    from dlstudio.training.sight import Sight

    if bool(name) == bool(resume):
        raise ProjectProblem("Say either which project to train or which run to --resume.")
    if resume and settings:
        raise ProjectProblem(
            "A run goes on with the settings it has; only --epochs, --steps, --device and --batch change."
        )
    control, sight, ranks = Control(), Sight(probes), ranks_here()
    telling = shown(sight, json=json) if ranks.first else nullcontext(NOBODY)
    with _once(ranks), _interruptible(control, patient=ranks.many) as heard, telling as hears:
        common: dict[str, Any] = {
            "epochs": epochs, "steps": steps, "device": device, "listen": hears.numbers, "tell": hears.words,
            "sight": sight, "control": control, "allow_code": allow_code, "batch_size": batch,
        }  # fmt: skip
        if resume:
            run = open_run(resume).resume(**common)
        else:
            made = with_settings(project(name), settings or [])
            folder = Path(name).parent if Path(name).is_file() else None
            run = start(made, runs=runs, seed=seed, name=title, folder=folder, **common)
    if ranks.first:
        _report(run, json, again=f"dlstudio train --resume {shlex.quote(str(run.path))}" if heard else "")
    if heard:
        raise typer.Exit(128 + heard[0])


def with_settings(made: Project, settings: list[str]) -> Project:
    """The project with settings of the form PATH=VALUE put in."""
    from dlstudio.core import paths

    for setting in settings:
        path, equals, text = setting.partition("=")
        if not equals:
            raise ProjectProblem(f"“{setting}” has no value; write it as {setting}=VALUE.")
        made = paths.put(made, path, paths.read(text))
    return made


@contextmanager
def _once(ranks: "Ranks") -> Iterator[None]:
    """Of many processes that meet the same problem the first one says it; each says that another one is gone."""
    from dlstudio.training.ranks import Lost

    try:
        yield
    except ProjectProblem as problem:
        if ranks.first or isinstance(problem, Lost):
            raise
        raise typer.Exit(1) from None


@contextmanager
def _interruptible(control: "Control", *, patient: bool) -> Iterator[list[int]]:
    """Ctrl+C, or being asked to end, ends the training after its step and a checkpoint; a second time at once.

    A patient one lets nobody hurry it: torchrun passes on what its processes have heard from the terminal already."""
    heard: list[int] = []

    def stop(number: int, _frame: object) -> None:
        control.stop()
        heard.append(number)
        for each in () if patient else before:
            signal.signal(each, _at_once)

    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    for each in before:
        signal.signal(each, stop)
    try:
        yield heard
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _at_once(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _report(run: "Run", json: bool, again: str) -> None:
    state = run.folder.status()
    last = {name: float(run.metrics(name)[1][-1]) for name in run.names}
    if json:
        said = {"run": str(run.path), "status": state.status, "step": state.step, "reason": state.reason, **last}
        result(finite({**said, **({"go on": again} if again else {})}))
        return
    say(f"{run.path}: {state.status} at step {state.step:,}. {state.reason}")
    if last:
        say(numbers(last))
    if again:
        say(f"Go on with: {again}")
