"""What golden rows need: one layer as a built module, and tensors that are quick to write."""

from typing import Any

import torch

from dlstudio.catalog.layers import layers
from dlstudio.core.frozen import Frozen, freeze
from dlstudio.core.spec import make
from dlstudio.core.tensor import Tensor
from tests.catalog import harness
from tests.catalog.harness import Case


def made(kind: str, **fields: Any) -> Any:
    """The declared layer, its fields checked."""
    return make(layers[kind], Frozen({name: freeze(value) for name, value in fields.items()}), {})


def node(kind: str, *ins: Tensor, **fields: Any) -> Any:
    """A network of this one layer, from the source that dlstudio writes; inputs and outputs by port name."""
    layer, raw = made(kind, **fields), Frozen({name: freeze(value) for name, value in fields.items()})
    named = dict(zip((port.name for port in layer.ports_in()), ins, strict=False))
    return harness.built(Case(layer, raw, named, harness.judge(layer, named))).double()


def numbers(*values: Any) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def at(kind: str, *xs: float, **fields: Any) -> torch.Tensor:
    """What a pointwise layer gives for these numbers, in evaluation."""
    with torch.no_grad():
        result: torch.Tensor = node(kind, Tensor.of(len(xs)), **fields).eval()(numbers(xs))[0]
    return result


def slopes(kind: str, *xs: float, **fields: Any) -> torch.Tensor:
    """The derivative of a pointwise layer at these numbers, by autograd."""
    x = numbers(xs).requires_grad_()
    (gradient,) = torch.autograd.grad(node(kind, Tensor.of(len(xs)), **fields).eval()(x).sum(), x)
    return gradient[0]


def close(given: torch.Tensor, *wanted: float, within: float = 1e-6) -> None:
    torch.testing.assert_close(given.reshape(-1), numbers(*wanted), rtol=0, atol=within)
