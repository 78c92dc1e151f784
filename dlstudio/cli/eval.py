"""dlstudio eval: how well a trained network answers: the whole table, who was taken for whom, the worst mistakes."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlstudio.cli.arguments import Json, project
from dlstudio.cli.eval_views import numbers, views
from dlstudio.cli.run_views import finite
from dlstudio.cli.speech import console, plain, result, say, tell
from dlstudio.core.issue import ProjectProblem

if TYPE_CHECKING:
    from dlstudio.training.evaluation import Evaluation


class PartName(StrEnum):
    """Which samples to measure on."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


def evaluate(
    name: Annotated[
        str,
        typer.Argument(
            metavar="RUN", help="A run's folder, or its name in ./runs; a project with --weights.", show_default=False
        ),
    ],
    part: Annotated[PartName, typer.Option("--part", help="Which samples to measure on.")] = PartName.TEST,
    gap: Annotated[
        bool, typer.Option("--gap", help="Beside it, the same on what it learnt from, and the difference.")
    ] = False,
    latest: Annotated[bool, typer.Option("--latest", help="The last weights, not those that validated best.")] = False,
    weights: Annotated[
        Path | None, typer.Option("--weights", metavar="FILE", help="Measure a project with the weights of a file.")
    ] = None,
    metrics: Annotated[
        list[str] | None, typer.Option("--metric", metavar="NAME", help="Only this one; may be said several times.")
    ] = None,
    runs: Annotated[Path, typer.Option("--runs", metavar="FOLDER", help="Where runs are kept.")] = Path("runs"),
    device: Annotated[str | None, typer.Option("--device", help="auto, cpu, cuda or mps.")] = None,
    any_data: Annotated[
        bool, typer.Option("--any-data", help="Measures although the data has changed since the training.")
    ] = False,
    allow_code: Annotated[bool, typer.Option("--allow-code", help="Lets Python in the project run.")] = False,
    json: Json = False,
) -> None:
    """Measure a trained network: all its numbers, which class is taken for which, and the worst mistakes."""

    def measured(on: str) -> "Evaluation":
        from dlstudio.training.evaluation import evaluate_weights
        from dlstudio.training.run import open_run

        if weights is not None:
            folder = Path(name).parent if Path(name).is_file() else None
            return evaluate_weights(
                project(name), weights, on, data_folder=folder, device=device, metrics=known, allow_code=allow_code
            )
        return open_run(_place(name, runs)).evaluate(
            on, best=not latest, device=device, metrics=known, any_data=any_data, allow_code=allow_code
        )

    known = _metrics(metrics or [])
    found = measured(part.value)
    learnt = measured(PartName.TRAIN.value) if gap and part != PartName.TRAIN else None
    if json:
        _tell(found, learnt)
        return
    step = f"step {found.step:,}, " if found.step else ""
    say(plain(f"{found.run}: {step}{found.samples:,} samples of the {found.part} part"))
    say()
    console().print(numbers(found, learnt))
    for view in views(found):
        say()
        console().print(view)


def _place(name: str, runs: Path) -> Path:
    """The folder of a run that was named by its path, or by its name among the others."""
    return Path(name) if Path(name).exists() else runs / name


def _metrics(names: list[str]) -> list[str]:
    from dlstudio.catalog.metrics import METRICS

    strange = [name for name in names if name not in METRICS]
    if strange:
        raise ProjectProblem(f"There is no metric “{strange[0]}”; there are {', '.join(METRICS)}.")
    return names


def _tell(found: "Evaluation", learnt: "Evaluation | None") -> None:
    """A line for each output, then what belongs to all of them."""
    told = found.plain()
    for output in told.pop("outputs"):
        tell(finite(dict(output) | {"residuals": None}))
    gap = {"gap": found.gap(learnt)} if learnt else {}
    result(finite(told | gap))
