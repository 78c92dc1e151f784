"""Text spec: how the data reads a text, so that an exported file reads one alike: symbols, lengths, what fills up."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.dataset import Column
from dlstudio.exchange.subject import Subject

SEEN = 1_000
"""So many samples show at which end short texts are filled up."""


def text_spec(subject: Subject, column: Column | None, x: Shape) -> dict[str, Any]:
    """How a text becomes a row of numbers; without symbols where an input is no text."""
    known = (subject.prepared.fitted if subject.prepared else {}).get("vocabulary", {})
    said = (subject.prepared.fitted if subject.prepared else {}).get("reading", {})
    textual = x.dtype == "int" and x.rank == 1
    symbols = tuple(known.get("symbols", ())) or (column.classes if column and textual else ())
    single = all(len(each) <= 1 for each in symbols if not each.startswith("<"))
    found = {
        "symbols": symbols,
        "unit": str(known.get("unit", "characters" if single else "words")),
        "merges": tuple(tuple(pair) for pair in known.get("merges", ())),
        "lower": bool(said.get("lower", False)),
        "padding": 0,
        "fill": "end",
        "lines": False,
    }
    return found | (_shown(subject, column, found) if column and textual and symbols else {})


def _shown(subject: Subject, column: Column, found: Mapping[str, Any]) -> dict[str, Any]:
    """What samples show: where they are filled up, and whether the ends of lines are symbols of theirs."""
    assert subject.prepared is not None
    part = subject.prepared.train
    values: Tensor = part.dataset.take(part.indices[:SEEN], [column.name])[column.name]
    padding = 0 if column.padding is None else column.padding
    begins, ends = (int(values[:, place].eq(padding).sum()) if column.padding is not None else 0 for place in (0, -1))
    breaks = [number for number, symbol in enumerate(found["symbols"]) if "\n" in symbol]
    lines = bool(torch.isin(values, torch.tensor(breaks, dtype=values.dtype)).any())
    return {"padding": padding, "fill": "start" if begins > ends else "end", "lines": lines}
