"""Proving: a project that arrived is asked what the model is asked, and both have to answer alike."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from dlstudio.compiler.emit import emit
from dlstudio.compiler.load import forget, load
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.arrived import Arrived
from dlstudio.exchange.arriving.recorded import tensors

ALIKE = 1e-5
"""How far answers may be apart, measured by the largest of them."""


def prove(
    arrived: Arrived, wanted: Mapping[str, Tensor], given: Mapping[str, Tensor], time_first: bool, allow_code: bool
) -> None:
    """Says in the report how far the answers are apart; nothing where the project does not run."""
    if not arrived.report.whole:
        return
    try:
        source = emit(arrived.project)
        made = load(source, allow_code=allow_code)
        module = made()
    except ProjectProblem as problem:
        arrived.report.notes.append(f"The project does not run as it is: {problem}")
        return
    module.load_state_dict(dict(arrived.weights))
    with torch.no_grad():
        turned = {name: x.transpose(0, 1) if time_first and x.ndim > 1 else x for name, x in given.items()}
        found = dict(zip(source.outputs, tensors(module.eval()(**turned)), strict=True))
    forget(made)
    apart = _apart([(each, found.get(name)) for name, each in wanted.items()], time_first)
    if apart is None:
        arrived.report.notes.append("The project gives other results than the model does; see what was left out.")
    elif apart > ALIKE:
        text = f"The project does not answer as the model does: on a random batch they are {apart:.1e} apart."
        arrived.report.notes.append(text)
    else:
        text = f"On a random batch the project answers as the model does (largest difference {apart:.1e})."
        arrived.report.notes.append(text)


def _apart(pairs: Sequence[tuple[Tensor, Tensor | None]], time_first: bool) -> float | None:
    """The largest difference of two answers, as a share of the largest number."""
    most = 0.0
    for one, other in pairs:
        if other is None:
            return None
        turned = other.transpose(0, 1) if time_first and one.ndim > 1 and one.shape != other.shape else other
        if one.shape != turned.shape:
            return None
        gap = (one.double() - turned.double()).abs().max() if one.numel() else torch.tensor(0.0)
        most = max(most, float(gap / one.double().abs().max().clamp_min(1.0)) if one.numel() else 0.0)
    return most
