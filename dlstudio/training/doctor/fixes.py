"""Fixes: edits of a project that mend what the doctor finds."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from dlstudio.core import edits
from dlstudio.core.document import Node, Project
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import Fix
from dlstudio.core.several import Several
from dlstudio.training.doctor.case import Case

ADAM: Frozen[str, Value] = Frozen({"kind": "Adam"})
FIELDS = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Softsign": "softsign"}
"""What the activation of a kind is called in the field of a layer that applies it itself."""


def fix(label: str, edit: Callable[..., Project], *args: Any) -> Fix:
    """A fix that calls an edit with these arguments after the project."""
    return Fix(label, lambda project: edit(project, *args))


def bent_by(case: Case, kinds: Iterable[str]) -> list[str]:
    """The nodes that bend numbers in one of these ways, as nodes of their own or by a field; never the answer."""
    wanted = set(kinds)
    fields = {FIELDS[kind] for kind in wanted if kind in FIELDS}
    return [
        node.id
        for node in case.network.nodes.values()
        if (node.kind in wanted or node.fields.get("activation") in fields) and not case.before_output(node.id)
    ]


def bend(case: Case, nodes: Iterable[str], kind: str) -> Fix | None:
    """Makes the activations at some nodes into another kind."""
    mine = [node for node in nodes if node in case.network.nodes]

    def changed(node: Node) -> Node:
        if "activation" in node.fields:
            return replace(node, fields=node.fields.put("activation", FIELDS[kind]))
        return replace(node, kind=kind, fields=Frozen())

    label = f"Make {mine[0] if len(mine) == 1 else f'{len(mine)} activations'} {kind}" if mine else ""
    return fix(label, edits.change, case.name, mine, changed) if mine else None


def normalize(case: Case, nodes: Iterable[str]) -> Fix | None:
    """Puts a BatchNorm before each of some activations that are nodes of their own."""
    mine = [n for n in nodes if n in case.network.nodes and "activation" not in case.network.nodes[n].fields]

    def normalized(project: Project) -> Project:
        for name in mine:
            network = project.networks[case.name]
            for wire in network.inbound.get(name, ())[:1]:
                project = edits.insert(project, case.name, wire, edits.new_node(network, "BatchNorm"))
        return project

    return (
        Fix(f"Insert BatchNorm before {mine[0] if len(mine) == 1 else 'the activations'}", normalized) if mine else None
    )


def start_anew(case: Case, nodes: Iterable[str]) -> Fix | None:
    """Gives the weights of nodes torch's own start back, where the project says another."""
    mine = [n for n in nodes if n in case.network.nodes and "weight_init" in case.network.nodes[n].fields]

    def changed(node: Node) -> Node:
        return replace(node, fields=node.fields.drop("weight_init", "bias_init", "given_numbers"))

    return fix("Start the weights at random", edits.change, case.name, mine, changed) if mine else None


def train_with(label: str, **settings: Value) -> Fix:
    """Sets fields of the recipe."""
    return Fix(label, lambda project: replace(project, training=project.training.merge(settings)))


def clip() -> Fix:
    """Holds the length of all gradients together to 1."""
    return Fix("Clip gradients to a length of 1", _clipped)


def _clipped(project: Project) -> Project:
    listed = project.training.get("regularizers", ())
    kept = tuple(each for each in Several().accept(listed) if each.get("kind") != "ClipNorm")
    clipping = Frozen({"kind": "ClipNorm", "longest": 1.0})
    return replace(project, training=project.training.put("regularizers", (*kept, clipping)))


def scale_rate(case: Case, factor: float) -> Fix:
    """Multiplies the learning rate."""
    rate = float(f"{case.rate * factor:.3g}")
    return Fix(f"Set the learning rate to {rate:g}", lambda project: _optimize(project, "lr", rate))


def decay(strength: float = 1e-3) -> Fix:
    """Pulls weights towards zero."""
    return Fix(f"Set weight decay to {strength:g}", lambda project: _optimize(project, "weight_decay", strength))


def _optimize(project: Project, name: str, value: Value) -> Project:
    optimizer = project.training.get("optimizer", ADAM)
    spec = Frozen({"kind": optimizer}) if isinstance(optimizer, str) else Frozen(optimizer)
    return replace(project, training=project.training.put("optimizer", spec.put(name, value)))


def drop_out(case: Case) -> Fix | None:
    """Puts a Dropout before the last layer with weights."""
    last = [name for name in (case.last.trained if case.last else ()) if name in case.network.nodes][-1:]
    wires = [wire for name in last for wire in case.network.inbound.get(name, ())[:1]]

    def dropped(project: Project) -> Project:
        node = edits.new_node(project.networks[case.name], "Dropout")
        return edits.insert(project, case.name, wires[0], node)

    return Fix(f"Insert Dropout before {last[0]}", dropped) if wires else None


def shuffle() -> Fix:
    """Draws samples in a new random order in each epoch."""
    return Fix("Shuffle the samples", lambda project: replace(project, data=project.data.put("shuffle", True)))


def some(*fixes: Fix | None) -> tuple[Fix, ...]:
    """The fixes that there are."""
    return tuple(each for each in fixes if each is not None)


def round_factor(factor: float) -> float:
    """A power of ten near a factor."""
    return float(10 ** round(math.log10(factor)))
