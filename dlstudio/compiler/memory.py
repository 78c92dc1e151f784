"""Memory: the states of recurrent layers, handed from one stretch of a sequence to the next without their gradient."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from torch import Tensor, nn

from dlstudio.catalog.layers import layers
from dlstudio.catalog.recurrence import Recurrent
from dlstudio.core.document import BLOCK, DELAY, INPUT, MODEL, OUTPUT, Network, Node, Project


class Memory:
    """Inside `with memory:` each layer starts where it stood at the end of the stretch before; outside, from zeros."""

    def __init__(self, parts: Sequence[nn.Module]) -> None:
        self._states: dict[nn.Module, Any] = {}
        self._open = False
        self.parts = parts
        for part in parts:
            part.register_forward_pre_hook(self._put)
            part.register_forward_hook(self._take)

    def __enter__(self) -> "Memory":
        self._states, self._open = {}, True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._states, self._open = {}, False

    def _put(self, part: nn.Module, given: tuple[Any, ...]) -> tuple[Any, ...] | None:
        return (given[0], self._states[part]) if self._open and part in self._states else None

    def _take(self, part: nn.Module, _given: tuple[Any, ...], made: tuple[Any, Any]) -> None:
        if self._open:
            self._states[part] = cut(made[1])


def cut(state: Any) -> Any:
    """The same state with no way back for the gradient."""
    return state.detach() if isinstance(state, Tensor) else tuple(map(cut, state))


@dataclass(frozen=True)
class Place:
    """Where a recurrent layer stands in the module, and whether each stretch calls it once, starting from zeros."""

    path: str
    node: Node
    keeps: bool


def recurrent(project: Project, name: str = MODEL, *, once: bool = True) -> Iterator[Place]:
    """Every recurrent layer of a network, also those in blocks."""
    network = project.networks[name]
    lent = {str(node.fields.get("same_weights_as", "")) for node in network.nodes.values()}
    once = once and not network.of_kind(DELAY)
    for node in network.nodes.values():
        alone = once and node.id not in lent and not node.fields.get("same_weights_as")
        kind = layers.get(node.kind)
        if kind is not None and issubclass(kind, Recurrent):
            wired = any(wire.input in ("h0", "c0") for wire in network.inbound.get(node.id, ()))
            yield Place(node.id, node, alone and not wired)
        elif node.kind == BLOCK and node.fields.get("network") in project.networks:
            yield from _inside(project, node, alone)


def _inside(project: Project, block: Node, once: bool) -> Iterator[Place]:
    """The layers in a block; a repeated one is a list of modules, unless all repeats are one."""
    repeat, shared = block.fields.get("repeat", 1), block.fields.get("share") == "shared"
    places = [block.id] if repeat == 1 or shared else [f"{block.id}.{each}" for each in range(int(repeat))]
    for place in places:
        for inner in recurrent(project, str(block.fields["network"]), once=once and (repeat == 1 or not shared)):
            yield Place(f"{place}.{inner.path}", inner.node, inner.keeps)


def keepers(project: Project, module: nn.Module) -> list[nn.Module]:
    """The layers whose state can be kept from outside."""
    found = dict(module.named_modules())
    return [found[place.path] for place in recurrent(project) if place.keeps and place.path in found]


def carried(network: Network) -> Mapping[str, str]:
    """The inputs that take a state, each with the output that gives the same state after the stretch."""
    found: dict[str, str] = {}
    for node in network.nodes.values():
        for wire in network.inbound.get(node.id, ()):
            if network.nodes[wire.source].kind == INPUT and (after := _after(network, node, wire.input)):
                found[wire.source] = after
    return found


def _after(network: Network, node: Node, port: str) -> str | None:
    """The output that gives out what the state at a port has become."""
    if node.kind == DELAY and port == "initial":
        givers = {(wire.source, wire.output) for wire in network.inbound[node.id] if wire.input == "x"}
    elif port in ("h0", "c0"):
        givers = {(node.id, port[0])}
    else:
        return None
    for output in network.of_kind(OUTPUT):
        at_the_end = node.kind != DELAY or output.fields.get("steps") == "last"
        if at_the_end and any((w.source, w.output) in givers for w in network.inbound.get(output.id, ())):
            return output.id
    return None
