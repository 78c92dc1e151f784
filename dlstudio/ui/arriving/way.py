"""Way: where on the canvas a node is that a report names, through the blocks around it."""

from typing import NamedTuple

from dlstudio.core.document import BLOCK, MODEL, Project


class Place(NamedTuple):
    """A node of a network."""

    network: str
    node: str


def find(project: Project, path: str) -> Place | None:
    """The node of a path such as stage1/conv; of a path that goes on after what there is, the last that is there."""
    network, found = MODEL, None
    for name in path.split("/"):
        there = project.networks.get(network)
        node = there.nodes.get(name) if there else None
        if node is None:
            break
        found = Place(network, name)
        network = str(node.fields.get("network", "")) if node.kind == BLOCK else ""
    return found or next((Place(name, path) for name, each in project.networks.items() if path in each.nodes), None)
