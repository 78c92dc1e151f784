"""Digits: the data that comes with the program, for projects that have none yet."""

from dataclasses import replace

from dlstudio.core import edits
from dlstudio.core.document import INPUT, MODEL, Network, Node, Project
from dlstudio.core.frozen import Frozen
from dlstudio.ui.session import State

SHAPE = (1, 28, 28)
"""The shape of one digit."""


def lack(project: Project) -> str:
    """What a sound project still needs before it can be trained, or nothing."""
    return "" if "source" in project.data else "Choose data first: the project names no data."


def misfit(state: State) -> str:
    """Why the digits cannot be the data of a project, or nothing."""
    if not lack(state.project):
        return "The project has data."
    network = state.project.networks.get(MODEL, Network())
    inputs = network.of_kind(INPUT)
    sizes = [node.fields.get("size", SHAPE) for node in inputs]
    return "" if sizes == [SHAPE] or not network.nodes else "The digits go into one Input of 1×28×28."


def with_digits(project: Project) -> Project:
    """The project with the handwritten digits as its data; an Input that has no shape yet gets theirs."""
    project = replace(project, data=project.data.put("source", Frozen({"kind": "MNIST"})))
    if not project.networks[MODEL].nodes:
        project = edits.add(project, MODEL, Node("image", INPUT, Frozen({"size": SHAPE})))
    for node in project.networks[MODEL].of_kind(INPUT):
        if "size" not in node.fields:
            project = edits.put(project, MODEL, node.id, size=SHAPE)
    return project
