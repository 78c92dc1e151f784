"""dlstudio train: a project is trained in the terminal, with a progress bar where somebody looks at it."""

import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dlstudio.cli.arguments import Json, project
from dlstudio.cli.speech import console, result, say, tell
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from dlstudio.training.control import Control
    from dlstudio.training.run import Run

Numbers = Mapping[str, float]


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
    allow_code: Annotated[bool, typer.Option("--allow-code", help="Lets Python in the project run.")] = False,
    json: Json = False,
) -> None:
    """Train a project to the end; its curves, weights and source stay in a folder of their own."""
    from dlstudio.training.control import Control
    from dlstudio.training.run import open_run
    from dlstudio.training.run import train as start

    if bool(name) == bool(resume):
        raise ProjectProblem("Say either which project to train or which run to --resume.")
    control = Control()
    with _interruptible(control), _shown(json) as listen:
        common: dict[str, Any] = {
            "epochs": epochs, "steps": steps, "device": device, "listen": listen, "control": control,
            "allow_code": allow_code,
        }  # fmt: skip
        if resume:
            run = open_run(resume).resume(**common)
        else:
            made = with_settings(project(name), settings or [])
            folder = Path(name).parent if Path(name).is_file() else None
            run = start(made, runs=runs, seed=seed, name=title, folder=folder, **common)
    _report(run, json)
    if control.stopped:
        say(f"Go on with: dlstudio train --resume {run.path}")
        raise typer.Exit(130)


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
def _interruptible(control: "Control") -> Iterator[None]:
    """Ctrl+C ends the training after its step and a checkpoint; a second one at once."""

    def stop(*_: object) -> None:
        control.stop()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _shown(json: bool) -> Iterator[Any]:
    """What hears the numbers: JSON lines, a progress bar on a terminal, or a line for each epoch in a pipe."""
    screen = console()
    if json:
        yield lambda step, epoch, values: tell({"step": step, "epoch": epoch, **values})
    elif screen.is_terminal:
        with _bar(screen) as bar:
            yield _Bar(bar)
    else:
        yield _lines


def _lines(step: int, epoch: int, values: Numbers) -> None:
    if any(name.startswith("validation/") for name in values):
        say(f"epoch {epoch}, step {step}: {_numbers(values)}")


def _numbers(values: Numbers) -> str:
    return ", ".join(f"{name.replace('/', ' ')} {value:.4g}" for name, value in values.items())


def _bar(screen: Any) -> "Progress":
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[numbers]}"), TimeElapsedColumn())
    return Progress(*columns, console=screen)


class _Bar:
    """A progress bar that follows the steps."""

    def __init__(self, bar: "Progress") -> None:
        self.bar = bar
        self.task: TaskID = bar.add_task("training", total=None, numbers="")

    def __call__(self, step: int, epoch: int, values: Numbers) -> None:
        self.bar.update(self.task, completed=step, description=f"epoch {epoch + 1}", numbers=_numbers(values))


def _report(run: "Run", json: bool) -> None:
    state = run.folder.status()
    last = {name: float(run.metrics(name)[1][-1]) for name in run.names}
    if json:
        result({"run": str(run.path), "status": state.status, "step": state.step, **last})
        return
    say(f"{run.path}: {state.status} at step {state.step:,}. {state.reason}")
    if last:
        say(_numbers(last))
