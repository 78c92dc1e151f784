"""Ports that take any number of wires: x1, x2, x3 ... in an order that people see and change."""

from dlstudio.core.document import Network, Project, Wire, natural
from dlstudio.core.edits import connect, regroup, within


def members(network: Network, node: str, many: str = "x") -> list[Wire]:
    """The wires of a many-port in their order."""
    found = [wire for wire in network.inbound.get(node, ()) if _number(wire.input, many) is not None]
    return sorted(found, key=lambda wire: natural(wire.input))


def _number(name: str, many: str) -> int | None:
    digits = name.removeprefix(many)
    plain = name.startswith(many) and digits.isascii() and digits.isdecimal() and len(digits) < 10
    return int(digits) if plain else None


def free(network: Network, node: str, many: str = "x") -> str:
    """The name of the port behind the last one that is wired."""
    taken = (_number(wire.input, many) or 0 for wire in members(network, node, many))
    return f"{many}{max(taken, default=0) + 1}"


def append(project: Project, where: str, source: str, output: str, target: str, many: str = "x") -> Project:
    """One more wire into a many-port, behind the others."""
    port = free(project.networks[where], target, many)
    return connect(project, where, Wire(source, output, target, port))


def swap(project: Project, where: str, target: str, one: str, other: str) -> Project:
    """The wires of two ports of a node changed over."""
    names = {one: other, other: one}

    def swapped(network: Network) -> Network:
        wires = network.inbound.get(target, ())
        changed = tuple(wire._replace(input=names.get(wire.input, wire.input)) for wire in wires)
        return network if set(changed) == set(wires) else regroup(network, target, changed)

    return within(project, where, swapped)


def compact(project: Project, where: str, target: str, many: str = "x") -> Project:
    """The wires of a many-port numbered from 1 without gaps, in the order that they had."""

    def numbered(network: Network) -> Network:
        renamed = {w: w._replace(input=f"{many}{i}") for i, w in enumerate(members(network, target, many), 1)}
        wires = network.inbound.get(target, ())
        changed = [renamed.get(wire, wire) for wire in wires]
        return network if set(changed) == set(wires) else regroup(network, target, changed)

    return within(project, where, numbered)
