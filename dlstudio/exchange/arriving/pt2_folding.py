"""Folding: steps of an exported program that read fixed numbers only, such as those that make a mask."""

from math import prod
from typing import Any

import torch
from torch import Tensor

from dlstudio.exchange.arriving.trace import Step, Value, taken

MOST = 2**24
"""Numbers that may be worked out."""
KNOWN = {
    *("triu", "tril", "masked_fill", "masked_fill_", "logical_not", "bitwise_not", "unsqueeze", "expand", "view"),
    *("to", "eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "slice", "select", "transpose", "reshape"),
}


def worked_out(step: Step) -> Tensor | None:
    """What a step gives, where it reads nothing but numbers that no state dict holds."""
    given = list(taken(step))
    fixed = given and all(value.data is not None and not value.path for value in given)
    if not fixed or step.op not in KNOWN or prod(step.out.shape) > MOST:
        return None
    try:
        made = getattr(torch.ops.aten, step.op)(
            *map(_number, step.args), **{n: _number(v) for n, v in step.kwargs.items()}
        )
    except (RuntimeError, TypeError, IndexError):
        return None
    return made.clone() if isinstance(made, Tensor) and tuple(made.shape) == step.out.shape else None


def _number(part: Any) -> Any:
    if isinstance(part, Value):
        assert part.data is not None
        return part.data.clone()
    if isinstance(part, list | tuple):
        return [_number(each) for each in part]
    return {"Infinity": torch.inf, "-Infinity": -torch.inf}.get(part, part) if isinstance(part, str) else part
