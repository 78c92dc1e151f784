"""Edits of whole networks: made, renamed, taken away, and given arguments."""

from collections.abc import Iterator
from dataclasses import replace

from dlstudio.core.document import BLOCK, Network, Node, Project
from dlstudio.core.edits import change, put_all, within
from dlstudio.core.frozen import Frozen, Value, freeze, same


def add_network(project: Project, name: str, network: Network | None = None) -> Project:
    """A new network; its name must be free."""
    if name in project.networks:
        raise KeyError(f"the project has a network {name} already")
    return project.with_network(name, network or Network())


def fresh_network(project: Project, wanted: str) -> str:
    """A free network name that reads as wanted: block, block2, block3 ..."""
    number, name = 2, wanted
    while name in project.networks:
        number, name = number + 1, f"{wanted}{number}"
    return name


def remove_network(project: Project, name: str) -> Project:
    """A network taken away with its layout; blocks that place it stay, and the check names them."""
    if name not in project.networks:
        return project
    return replace(project, networks=project.networks.drop(name), sheets=project.sheets.drop(name))


def rename_network(project: Project, old: str, new: str) -> Project:
    """A network under a new name, in its layout and in every block that places it too."""
    if old == new:
        return project
    if new in project.networks:
        raise KeyError(f"the project has a network {new} already")
    networks = Frozen({(new if name == old else name): network for name, network in project.networks.items()})
    sheets = Frozen({(new if name == old else name): sheet for name, sheet in project.sheets.items() if name != new})
    project = replace(project, networks=networks, sheets=sheets)
    for where, blocks in placings(project, old):
        project = put_all(project, where, blocks, {"network": new})
    return project


def placings(project: Project, name: str) -> Iterator[tuple[str, list[str]]]:
    """The blocks that place a network, by the network that they stand in."""
    for where, network in project.networks.items():
        blocks = [node.id for node in network.of_kind(BLOCK) if node.fields.get("network") == name]
        if blocks:
            yield where, blocks


def put_arguments(project: Project, where: str, **values: Value) -> Project:
    """Arguments of a network given new defaults."""
    return _with_arguments(project, where, project.networks[where].arguments.merge(freeze(values)))


def drop_arguments(project: Project, where: str, *names: str) -> Project:
    """Arguments of a network taken away, from it and from the blocks that give them."""
    for outer, blocks in list(placings(project, where)):
        project = change(project, outer, blocks, lambda block: _without(block, names))
    return _with_arguments(project, where, project.networks[where].arguments.drop(*names))


def _without(block: Node, names: tuple[str, ...]) -> Node:
    given = block.fields.get("given")
    if not isinstance(given, Frozen):
        return block
    return replace(block, fields=block.fields.put("given", given.drop(*names)))


def _with_arguments(project: Project, where: str, arguments: Frozen[str, Value]) -> Project:
    old = project.networks[where]
    return project if same(arguments, old.arguments) else project.with_network(where, replace(old, arguments=arguments))


def note_network(project: Project, where: str, note: str) -> Project:
    """A network's note rewritten."""
    return within(project, where, lambda old: old if old.note == note else replace(old, note=note))
