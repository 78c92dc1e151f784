"""The commands in the order in which help lists them, and the options that belong to none of them."""

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.main import get_command

from dlstudio.cli.check import check
from dlstudio.cli.code import code
from dlstudio.cli.data import data
from dlstudio.cli.doctor import doctor
from dlstudio.cli.eval import evaluate
from dlstudio.cli.export import export
from dlstudio.cli.group import Studio
from dlstudio.cli.import_ import import_
from dlstudio.cli.new import new
from dlstudio.cli.picture import picture
from dlstudio.cli.runs import runs
from dlstudio.cli.shot import shot
from dlstudio.cli.summary import line, summary
from dlstudio.cli.templates import templates
from dlstudio.cli.train import train
from dlstudio.cli.window import window

app = typer.Typer(
    name="dlstudio",
    cls=Studio,
    subcommand_metavar="[PROJECT | COMMAND ...]",
    invoke_without_command=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="PROJECT is a .dls file, the name of a template, or - for standard input. "
    "Without a command, dlstudio opens the window: dlstudio lenet5, or dlstudio runs/lenet5-1 to watch a run.",
)


def _version(wanted: bool) -> None:
    if wanted:
        import dlstudio

        sys.stdout.write(f"dlstudio {dlstudio.__version__}\n")
        raise typer.Exit


@app.callback()
def studio(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """A desktop studio for neural networks: draw a graph, train it as PyTorch, look inside while it learns."""
    if context.invoked_subcommand is None:
        window()


def _add(command: Callable[..., Any], example: str, *, name: str | None = None, hidden: bool = False) -> None:
    app.command(name, epilog=f"Example: {example}", hidden=hidden)(command)


_add(window, "dlstudio window lenet5", hidden=True)
_add(templates, "dlstudio templates")
_add(new, 'dlstudio new lenet5 mine.dls, or dlstudio new --line "input 4 > fc 3" mine.dls')
_add(check, "dlstudio check mine.dls")
_add(summary, "dlstudio summary lenet5 --batch 128")
_add(line, 'dlstudio line "input 1x28x28 > conv 6 5x5 > relu > flatten > fc 10"')
_add(code, "dlstudio code lenet5 -o lenet5.py")
_add(data, "dlstudio data mine.dls")
_add(train, "dlstudio train mine.dls --epochs 3 --set training.optimizer.lr=0.01")
_add(
    evaluate,
    "dlstudio eval lenet5-1 --part validation, or dlstudio eval mine.dls --weights best.safetensors",
    name="eval",
)
_add(export, "dlstudio export runs/lenet-5-1 onnx lenet5.onnx, or dlstudio export lenet-5-1 python lenet5.py")
_add(
    import_,
    "dlstudio import model.onnx mine.dls, or dlstudio import net.py mine.dls --inputs 1x28x28 --allow-code",
    name="import",
)
app.add_typer(runs, name="runs")
_add(shot, "dlstudio shot lenet5 lenet5.png --theme light --size 1920x1080")
_add(picture, "dlstudio picture resnet18 figure.svg --open")
_add(doctor, "dlstudio doctor")


def run() -> int:
    """Runs the command that was typed; the exit code."""
    try:
        get_command(app).main(prog_name="dlstudio")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else int(done.code is not None)
    return 0
