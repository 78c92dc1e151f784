"""Draft: a network under construction while a model arrives, whose values have the names they had there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor as Weight

from dlstudio.catalog.layer import Layer
from dlstudio.catalog.layers import layers
from dlstudio.compiler.judge import Judged, belongs, judge
from dlstudio.compiler.names import better_name, usable_for
from dlstudio.core.document import BLOCK, INPUT, MODEL, OUTPUT, Network, Node, Project, Wire, gather
from dlstudio.core.edits import stem
from dlstudio.core.frozen import Frozen, Value, freeze
from dlstudio.core.networks import fresh_network
from dlstudio.core.spec import BadFields, make
from dlstudio.core.tensor import Tensor
from dlstudio.exchange.arriving.arrived import Arrived
from dlstudio.exchange.arriving.plain import plain
from dlstudio.exchange.arriving.report import Remark, Report

Origin = tuple[str, str]
"""A node and its output port."""

Ports = Mapping[str, str]
"""What goes in or comes out, by port: names of values."""

MOST = 256
"""How many numbers of a fixed value are written into the document."""

_NOTHING: Frozen[str, Value] = Frozen()


class Draft:
    """Nodes, wires and weights of one network; what is placed in it as blocks are drafts of their own."""

    def __init__(self, title: str = "imported", source: str = "the model") -> None:
        self.title = title
        self.nodes: dict[str, Node] = {}
        self.wires: list[Wire] = []
        self.values: dict[str, Origin] = {}
        self.tensors: dict[Origin, Tensor] = {}
        self.weights: dict[str, Weight] = {}
        self.blocks: dict[str, tuple[Draft, ...]] = {}
        """What each block places: one draft for each repeat."""
        self.report = Report(source)

    def value(self, name: str) -> Origin | None:
        """Where the value of that name comes from."""
        return self.values.get(name)

    def tensor(self, name: str) -> Tensor | None:
        """The shape of a value, where it is known."""
        return self.tensors.get(self.values[name]) if name in self.values else None

    def alias(self, name: str, value: str) -> None:
        """Another name for a value: what a step that does nothing gives."""
        self.values[name] = self.values[value]

    def input(self, name: str, shape: Sequence[int], dtype: str = "float", form: str = "auto") -> str:
        """An Input for a value; its shape is that of one sample."""
        fields = {"size": tuple(shape) or (1,), "dtype": dtype, "form": form}
        return self.node(INPUT, name, fields, outputs={"y": name})

    def output(self, name: str, value: str, **fields: Value) -> str:
        """An Output that gives a value out."""
        return self.node(OUTPUT, name, fields, inputs={"x": value})

    def parameter(self, name: str, weight: Any, *, trained: bool = True, key: bool = True) -> str:
        """A value that no input gives, as a node that holds it: trained, or fixed; the value bears the same name.

        A fixed one without a `key` in the model's own state dict stands in the document where it is small."""
        kept = torch.as_tensor(weight)
        dtype = "bool" if kept.dtype == torch.bool else "float" if kept.is_floating_point() else "int"
        fields: dict[str, Any] = {"size": tuple(kept.shape)}
        inputs = {"x": next(name for name, (node, _) in self.values.items() if self.nodes[node].kind == INPUT)}
        if trained:
            return self.node("Parameter", name, fields, inputs, {"y": name}, {"": kept})
        fields["dtype"] = dtype
        written = None if key or kept.numel() > MOST else written_out(kept)
        if written is not None:
            return self.node("Constant", name, {**fields, "value": written}, inputs, {"y": name})
        return self.node("Constant", name, fields, inputs, {"y": name}, {"": kept})

    def judged(
        self,
        kind: str,
        fields: Mapping[str, Any] | None = None,
        inputs: Ports | None = None,
        seen: Mapping[str, Tensor] | None = None,
    ) -> Judged | None:
        """What a layer would say to these values, without adding it; None where it cannot be asked.

        `seen` are values as they would be if they were brought into another form before."""
        return self._judged(kind, Frozen(freeze(plain(fields or {}))), inputs or {}, seen or {})

    def marked(self) -> tuple[int, ...]:
        """How far the draft is, to come back to."""
        return len(self.nodes), len(self.wires), len(self.report.notes), len(self.report.hints)

    def back(self, mark: tuple[int, ...]) -> None:
        """Takes away all that was added since."""
        nodes, wires, notes, hints = mark
        for node in list(self.nodes)[nodes:]:
            kind = self.nodes.pop(node).kind
            self.report.taken[kind] -= 1
            self.blocks.pop(node, None)
        self.weights = {key: weight for key, weight in self.weights.items() if key.partition(".")[0] in self.nodes}
        self.values = {name: origin for name, origin in self.values.items() if origin[0] in self.nodes}
        del self.wires[wires:], self.report.notes[notes:], self.report.hints[hints:]

    def node(
        self,
        kind: str,
        name: str,
        fields: Mapping[str, Any] | None = None,
        inputs: Ports | None = None,
        outputs: Ports | None = None,
        weights: Mapping[str, Any] | None = None,
    ) -> str:
        """A layer of the catalogue under a name close to the wanted one; its id.

        `weights` are those of the layer's module, such as weight and bias; "" is the node itself where it is one."""
        given = Frozen(freeze(plain(fields or {})))
        judged = self._judged(kind, given, inputs or {})
        if judged and judged.layer:
            given = Frozen(judged.layer.changed())
        node = self._put(kind, name, given, inputs or {}, outputs or {}, weights or {})
        for port in judged.outs if judged else {}:
            self.tensors[node, port] = judged.outs[port]  # type: ignore[union-attr]
        if judged and judged.refusal:
            self.report.hints.append(Remark(node, str(judged.refusal)))
        self.report.taken[kind] += 1
        return node

    def keep(
        self,
        what: str,
        name: str,
        attributes: Mapping[str, Any] | None = None,
        inputs: Ports | None = None,
        outputs: Ports | None = None,
        reason: str = "no layer does this",
        weights: Mapping[str, Any] | None = None,
    ) -> str:
        """A node that keeps what is not known, such as onnx.Foo, with its attributes; it does not run."""
        fields = Frozen(freeze(plain(attributes or {})))
        node = self._put(what, name, fields, inputs or {}, outputs or {}, weights or {})
        self.report.kept.append(Remark(node, what, reason))
        return node

    def leave(self, what: str, why: str, node: str = "") -> None:
        """Says that a part of the model is not in the project."""
        self.report.left.append(Remark(node, what, why))

    def place(
        self,
        name: str,
        rounds: "Sequence[Draft]",
        inputs: Ports,
        outputs: Ports,
        fields: Mapping[str, Any] | None = None,
    ) -> str:
        """A block that runs drafts of one network one after the other; their inputs and outputs are its ports."""
        given = {"repeat": len(rounds), **(fields or {})} if len(rounds) > 1 else dict(fields or {})
        node = self._put(BLOCK, name, Frozen(freeze(given)), inputs, outputs, {})
        self.blocks[node] = tuple(rounds)
        last = rounds[-1]
        for each in last.nodes.values():
            wire = next((w for w in last.wires if w.target == each.id), None) if each.kind == OUTPUT else None
            if wire and (tensor := last.tensors.get((wire.source, wire.output))):
                self.tensors[node, each.id] = tensor
        for number, inner in enumerate(rounds):
            place = f"{node}.{number}." if len(rounds) > 1 else f"{node}."
            self.weights.update({place + key: weight for key, weight in inner.weights.items()})
            self.report.merge(inner.report, f"{node}/")
        return node

    def name(self, wanted: str, kind: str = "") -> str:
        """A free name for a node, close to the wanted one."""
        if usable_for(wanted, kind) and wanted not in self.nodes:
            return wanted
        clean = wanted if wanted.strip("_.0123456789/") else f"{stem(kind)}{wanted}"
        return better_name(Network(nodes=Frozen(self.nodes)), clean)

    def network(self) -> Network:
        """The network as it stands; blocks in it name no network yet."""
        return Network(nodes=Frozen(self.nodes), inbound=gather(self.wires))

    def finish(self, notes: str = "") -> Arrived:
        """The project with all of the networks, and the weights."""
        project = Project(name=self.title, notes=notes, networks=Frozen())
        _, project = self._settled(project, {}, MODEL)
        return Arrived(project, self.weights, self.report)

    def _settled(self, project: Project, known: dict[Network, str], wanted: str = "") -> tuple[str, Project]:
        """The project with this network in it, and what it is called there; equal ones are one."""
        nodes = dict(self.nodes)
        for node, rounds in self.blocks.items():
            place, project = rounds[0]._settled(project, known)
            nodes[node] = replace(nodes[node], fields=nodes[node].fields.put("network", place))
        made = Network(nodes=Frozen(nodes), inbound=gather(self.wires))
        shapeless = unsized(made)
        if not wanted and shapeless in known:
            return known[shapeless], project
        name = wanted or fresh_network(project, self.title if self.title != MODEL else "part")
        known[shapeless] = name
        return name, project.with_network(name, made)

    def _put(
        self,
        kind: str,
        name: str,
        fields: Frozen[str, Value],
        inputs: Ports,
        outputs: Ports,
        weights: Mapping[str, Any],
    ) -> str:
        node = self.name(name, kind)
        self.nodes[node] = Node(node, kind, fields)
        for port, value in inputs.items():
            source, output = self.values[value]
            self.wires.append(Wire(source, output, node, port))
        for port, value in outputs.items():
            self.values[value] = (node, port)
        for key, weight in weights.items():
            self.weights[f"{node}.{key}" if key else node] = torch.as_tensor(weight)
        return node

    def _judged(
        self, kind: str, fields: Frozen[str, Value], inputs: Ports, seen: Mapping[str, Tensor] = _NOTHING
    ) -> Judged | None:
        if kind == OUTPUT or kind not in layers:
            return None
        try:
            layer: Layer = make(layers[kind], fields, {})
        except BadFields as problems:
            return Judged(None, {}, problems)
        ins: dict[str, Any] = {}
        for port in layer.ports_in():
            met = [value for name, value in inputs.items() if belongs(name, port)]
            found = [seen.get(value) or self.tensor(value) for value in met]
            if None in found or (not found and not port.optional):
                return None
            if found:
                ins[port.name] = tuple(found) if port.many else found[0]
        return judge(kind, fields, _NOTHING, tuple(ins.items()))


def unsized(network: Network) -> Network:
    """A network without what its inputs are given from outside: by that, blocks are compared."""
    blank = {node.id: Node(node.id, INPUT) for node in network.nodes.values() if node.kind == INPUT}
    return Network(nodes=network.nodes.merge(blank), inbound=network.inbound)


def alike(one: Draft, other: Draft) -> bool:
    """Whether two drafts are the same network, with all that they place."""
    if unsized(one.network()) != unsized(other.network()) or one.blocks.keys() != other.blocks.keys():
        return False
    return all(alike(rounds[0], other.blocks[node][0]) for node, rounds in one.blocks.items())


def written_out(value: Weight) -> Value:
    """A fixed value as rows of numbers, a single one where all are the same; None where it cannot be written."""
    if value.is_floating_point() and not bool(value.isfinite().all()):
        return None
    if value.numel() and bool((value == value.flatten()[0]).all()):
        return (float(value.flatten()[0]),)
    return freeze((value.long() if value.dtype == torch.bool else value).tolist())
