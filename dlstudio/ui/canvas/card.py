"""Card: how one node looks, as a value; it is made anew only when something that it shows has changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from dlstudio.catalog.layer import Port
from dlstudio.catalog.layers import layers
from dlstudio.compiler.judge import belongs
from dlstudio.compiler.plan import Plan
from dlstudio.compiler.ports import ports
from dlstudio.core.document import BLOCK, Node, Project, Wire, natural
from dlstudio.core.issue import Issue
from dlstudio.core.tensor import Tensor
from dlstudio.ui.canvas.subtitle import subtitle

SEVERITIES = ("error", "warning", "hint")

WIDTH, HEAD, ROW, FOOT, FOLDED = 176, 24, 16, 8, 32
"""The measures of a card in pixels: its width, the name above the ports, one row, the room below; a folded one."""

PORT = HEAD + ROW // 2
"""How far below its upper edge a card has its first ports, so that chains are straight."""


class Socket(NamedTuple):
    """A port as it is drawn: its name in wires, what stands beside it, and what flows through it."""

    name: str
    label: str
    dtype: str
    text: str
    wired: bool
    optional: bool
    many: bool = False
    """Whether it is the free end of a port that takes any number of wires."""


class Card(NamedTuple):
    """One node as it is drawn; a named tuple, because it is made by the thousand."""

    id: str
    kind: str
    title: str
    family: str
    line: str
    ins: tuple[Socket, ...]
    outs: tuple[Socket, ...]
    severity: str
    """The worst of its issues: "error", "warning", "hint", or nothing."""
    issues: int
    muted: bool
    known: bool
    block: bool
    note: str
    width: float = WIDTH
    height: float = 0.0
    repeat: int = 1
    """How many rounds a block goes."""
    folded: bool = False
    """Whether only its head is shown; all its ports are then in one place."""

    @property
    def plain(self) -> bool:
        """Whether no port needs a name, so that there is room for the kind beside them."""
        return len(self.ins) <= 1 and len(self.outs) <= 1

    def port(self, name: str, *, out: bool) -> tuple[float, float]:
        """Where a port is, from the upper left corner of the card."""
        if self.folded:
            return (WIDTH if out else 0.0), FOLDED / 2
        sockets = self.outs if out else self.ins
        row = next((i for i, socket in enumerate(sockets) if socket.name == name), 0)
        return (WIDTH if out else 0.0), PORT + ROW * row


def height(ins: int, outs: int, line: str) -> float:
    """How high a card with so many ports and such a line is."""
    return HEAD + ROW * (max(1, ins, outs) + bool(line)) + FOOT


def card(
    project: Project,
    where: str,
    node: Node,
    plan: Plan | None,
    issues: Sequence[Issue],
    *,
    folded: bool = False,
) -> Card:
    """How a node looks, with what was found out about it."""
    cls, network = layers.get(node.kind), project.networks[where]
    verdict = plan.verdicts.get(node.id) if plan else None
    made: Mapping[str, Tensor] = verdict.step.outs if verdict and verdict.step else {}
    arguments = plan.arguments if plan else network.arguments
    goes_in, comes_out = ports(project, node, arguments)
    worst = min((issue.severity for issue in issues), key=SEVERITIES.index, default="")
    ins = tuple(_ins(goes_in, network.inbound.get(node.id, ()), plan))
    outs = tuple(_outs(comes_out, network.outbound.get(node.id, ()), made))
    line = subtitle(project, where, node, arguments)
    repeat = node.fields.get("repeat", 1)
    return Card(
        node.id,
        node.kind,
        cls.title if cls else node.kind,
        cls.family if cls else "",
        line,
        ins,
        outs,
        worst,
        len(issues),
        node.muted,
        cls is not None,
        node.kind == BLOCK,
        node.note,
        height=FOLDED if folded else height(len(ins), len(outs), line),
        repeat=repeat if node.kind == BLOCK and isinstance(repeat, int) else 1,
        folded=folded,
    )


def reshaped(shown: Card, plan: Plan | None, wires: Iterable[Wire], issues: Sequence[Issue]) -> Card:
    """A card whose node and wires are as they were: with what flows now, and what was found out now."""
    verdict = plan.verdicts.get(shown.id) if plan else None
    made: Mapping[str, Tensor] = verdict.step.outs if verdict and verdict.step else {}
    kinds = {wire.input: _dtype(plan, wire) for wire in wires}
    ins = tuple([_flowing(socket, kinds.get(socket.name, socket.dtype), "") for socket in shown.ins])
    outs = tuple([_flowing(s, x.dtype if (x := made.get(s.name)) else "float", str(x or "")) for s in shown.outs])
    worst = min((issue.severity for issue in issues), key=SEVERITIES.index, default="")
    return shown._replace(ins=ins, outs=outs, severity=worst, issues=len(issues))


def _flowing(socket: Socket, dtype: str, text: str) -> Socket:
    """A port with something else flowing through it; a port into a node says nothing of that but the kind."""
    if socket.dtype == dtype and socket.text == text:
        return socket
    return socket._replace(dtype=dtype, text=text)


def _ins(ports: Iterable[Port], wires: Iterable[Wire], plan: Plan | None) -> Iterator[Socket]:
    """A socket for each port; a port for many has one for each of its wires and a free one behind them."""
    left = list(wires)
    for port in ports:
        mine = sorted((wire for wire in left if belongs(wire.input, port)), key=lambda wire: natural(wire.input))
        left = [wire for wire in left if wire not in mine]
        for wire in mine:
            yield Socket(wire.input, wire.input, _dtype(plan, wire), "", True, port.optional)
        if port.many:
            last = max((_number(wire.input, port.name) for wire in mine), default=0)
            yield Socket(f"{port.name}{last + 1}", "more", "float", "", False, bool(mine), many=True)
        elif not mine:
            yield Socket(port.name, port.name, "float", "", False, port.optional)
    for wire in left:
        yield Socket(wire.input, f"{wire.input}?", _dtype(plan, wire), "", True, True)


def _dtype(plan: Plan | None, wire: Wire) -> str:
    tensor = plan.shapes.get((wire.source, wire.output)) if plan else None
    return tensor.dtype if tensor else "float"


def _number(name: str, stem: str) -> int:
    digits = name.removeprefix(stem)
    return int(digits) if digits.isdecimal() else 0


def _outs(ports: Iterable[Port], wires: Iterable[Wire], made: Mapping[str, Tensor]) -> Iterator[Socket]:
    used = {wire.output for wire in wires}
    names = [port.name for port in ports]
    for name in (*names, *sorted(used.difference(names), key=natural)):
        tensor = made.get(name)
        label = name if name in names else f"{name}?"
        yield Socket(name, label, tensor.dtype if tensor else "float", str(tensor or ""), name in used, True)
