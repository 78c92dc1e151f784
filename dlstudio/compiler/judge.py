"""judge: what one layer makes of what it gets; asked once for each layer and its inputs, then remembered."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dlstudio.catalog.layer import Layer, Port
from dlstudio.catalog.layers import layers
from dlstudio.catalog.refusal import Refused
from dlstudio.core.document import Wire
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import BadFields, make
from dlstudio.core.tensor import Tensor


@dataclass(frozen=True, slots=True)
class Judged:
    """A layer's answer: its outputs, or its refusal; no layer at all when its fields are bad."""

    layer: Layer | None
    outs: Mapping[str, Tensor]
    refusal: Refused | BadFields | None


def judge(kind: str, fields: Frozen[str, Value], arguments: Frozen[str, Value], ins: tuple[Any, ...]) -> Judged:
    """The layer of that kind and those fields, put to these inputs."""
    return _judge(kind, fields, fields.exact, arguments, arguments.exact, ins)


def forget() -> None:
    """Empties the memory of answers, for those who measure how long a first one takes."""
    _judge.cache_clear()


@lru_cache(maxsize=65536)
def _judge(
    kind: str,
    fields: Frozen[str, Value],
    _: Hashable,
    arguments: Frozen[str, Value],
    __: Hashable,
    ins: tuple[Any, ...],
) -> Judged:
    try:
        layer = make(layers[kind], fields, arguments)
        layer.validate()
    except BadFields as problems:
        return Judged(None, {}, problems)
    try:
        result = layer.shape(**dict(ins))
        layer.fit(**dict(ins))
    except (Refused, BadFields) as refusal:
        return Judged(layer, {}, refusal)
    return Judged(layer, _named(layer, result), None)


def reshape(layer: Layer, ins: Mapping[str, Any]) -> Mapping[str, Tensor]:
    """What a layer that is known to be sound makes of other inputs; raises Refused or BadFields where it is nothing."""
    result = layer.shape(**ins)
    layer.fit(**ins)
    return _named(layer, result)


def _named(layer: Layer, result: Tensor | Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    return {layer.ports_out()[0].name: result} if isinstance(result, Tensor) else result


def by_port(wires: Sequence[Wire], ports: Sequence[Port]) -> tuple[dict[str, tuple[Wire, ...]], tuple[Wire, ...]]:
    """Wires by the port that they belong to (x1, x2 ... belong to the many-port x), and those without a home."""
    groups: dict[str, tuple[Wire, ...]] = {}
    strange: tuple[Wire, ...] = ()
    for wire in wires:
        home = next((port.name for port in ports if belongs(wire.input, port)), None)
        if home is None:
            strange = (*strange, wire)
        else:
            groups[home] = (*groups.get(home, ()), wire)
    return groups, strange


def belongs(name: str, port: Port) -> bool:
    """Whether a wired name is this port, or one of its members."""
    if not port.many:
        return name == port.name
    return name.startswith(port.name) and name[len(port.name) :].isdecimal()
