"""What the tests of losses have in common: a declared loss becomes a function of torch tensors."""

import re
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from dlstudio.catalog.code import Code
from dlstudio.catalog.losses import Loss, losses
from dlstudio.core.spec import make
from dlstudio.core.tensor import Tensor
from tests.catalog.declarations import resolve

VECTOR, SCORES, ONE = Tensor.of(4), Tensor.of(5), Tensor.of(1)
LABEL = Tensor.of(dtype="int")


def made(kind: str, **fields: Any) -> Loss:
    loss = make(losses[kind], fields, {})
    loss.validate()
    return loss


def function(code: Code, *names: str) -> Callable[..., torch.Tensor]:
    """The code as a function of what its holes are called."""
    known: dict[str, Any] = {"torch": torch, "F": F}

    def own(found: re.Match[str]) -> str:
        known[found[2]] = resolve(found[0])
        return found[2]

    holes = {**{name: name for name in names}, **{name: repr(value) for name, value in code.values.items()}}
    text = re.sub(r"(?<![\w)\]])\.([a-z_0-9]+)\.([a-z_0-9]+)(?=\()", own, code.text)
    made: Callable[..., torch.Tensor] = eval(f"lambda {', '.join(names)}: {text.format(**holes)}", known)
    return made


def compare(kind: str, *tensors: Any, **fields: Any) -> torch.Tensor:
    """The loss of some tensors, or of lists of numbers, in double precision."""
    loss = made(kind, **fields)
    given = [x if isinstance(x, torch.Tensor) else torch.tensor(x, dtype=torch.float64) for x in tensors]
    return function(loss.code(), *loss.inputs)(*given)
