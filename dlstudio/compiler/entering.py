"""Entering: what an Input would have to be for the layer behind it to take it, likeliest first."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlstudio.catalog.layer import Layer
from dlstudio.catalog.layers import layers
from dlstudio.catalog.refusal import Refused
from dlstudio.core.document import INPUT, MODEL, Network, Node
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import BadFields, make
from dlstudio.core.tensor import Tensor

USUAL: tuple[Frozen[str, Value], ...] = (
    Frozen({"size": (1, 28, 28)}),
    Frozen({"size": (16,)}),
    Frozen({"size": (16, 8)}),
    Frozen({"size": (1, 128), "form": "signal"}),
    Frozen({"size": (16,), "dtype": "int"}),
    Frozen({"size": (1, 16, 16, 16)}),
)
"""What data usually looks like: a picture, a row of a table, a sequence, a signal, words, a volume."""


UNSAID = Tensor.of(1)
"""What an Input gives of which nobody has said anything."""


def untold(where: str, network: Network, node: Node, port: str, x: Tensor | None) -> str:
    """The Input of the model wired into a port whose shape nobody has said yet, or nothing."""
    sources = (wire.source for wire in network.inbound.get(node.id, ()) if wire.input == port)
    source = network.nodes.get(next(sources, ""))
    return source.id if source and source.kind == INPUT and where == MODEL and x == UNSAID else ""


def suited(layer: Layer, ins: Mapping[str, Any], port: str) -> Iterator[tuple[Frozen[str, Value], Tensor]]:
    """The fields of an Input that the layer takes at a port, its other inputs as they are, and what it then gives."""
    for fields in USUAL:
        made = make(layers[INPUT], fields, {}).shape()
        if isinstance(made, Tensor) and _takes(layer, {**ins, port: made}):
            yield fields, made


def _takes(layer: Layer, ins: Mapping[str, Any]) -> bool:
    try:
        layer.shape(**ins)
    except (Refused, BadFields):
        return False
    return True
