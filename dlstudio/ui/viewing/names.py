"""Names: the nodes on the canvas under the names that they have in a network that trains."""

from collections.abc import Collection, Iterable

from dlstudio.core.document import BLOCK
from dlstudio.ui.session import State


def plain(name: str) -> str:
    """A node's way through blocks, whichever of several rounds of a block it is in."""
    return ".".join(part for part in name.split(".") if not part.isdigit())


def trained(state: State, nodes: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """What nodes of the network on the canvas are called in what is trained: all rounds of a block, and all within."""
    names, chosen = tuple(known), set(nodes)
    wanted = {f"{front}.{node}" if front else node for node in chosen for front in fronts(state, names)}
    wanted |= {network for node, network in placed(state, names).items() if node in chosen}
    return tuple(name for name in names if _within(plain(name), wanted))


def fronts(state: State, known: Iterable[str]) -> frozenset[str]:
    """What the names of nodes of the network on the canvas begin with in what is trained."""
    way = [place.block for place in state.trail[1:]]
    found = {".".join([*first, *way]) for first in ((), (state.trail[0].network,))}
    alone = _alone(state, known)
    return frozenset(found) | {
        ".".join([place.network, *way[i:]]) for i, place in enumerate(state.trail) if place.network in alone
    }


def placed(state: State, known: Iterable[str]) -> dict[str, str]:
    """The blocks on the canvas whose network trains by itself, as a GAN's two do, each with its network."""
    alone = _alone(state, known)
    inner = {node.id: str(node.fields.get("network", "")) for node in state.network.of_kind(BLOCK)}
    return {node: network for node, network in inner.items() if network in alone}


def _alone(state: State, known: Iterable[str]) -> frozenset[str]:
    """The networks whose name comes first in what is trained; a node of that name would stand there itself."""
    project, root = state.project, state.trail[0].network
    first = {name.partition(".")[0] for name in known if "." in name} & project.networks.keys()
    return frozenset(first - project.networks[root].nodes.keys() if root in project.networks else first)


def _within(name: str, wanted: Collection[str]) -> bool:
    """Whether a way is one of these, or leads through one of them."""
    parts = name.split(".")
    return any(".".join(parts[:count]) in wanted for count in range(1, len(parts) + 1))
