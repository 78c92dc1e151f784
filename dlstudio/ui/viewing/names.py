"""Names: the nodes on the canvas under the names that they have in a network that trains."""

from collections.abc import Collection, Iterable

from dlstudio.ui.session import State


def plain(name: str) -> str:
    """A node's way through blocks, whichever of several rounds of a block it is in."""
    return ".".join(part for part in name.split(".") if not part.isdigit())


def trained(state: State, nodes: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """What nodes of the network on the canvas are called in what is trained: all rounds of a block, and all within."""
    way = [place.block for place in state.trail[1:]]
    network = state.trail[0].network
    wanted = {".".join([*front, *way, node]) for node in nodes for front in ((), (network,))}
    return tuple(name for name in known if _within(plain(name), wanted))


def _within(name: str, wanted: Collection[str]) -> bool:
    """Whether a way is one of these, or leads through one of them."""
    parts = name.split(".")
    return any(".".join(parts[:count]) in wanted for count in range(1, len(parts) + 1))
