"""The graph of a network: the order of its nodes, its cycles, what reaches what, and which blocks hold which.

networkx is loaded where it is needed: it takes as long as all the rest of a quick start."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from dlstudio.core.document import BLOCK, DELAY, INPUT, OUTPUT, Network, Node, Project, Wire, natural

if TYPE_CHECKING:
    import networkx as nx


def closes_loop(network: Network, wire: Wire) -> bool:
    """Whether the wire carries a value to the next time step, so that a loop through it is no cycle."""
    node = network.nodes.get(wire.target)
    return node is not None and node.kind == DELAY and wire.input == "x"


def graph(network: Network) -> "nx.DiGraph[str]":
    """The nodes and the wires that act within one time step."""
    import networkx as nx

    view: nx.DiGraph[str] = nx.DiGraph()
    view.add_nodes_from(network.nodes)
    known = network.nodes
    view.add_edges_from(
        (wire.source, wire.target)
        for wire in network.wires
        if wire.source in known and wire.target in known and not closes_loop(network, wire)
    )
    return view


def order(network: Network) -> tuple[Node, ...]:
    """Every node after all that it needs, branch by branch; nodes on or behind a cycle are left out."""
    done: dict[str, Node] = {}
    stuck: set[str] = set()
    for root in _roots(network):
        _visit(network, root, done, stuck)
    for root in sorted((node for node in network.nodes if node not in done), key=natural):
        _visit(network, root, done, stuck)
    return tuple(done.values())


def _roots(network: Network) -> Iterator[str]:
    nodes = network.nodes
    outputs, delays = [], []
    for node in nodes.values():
        if node.kind == OUTPUT:
            outputs.append(node.id)
        elif node.kind == DELAY:
            delays.append(node.id)
    yield from sorted(outputs, key=natural)
    for delay in sorted(delays, key=natural):
        yield from (wire.source for wire in network.inbound.get(delay, ()) if wire.source in nodes)


def _visit(network: Network, root: str, done: dict[str, Node], stuck: set[str]) -> None:
    """Depth-first, without recursion: a chain of any length is fine."""
    if root in done or root in stuck:
        return
    nodes = network.nodes
    path = [(root, iter(_needs(network, root)))]
    open_nodes = {root}
    while path:
        node, rest = path[-1]
        for wire in rest:
            need = wire.source
            if need in done or need not in nodes:
                continue
            if need in open_nodes or need in stuck:
                stuck.update(name for name, _ in path)
            else:
                path.append((need, iter(_needs(network, need))))
                open_nodes.add(need)
                break
        else:
            path.pop()
            open_nodes.discard(node)
            if node not in stuck:
                done[node] = nodes[node]


def _needs(network: Network, node: str) -> Iterable[Wire]:
    """The wires that a node waits for within one time step."""
    wires = network.inbound.get(node, ())
    return [wire for wire in wires if wire.input != "x"] if network.nodes[node].kind == DELAY else wires


def cycles(network: Network) -> list[list[str]]:
    """One cycle, as the names along it, for each knot of nodes that wait for one another."""
    import networkx as nx

    view = graph(network)
    loops = [[node] for node in nx.nodes_with_selfloops(view)]
    view.remove_edges_from([(node, node) for (node,) in loops])
    knots = [knot for knot in nx.strongly_connected_components(view) if len(knot) > 1]
    for knot in knots:
        edges = nx.find_cycle(view.subgraph(sorted(knot, key=natural)), min(knot, key=natural))
        loops.append([edge[0] for edge in edges])
    return sorted(loops, key=lambda loop: natural(loop[0]))


def upstream(network: Network, targets: Iterable[str]) -> set[str]:
    """The targets and all that they depend on, through delays too."""
    inbound = network.inbound
    return _spread(targets, lambda node: [wire.source for wire in inbound.get(node, ())], network)


def downstream(network: Network, sources: Iterable[str]) -> set[str]:
    """The sources and all that depends on them, through delays too."""
    outbound = network.outbound
    return _spread(sources, lambda node: [wire.target for wire in outbound.get(node, ())], network)


def _spread(start: Iterable[str], step: Callable[[str], Iterable[str]], network: Network) -> set[str]:
    found: set[str] = set()
    nodes, waiting = network.nodes, list(start)
    while waiting:
        node = waiting.pop()
        if node not in found and node in nodes:
            found.add(node)
            waiting += step(node)
    return found


def refuse(network: Network, wire: Wire) -> str | None:
    """Why the wire cannot be drawn, or None; whether the shapes fit is the compiler's to say."""
    for end in (wire.source, wire.target):
        if end not in network.nodes:
            return f"There is no node “{end}”."
    if network.nodes[wire.source].kind == OUTPUT:
        return "An output has nothing to give; wire from the node before it."
    if network.nodes[wire.target].kind == INPUT:
        return "An input takes nothing; its values come from the data."
    if wire in network.inbound.get(wire.target, ()):
        return "This wire is there already."
    if closes_loop(network, wire):
        return None
    if wire.source == wire.target:
        return f"{wire.source} would feed itself within one time step; put a Delay in the loop."
    if wire.source in _within_step(network, wire.target):
        return f"This would close the loop {_loop(network, wire)} within one time step; put a Delay in it."
    return None


def _within_step(network: Network, source: str) -> set[str]:
    def step(node: str) -> Iterable[str]:
        return (w.target for w in network.outbound.get(node, ()) if not closes_loop(network, w))

    return _spread([source], step, network)


def _loop(network: Network, wire: Wire) -> str:
    import networkx as nx

    path = nx.shortest_path(graph(network), wire.target, wire.source)
    return " → ".join([*path, wire.target])


def placed(network: Network) -> list[str]:
    """The networks that the blocks of this one place, each once."""
    places = (node.fields.get("network") for node in network.nodes.values() if node.kind == BLOCK)
    return list(dict.fromkeys(place for place in places if isinstance(place, str) and place))


def closure(project: Project, name: str) -> tuple[str, ...]:
    """The network and all that it places, directly or not; safe where blocks contain themselves."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in project.networks and current not in found:
            found[current] = None
            waiting.extend(placed(project.networks[current]))
    return tuple(found)
