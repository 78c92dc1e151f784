"""Proving: a project that arrived is asked what the model is asked, and both have to answer alike."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from dlstudio.compiler.emit import emit
from dlstudio.compiler.load import forget, load
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.arrived import Arrived
from dlstudio.exchange.arriving.following import at_rest

ALIKE = 1e-5
"""How far answers may be apart, measured by the largest of them."""


def prove(arrived: Arrived, model: nn.Module, given: Mapping[str, Tensor], time_first: bool = False) -> None:
    """Says in the report how far the answers are apart; nothing where the project does not run."""
    if not arrived.report.whole:
        return
    try:
        made = load(emit(arrived.project))
        module = made()
    except ProjectProblem as problem:
        arrived.report.notes.append(f"The project does not run as it is: {problem}")
        return
    module.load_state_dict(dict(arrived.weights))
    with torch.no_grad(), at_rest(model):
        wanted = _tensors(model(**given))
        turned = {name: x.transpose(0, 1) if time_first and x.ndim > 1 else x for name, x in given.items()}
        found = _tensors(module.eval()(**turned))
    forget(made)
    apart = _apart(wanted, found, time_first)
    if apart is None:
        arrived.report.notes.append("The project gives other results than the model does; see what was left out.")
    elif apart > ALIKE:
        text = f"The project does not answer as the model does: on a random batch they are {apart:.1e} apart."
        arrived.report.notes.append(text)
    else:
        text = f"On a random batch the project answers as the model does (largest difference {apart:.1e})."
        arrived.report.notes.append(text)


def _apart(wanted: list[Tensor], found: list[Tensor], time_first: bool) -> float | None:
    """The largest difference of two answers, as a share of the largest number."""
    if len(wanted) != len(found):
        return None
    most = 0.0
    for one, other in zip(wanted, found, strict=True):
        if time_first and one.ndim > 1 and one.shape != other.shape:
            other = other.transpose(0, 1)
        if one.shape != other.shape:
            return None
        gap = (one.double() - other.double()).abs().max() if one.numel() else torch.tensor(0.0)
        most = max(most, float(gap / one.double().abs().max().clamp_min(1.0)) if one.numel() else 0.0)
    return most


def _tensors(made: Any) -> list[Tensor]:
    if isinstance(made, Tensor):
        return [made]
    parts = made.values() if isinstance(made, Mapping) else made if isinstance(made, list | tuple) else ()
    return [tensor for part in parts for tensor in _tensors(part)]

