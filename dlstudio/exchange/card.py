"""Card: what a file with weights belongs to: inputs, outputs, classes, normalizations, where it comes from."""

from typing import Any

import torch

from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import Tensor
from dlstudio.core.version import version
from dlstudio.exchange.subject import Subject


def card(subject: Subject, *, raw: bool = False) -> dict[str, Any]:
    """Everything that somebody needs who has the file alone, as plain values.

    A `raw` file takes samples as the data holds them, so that nothing is left to be done to them."""
    parameters = sum(weight.numel() for weight in subject.module.parameters())
    before = {name: _steps(subject, column) for name, column in subject.wiring.inputs.items()}
    after = {name: _steps(subject, column) for name, column in subject.wiring.targets.items()}
    return {
        "name": subject.project.name,
        "notes": subject.project.notes,
        "network": subject.network,
        "class": subject.source.class_name,
        "parameters": parameters,
        "inputs": {name: _shape(x) for name, x in subject.source.inputs.items()},
        "outputs": {name: _shape(x) for name, x in subject.source.outputs.items()},
        "classes": {name: list(names) for name, names in subject.classes.items()},
        "preprocessing": {} if raw else {name: chain for name, chain in before.items() if chain},
        "postprocessing": {name: chain for name, chain in after.items() if chain},
        "weights": subject.origin,
        "versions": {"dlstudio": version(), "torch": torch.__version__},
    }


def _shape(x: Tensor) -> dict[str, Any]:
    return {"shape": list(x.shape), "axes": [str(axis) for axis in x.axes], "dtype": x.dtype}


def _steps(subject: Subject, column: str) -> list[Any]:
    return [_plain(step.plain()) for step in subject.steps(column)]


def _plain(value: Value) -> Any:
    if isinstance(value, Frozen):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
