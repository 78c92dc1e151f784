"""dlstudio import: a model of another program, or of a script, as a project with its weights."""

from pathlib import Path
from typing import Annotated

import typer

from dlstudio.cli.arguments import Json
from dlstudio.cli.export import shown
from dlstudio.cli.speech import console, plain, result, say
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.templates import SUFFIX
from dlstudio.exchange.arriving.limits import MEMORY, PATIENCE, Limits


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A .py file, an exported program (.pt2), or an ONNX file.", show_default=False
        ),
    ],
    output: Annotated[
        Path, typer.Argument(metavar="OUT", help="The project to write, a .dls file.", show_default=False)
    ],
    inputs: Annotated[
        str | None,
        typer.Option(
            "--inputs", metavar="SIZES", help="The shape of one sample: 1x28x28; of several inputs: 1x28x28,10."
        ),
    ] = None,
    name: Annotated[
        str, typer.Option("--class", metavar="NAME", help="Which class, model or function of a Python file.")
    ] = "",
    allow_code: Annotated[
        bool, typer.Option("--allow-code", help="Lets a Python file run, in its own process.")
    ] = False,
    patience: Annotated[
        float, typer.Option("--patience", metavar="SECONDS", help="How long a Python file may get no further.")
    ] = PATIENCE,
    memory: Annotated[
        int, typer.Option("--memory", metavar="MB", help="What a Python file may take beyond its weights.")
    ] = MEMORY,
    json: Json = False,
) -> None:
    """Open a model that was made elsewhere as a project; its weights are written beside it."""
    if output.suffix != SUFFIX:
        raise ProjectProblem(f"{output.name} is no name for a project; let it end in {SUFFIX}.")
    from dlstudio.exchange.arriving.arrive import arrive

    limits = Limits(patience, memory)
    with shown(json) as tell_how_far:
        arrived = arrive(file, inputs=inputs, name=name, allow_code=allow_code, tell=tell_how_far, limits=limits)
    arrived.save(output)
    beside = str(output.with_suffix(".safetensors")) if arrived.weights else ""
    if json:
        result({**arrived.report.plain(), "text": str(arrived.report), "path": str(output), "weights": beside})
        return
    kept = f", its weights beside it in {Path(beside).name}" if beside else ""
    say(plain(f"{output} is written{kept}."))
    console().print(str(arrived.report), markup=False, highlight=False)
