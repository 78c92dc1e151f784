"""Way: from the name of a layer in what trains to its node on the canvas."""

from dataclasses import dataclass

from dlstudio.core.document import BLOCK, MODEL, Project
from dlstudio.ui.session import Session


@dataclass(frozen=True, slots=True)
class Way:
    """The network it is in, the blocks that lead to it, and the node itself."""

    network: str
    blocks: tuple[str, ...]
    node: str


def way(project: Project, name: str) -> Way | None:
    """Where a layer is drawn; None where the project has it no more."""
    parts = [part for part in name.split(".") if not part.isdigit()]
    within = _walk(project, MODEL, parts) if MODEL in project.networks else None
    return within or (_walk(project, parts[0], parts[1:]) if parts[0] in project.networks else None)


def go(session: Session, name: str) -> str:
    """Shows a layer on the canvas and chooses its node; what is chosen, or nothing where it is not there."""
    found = way(session.state.project, name)
    if found is None:
        return ""
    trail = session.state.trail
    if (trail[0].network, *(place.block for place in trail[1:])) != (found.network, *found.blocks):
        session.leave(1)
        session.show(found.network)
        for block in found.blocks:
            session.enter(block)
    session.choose_nodes(found.node)
    return found.node


def _walk(project: Project, network: str, parts: list[str]) -> Way | None:
    """Through blocks as far as they lead; what a node is made of belongs to the node."""
    blocks: list[str] = []
    where = network
    for part in (each for each in parts if not each.isdigit()):
        node = project.networks[where].nodes.get(part)
        if node is None:
            return None
        inner = str(node.fields.get("network", "")) if node.kind == BLOCK else ""
        if inner not in project.networks:
            return Way(network, tuple(blocks), part)
        blocks.append(part)
        where = inner
    return Way(network, tuple(blocks[:-1]), blocks[-1]) if blocks else None
