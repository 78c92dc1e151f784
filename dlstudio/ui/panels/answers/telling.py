"""Telling: the headline of the answers: how right, on how many samples of which part, at which step."""

from typing import TYPE_CHECKING

from dlstudio.ui.panels.answers.board import Board
from dlstudio.ui.panels.answers.words import told

if TYPE_CHECKING:
    from dlstudio.training.questions.judged import Verdict
    from dlstudio.training.questions.predictions import Predicted

Intervals = dict[str, tuple[float, float]]


def intervals(verdict: "Verdict", output: str) -> Intervals:
    """Between which values the numbers of an output lie."""
    made = next((each for each in verdict.outputs if each.output == output), None)
    named = {"mean_absolute_error": "mean absolute error"}
    within = {named.get(name, name): ends for name, ends in (made.intervals if made else {}).items()}
    spread = verdict.spreads.get(output)
    return within | ({"R²": spread} if spread else {})


def lines(board: Board, found: "Predicted", within: Intervals, step: str) -> tuple[str, ...]:
    """The whole of it, and shorter ones that may stand for it."""
    parts = [told(name, value, within.get(name)) for name, value in board.headline.items()]
    loss = found.numbers.get("loss")
    if loss is not None and len(found.outputs) == 1:
        parts.append(told("loss", loss))
    if "perplexity" in found.numbers:
        parts.append(told("perplexity", found.numbers["perplexity"]))
    count = f"{len(board.rows):,} of {board.total:,}" if len(board.rows) < board.total else f"all {board.total:,}"
    of = f"{count} {board.part} samples"
    short = [told(name, value) for name, value in board.headline.items()]
    return tuple(
        " · ".join(filter(None, line)) for line in ((*parts, of, step), (*short, of, step), (*short, step), short)
    )
