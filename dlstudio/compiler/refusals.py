"""Refusals: what a layer does not take, as an issue with those of its remedies that were tried on these inputs."""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from dlstudio.catalog.layer import Layer
from dlstudio.catalog.layers import layers
from dlstudio.catalog.refusal import Put, Refused, Remedy
from dlstudio.compiler.entering import suited, untold
from dlstudio.compiler.findings import error, fix
from dlstudio.core import edits
from dlstudio.core.document import Network, Node, Project, Wire
from dlstudio.core.issue import Issue
from dlstudio.core.spec import BadFields, make
from dlstudio.core.tensor import Tensor


def refused(where: str, network: Network, node: Node, layer: Layer, refusal: Refused, ins: Mapping[str, Any]) -> Issue:
    """A layer's refusal, with those of its remedies that work on these very inputs."""
    fixes = [
        fix(remedy.label, _remedy, where, node.id, wire, remedy)
        for remedy in refusal.remedies
        for wire in _wires_for(network, node.id, remedy, refusal.port)
        if works(layer, remedy, ins, wire.input if wire else "")
    ]
    text = _with_sources(refusal.text, network, node, layer)
    source = untold(where, network, node, refusal.port, ins.get(refusal.port))
    for fields, made in islice(suited(layer, ins, refusal.port), 1) if source else ():
        text += f" Nobody has said yet what comes in at {source}: make it {made.describe()}, for example."
        fixes.insert(0, fix(f"Make {source} {made.describe()}", edits.put, where, source, **fields))
    return error(refusal.code, text, where, node.id, refusal.port, fixes)


def _wires_for(network: Network, node: str, remedy: Remedy, port: str) -> list[Wire | None]:
    if isinstance(remedy, Put):
        return _wires_into(network, node, port)[:1]
    return _wires_into(network, node, remedy.port or port)


def _wires_into(network: Network, node: str, port: str) -> list[Wire | None]:
    wires = network.inbound.get(node, ())
    exact = [wire for wire in wires if wire.input == port]
    return list(exact or wires[:1]) or [None]


def _with_sources(text: str, network: Network, node: Node, layer: Layer) -> str:
    """Where a text speaks of one of many like inputs, x2, the node that feeds it is named too."""
    many = [port.name for port in layer.ports_in() if port.many]
    for wire in network.inbound.get(node.id, ()) if many else ():
        if wire.input.rstrip("0123456789") in many:
            text = re.sub(rf"\b{wire.input}\b", f"{wire.input} (from {wire.source})", text, count=1)
    return text


def works(layer: Layer, remedy: Remedy, ins: Mapping[str, Any], port: str) -> bool:
    """Whether the layer takes these inputs once the remedy is applied."""
    try:
        if isinstance(remedy, Put):
            mended = make(type(layer), {**layer.values(), remedy.field: remedy.value}, {})
            mended.shape(**ins)
        else:
            inserted = make(layers[remedy.kind], remedy.fields, {})
            layer.shape(**_through(inserted, ins, port))
    except (Refused, BadFields, KeyError):
        return False
    return True


def _through(inserted: Layer, ins: Mapping[str, Any], port: str) -> dict[str, Any]:
    changed = dict(ins)
    if port in ins:
        changed[port] = _single(inserted, ins[port])
        return changed
    name = port.rstrip("0123456789")
    members = list(ins[name])
    index = min(int(port[len(name) :] or 1), len(members)) - 1
    members[index] = _single(inserted, members[index])
    changed[name] = tuple(members)
    return changed


def _single(inserted: Layer, x: Tensor) -> Tensor:
    made = inserted.shape(x)
    return made if isinstance(made, Tensor) else next(iter(made.values()))


def _remedy(project: Project, where: str, node: str, wire: Wire | None, remedy: Remedy) -> Project:
    if isinstance(remedy, Put):
        return edits.put(project, where, node, **{remedy.field: remedy.value})
    assert wire is not None
    return edits.insert(project, where, wire, edits.new_node(project.networks[where], remedy.kind, remedy.fields))
