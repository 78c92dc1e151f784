"""Web facts: what a page knows of a network: how each input is given and each output is shown, and real samples."""

import base64
import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from dlstudio.core.tensor import CHANNEL, HEIGHT, WIDTH
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.dataset import Column
from dlstudio.data.transformed import Transformed
from dlstudio.exchange.python_file import input_spec
from dlstudio.exchange.reading import reading, visible
from dlstudio.exchange.samples import SIZES
from dlstudio.exchange.subject import Subject

IMAGE = (CHANNEL, HEIGHT, WIDTH)
MOST_SLIDERS, MOST_DRAWN, MOST_MEASURED = 64, 96, 5_000
"""Numbers that get a slider each, the longest side of what is drawn by hand, samples from which ranges are read."""
ROOM = 8 * 2**20
"""Bytes of samples that a page carries."""
MIDDLE = 0.07
"""Of a side: how far from the middle the centre of mass of drawings may be that are always centred."""


def web_facts(subject: Subject) -> dict[str, Any]:
    """Inputs, outputs and samples as plain values; the subject answers in the units of the data."""
    given = subject.samples.raw
    answers = _alone(subject)
    each = sum(value[0].nbytes for value in (*given.values(), *answers.values()))
    count = max(1, min(sum(SIZES), ROOM // max(1, each)))
    inputs = [_input(subject, name) | {"samples": _kept(given[name][:count])} for name in subject.source.inputs]
    outputs = [
        _output(subject, name, answers[name]) | {"expected": _kept(answers[name][:count])}
        for name in subject.source.outputs
    ]
    return {"inputs": inputs, "outputs": outputs, "count": count, "samples": _told(subject)}


def _alone(subject: Subject) -> dict[str, Tensor]:
    """The answers to samples that are asked one by one, as a page does; a penalty, say, looks at its whole batch."""
    rows = zip(*(torch.split(value, 1) for value in subject.samples.ready.values()), strict=True)
    found = [subject.answers(row) for row in rows]
    return {name: torch.cat([each[name] for each in found]) for name in subject.source.outputs}


def _told(subject: Subject) -> str:
    """Where the samples come from, in words."""
    text, part = subject.samples.text, subject.samples.part
    unseen = False
    if subject.prepared and subject.run and part:
        shown, learnt = subject.prepared.parts[part].indices, subject.prepared.train.indices
        unseen = not bool(torch.isin(shown, learnt).any())
    return f"{text[:1].upper()}{text[1:]}{', which it never learnt from' if unseen else ''}"


def _input(subject: Subject, name: str) -> dict[str, Any]:
    """One input: its shape as the data holds it, and the way to give it that fits."""
    column = _raw(subject, name)
    x = column.tensor if column else subject.source.inputs[name]
    values = _measured(subject, name)
    found = {"name": name, "label": column.name if column else name, "shape": list(x.shape), "dtype": x.dtype}
    if x.axes == IMAGE and x.shape[0] in (1, 3) and x.dtype == "float":
        return found | _picture(subject, name, x, values)
    if column and column.classes and x.rank == 0:
        return found | {"widget": "choice", "symbols": list(column.classes)}
    text = input_spec(subject, name, x)
    if x.dtype == "int" and x.rank == 1 and text["symbols"]:
        return found | {"widget": "text"} | _text(text, column)
    if x.dtype == "float" and x.rank <= 1 and x.size <= MOST_SLIDERS:
        plane = x.size == 2 and len(subject.source.inputs) == 1
        return found | {"widget": "plane" if plane else "sliders", "features": _features(column, x, values)}
    return found | {"widget": "numbers"}


def _raw(subject: Subject, name: str) -> Column | None:
    """The column of an input before its normalizations."""
    column = subject.wiring.inputs.get(name)
    if subject.prepared is None or column is None:
        return None
    dataset = subject.prepared.train.dataset
    inner = dataset.inner if isinstance(dataset, Transformed) else dataset
    return inner.columns[column]


def _measured(subject: Subject, name: str) -> Tensor:
    """Values of an input in the training part, as the data holds them; the samples where there are no others."""
    column = subject.wiring.inputs.get(name)
    if subject.prepared is None or column is None or not len(subject.prepared.train):
        return subject.samples.raw[name]
    part = subject.prepared.train
    inner = part.dataset.inner if isinstance(part.dataset, Transformed) else part.dataset
    most = MOST_MEASURED if inner.resident else sum(SIZES)
    return inner.take(part.indices[:most], {column})[column]


def _picture(subject: Subject, name: str, x: Shape, values: Tensor) -> dict[str, Any]:
    low, high = _range(values)
    drawn = x.shape[0] == 1 and max(x.shape) <= MOST_DRAWN
    found = {
        "widget": "draw" if drawn else "picture",
        "fit": str(input_spec(subject, name, x)["fit"]),
        "low": low,
        "high": high,
    }
    if not drawn:
        return found
    share = ((values[:, 0] - low) / (high - low)).clamp(0, 1)
    edge = torch.cat([share[:, 0], share[:, -1], share[:, :, 0], share[:, :, -1]], 1).median()
    bright = float(edge) > 0.5
    return found | {"bright": bright, "centre": _centred(1 - share if bright else share)}


def _range(values: Tensor) -> tuple[float, float]:
    """The numbers that are black and white: 0 and 1, as pictures are read, or the extremes where there are others."""
    low, high = float(values.amin()), float(values.amax())
    return (0.0, 1.0) if low >= 0 and high <= 1 else (min(0.0, low), high)


def _centred(ink: Tensor) -> bool:
    """Whether all drawings have their centre of mass in the middle, so that new ones are brought there too."""
    mass = ink.sum((1, 2)).clamp(min=1e-6)
    high, wide = ink.shape[1:]
    down = (ink.sum(2) * (torch.arange(high) + 0.5)).sum(1) / mass / high
    across = (ink.sum(1) * (torch.arange(wide) + 0.5)).sum(1) / mass / wide
    apart = torch.stack([down, across]).sub(0.5).abs().amax(0)
    return bool((apart < MIDDLE).double().mean() > 0.95)


def _text(found: Mapping[str, Any], column: Column | None) -> dict[str, Any]:
    """How a text is cut into symbols, and at which end short ones are filled up."""
    return {
        "symbols": list(found["symbols"]),
        "unit": found["unit"],
        "lower": found["lower"],
        "fill": found["fill"],
        "padding": column.padding if column else None,
        "merges": [list(pair) for pair in found["merges"]],
    }


def _features(column: Column | None, x: Shape, values: Tensor) -> list[dict[str, Any]]:
    """The numbers of a row: their names, their ranges in the data, and where they start."""
    flat = values.reshape(len(values), -1).double()
    names = column.features if column else ()
    label = column.name if column else ""
    found = []
    for place in range(x.size):
        own = flat[:, place]
        low, high, middle = float(own.amin()), float(own.amax()), float(own.median())
        name = names[place] if place < len(names) else f"{label} {place + 1}".strip() if x.size > 1 else label
        whole = bool((own == own.round()).all()) and high - low >= 2
        high = high if high > low else low + 1
        found.append({"name": name, "low": low, "high": high, "start": middle, "whole": whole})
    return found


def _output(subject: Subject, name: str, answers: Tensor) -> dict[str, Any]:
    """One output: its shape, its classes and what makes probabilities of its numbers."""
    y = subject.source.outputs[name]
    target = subject.wiring.targets.get(name)
    column = subject.prepared.columns.get(target) if subject.prepared and target else None
    found = reading(subject, name)
    low, high = _range(answers[answers.isfinite()]) if answers.isfinite().any() else (0.0, 1.0)
    return {
        "name": name,
        "label": target or name,
        "shape": list(y.shape),
        "classes": list(map(visible, found["classes"])),
        "likely": found["likely"],
        "axis": found["axis"],
        "features": list(column.features) if column else [],
        "picture": y.axes == IMAGE and y.shape[0] in (1, 3) and min(y.shape[1:]) > 1,
        "low": low if math.isfinite(low) else 0.0,
        "high": high if math.isfinite(high) else 1.0,
    }


def _kept(values: Tensor) -> dict[str, Any]:
    """Numbers as letters; whole ones in four bytes, which browsers read without big integers."""
    dtype = "float" if values.is_floating_point() else "bool" if values.dtype == torch.bool else "int"
    kinds = {"float": torch.float32, "int": torch.int32, "bool": torch.uint8}
    plain = values.detach().to(kinds[dtype]).contiguous().numpy()
    return {"dtype": dtype, "data": base64.b64encode(plain.tobytes()).decode("ascii")}
