"""Sense: which of the kinds that a word may mean is meant, by what flows there, and what has to stand between."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dlstudio.catalog.layer import Port
from dlstudio.catalog.layers import layers
from dlstudio.catalog.refusal import Insert, Refused
from dlstudio.compiler.judge import judge
from dlstudio.compiler.plan import Origin
from dlstudio.compiler.typed import Typed
from dlstudio.compiler.words import Item
from dlstudio.core.document import BLOCK, INPUT, OUTPUT
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import Tensor

AXES = ("2d", "1d", "3d")
"""How the kinds end that are for images, signals and clips; the most usual first."""
BRIDGES = ("Flatten",)
"""What a line puts in by itself, since everybody means it: an image into a fully connected layer."""


def sense(typed: Typed, item: Item, origin: Origin | None) -> tuple[str, Mapping[str, Value], str]:
    """The meaning of a word that fits what flows there, and what has to stand between."""
    if len(item.meanings) == 1 and (origin is None or item.meanings[0][0] in (BLOCK, OUTPUT)):
        return *item.meanings[0], ""
    x = typed.shape(origin) if origin else None
    if origin is None or x is None:
        return *_usual(typed, item, origin), ""
    fitting = [(kind, fields) for kind, fields in item.meanings if takes(kind, fields, x)]
    fitting.sort(key=lambda meaning: _farfetched(meaning[0], item, x))
    if not fitting and (fitting := _as_signal(typed, item, origin, x)):
        return *fitting[0], ""
    if fitting:
        return *fitting[0], ""
    for kind, fields in item.meanings:
        if bridge := _bridge(kind, fields, x):
            return kind, fields, bridge
    return *_closest(typed, item, origin, x), ""


def _usual(typed: Typed, item: Item, origin: Origin | None) -> tuple[str, Frozen[str, Value]]:
    """Where nobody knows what flows: the meaning for the axes that a layer before is for, else that for images."""
    if len(item.meanings) == 1:
        return item.meanings[0]
    axes, node, seen = "", origin[0] if origin else "", set[str]()
    while node and node not in seen and not axes:
        seen.add(node)
        axes = next((each for each in AXES if typed.nodes[node].kind.endswith(each)), "")
        leading = typed.inbound.get(node, ())
        node = leading[0].source if leading else ""
    found = (meaning for meaning in item.meanings if meaning[0].endswith(axes or AXES[0]))
    return next(found, item.meanings[0])


def _farfetched(kind: str, item: Item, x: Tensor) -> tuple[int, bool]:
    """How little a kind that takes what flows there is meant: one that lacks inputs, or is for other axes."""
    needed = sum(not port.optional for port in layers[kind].inputs)
    return max(0, needed - 1 - len(item.joins)), not kind.endswith(f"{x.rank - 1}d")


def takes(kind: str, fields: Mapping[str, Value], x: Tensor) -> bool:
    """Whether a layer takes this tensor at its first input, as far as that can be said of one input alone."""
    ports = layers[kind].inputs
    if len([port for port in ports if not port.optional]) != 1:
        return True
    return _refused(kind, fields, x) is None


def _refused(kind: str, fields: Mapping[str, Value], x: Tensor) -> object:
    """Why a layer does not take this tensor at its first input."""
    port = layers[kind].inputs[0] if layers[kind].inputs else Port("x")
    what: Any = (x, x) if port.many else x
    return judge(kind, Frozen(fields), Frozen(), ((port.name, what),)).refusal


def _as_signal(typed: Typed, item: Item, origin: Origin, x: Tensor) -> list[tuple[str, Frozen[str, Value]]]:
    """An input of two axes that nobody gave a form is a signal where only that makes sense."""
    node = typed.nodes[origin[0]]
    if node.kind != INPUT or "form" in node.fields or x.rank != 2:
        return []
    signal = replace(x, axes=("channel", "time"))
    fitting = [(kind, fields) for kind, fields in item.meanings if takes(kind, fields, signal)]
    if fitting:
        typed.put(node.id, form="signal")
        typed.shapes.clear()
    return fitting


def _bridge(kind: str, fields: Mapping[str, Value], x: Tensor) -> str:
    refusal = _refused(kind, fields, x)
    if not isinstance(refusal, Refused):
        return ""
    offered = [remedy.kind for remedy in refusal.remedies if isinstance(remedy, Insert)]
    return next((bridge for bridge in BRIDGES if bridge in offered), "")


def _closest(typed: Typed, item: Item, origin: Origin, x: Tensor) -> tuple[str, Frozen[str, Value]]:
    """Of the meanings that refuse, the one that has no quarrel with the form."""
    for kind, fields in item.meanings:
        refusal = _refused(kind, fields, x)
        if isinstance(refusal, Refused) and refusal.code != "shape":
            return kind, fields
    by_rank = [meaning for meaning in item.meanings if meaning[0].endswith(f"{x.rank - 1}d")]
    return by_rank[0] if by_rank else _usual(typed, item, origin)
