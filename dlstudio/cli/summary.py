"""dlstudio summary and dlstudio line: the nodes of a network with their shapes and costs."""

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.cells import cell_len
from rich.table import Table

from dlstudio.cli.arguments import DEFAULT_NETWORK, Batch, Json, NetworkName, ProjectName, project
from dlstudio.cli.speech import console, plain, result, say, tell
from dlstudio.core.document import Project

if TYPE_CHECKING:
    from dlstudio.compiler.cost import Row, Summary


class OptimizerName(StrEnum):
    """What the memory of training depends on: how much the optimizer remembers for each parameter."""

    SGD = "sgd"
    MOMENTUM = "momentum"
    ADAM = "adam"


class PrecisionName(StrEnum):
    """How a real number is stored."""

    FLOAT32 = "float32"
    BF16 = "bf16"


Optimizer = Annotated[OptimizerName, typer.Option("--optimizer", help="Which optimizer, for the memory.")]
Precision = Annotated[PrecisionName, typer.Option("--precision", help="How numbers are stored, for the memory.")]


def summary(
    name: ProjectName,
    network: NetworkName = DEFAULT_NETWORK,
    batch: Batch = 64,
    optimizer: Optimizer = OptimizerName.ADAM,
    precision: Precision = PrecisionName.FLOAT32,
    json: Json = False,
) -> None:
    """Show every node of a network with its shape, parameters and cost, and what the whole takes."""
    _show(project(name), network, batch, optimizer, precision, json)


def line(
    text: Annotated[str, typer.Argument(metavar="LINE", help="A network, typed as words.", show_default=False)],
    batch: Batch = 64,
    optimizer: Optimizer = OptimizerName.ADAM,
    precision: Precision = PrecisionName.FLOAT32,
    json: Json = False,
) -> None:
    """Show what a typed line builds: its nodes with their shapes, parameters and cost."""
    import dlstudio

    _show(dlstudio.line(text), DEFAULT_NETWORK, batch, optimizer, precision, json)


def _show(
    shown: Project, network: str, batch: int, optimizer: OptimizerName, precision: PrecisionName, json: bool
) -> None:
    from dlstudio.compiler.cost import summary as sum_up

    found = sum_up(shown, network, batch=batch, optimizer=optimizer.value, precision=precision.value)
    if json:
        for row in found.rows:
            tell(asdict(row))
        result({**asdict(found), "rows": len(found.rows)})
        return
    if found.rows:
        screen = console()
        screen.print(_table(found, screen.width))
        say()
    for text in _totals(found):
        say(text)


WIDE = 8
"""How many characters the bar of a node that holds all parameters is long."""

TITLES = ("node", "kind", "shape", "parameters", "MACs", "share")
TEXTS = 3
"""The first columns hold texts, which are cut where the screen is too narrow; numbers never are."""


def _table(found: "Summary", width: int) -> Table:
    cells = [_cells(row, found) for row in found.rows]
    widths = [max(map(cell_len, column)) for column in zip(TITLES, *cells, strict=True)]
    gaps = 2 * (len(TITLES) - 1)
    texts = _fitted(widths[:TEXTS], width - gaps - sum(widths[TEXTS:-1]) - WIDE)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title, text in zip(TITLES, texts, strict=False):
        table.add_column(title, width=text, no_wrap=True, overflow="ellipsis")
    for title in TITLES[TEXTS:-1]:
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column(TITLES[-1], width=WIDE, no_wrap=True, style="blue")
    for row, each in zip(found.rows, cells, strict=True):
        table.add_row(*each, style=None if row.live and row.shape is not None else "dim")
    return table


def _fitted(widths: list[int], room: int) -> list[int]:
    """The widths, the widest made narrower until all fit."""
    fitted = list(widths)
    while sum(fitted) > max(room, len(fitted)):
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _cells(row: "Row", found: "Summary") -> tuple[str, ...]:
    shape = "?" if row.shape is None else row.text if row.live else f"{row.text} (left out)"
    return plain(row.node), plain(row.kind), shape, _number(row.parameters), _number(row.macs), _bar(row, found)


def _number(number: int) -> str:
    return f"{number:,}" if number else "·"


def _bar(row: "Row", found: "Summary") -> str:
    """The node's share of the parameters, to an eighth of a character."""
    eighths = round(8 * WIDE * row.parameters / found.parameters) if found.parameters else 0
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def _totals(found: "Summary") -> list[str]:
    from dlstudio.compiler.cost import short, size

    if not found.rows:
        return [f"The network “{plain(found.network)}” is empty."]
    memory = found.memory
    whole = f"{size(memory.training)} to train with {memory.optimizer}, {size(memory.inference)} to run"
    parts = (
        f"gradients {size(memory.gradients)}, optimizer {size(memory.state)}, activations {size(memory.activations)}"
    )
    lines = [
        f"{found.parameters:,} parameters · {short(found.macs)} MACs a sample",
        f"at batch {memory.batch:,}: {whole}",
        f"in training: weights {size(memory.weights)}, {parts}",
    ]
    return lines if found.sound else [*lines, "It cannot be built yet: dlstudio check says what is in the way."]
