"""Hover: what is under the mouse, the shape the mouse takes there, and what is said of it."""

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import Qt

from dlstudio.catalog.layers import layers
from dlstudio.compiler.judge import belongs
from dlstudio.compiler.ports import ports
from dlstudio.core.document import Point, Wire
from dlstudio.ui.canvas.brushwork import NAMES
from dlstudio.ui.canvas.gestures.begin import DOT, PORT, WIRE, badge_at
from dlstudio.ui.canvas.gestures.resize import shape
from dlstudio.ui.canvas.marks import Grip, grip_at
from dlstudio.ui.canvas.scene import Scene, Spot
from dlstudio.ui.glow.glow import Glow
from dlstudio.ui.session import State


class Badge(NamedTuple):
    """The number on a node that something is wrong with."""

    node: str


class Dot(NamedTuple):
    """A bend of a wire."""

    wire: Wire
    number: int


Hovered = str | Wire | Spot | Grip | Badge | Dot | None
"""A node by its name, or something else."""


def under(scene: Scene, at: Point, zoom: float) -> Hovered:
    """What is under the mouse, in the order in which a press would hit it."""
    if zoom >= NAMES:
        badge = badge_at(scene, at)
        if badge:
            return Badge(badge)
        spot = scene.spot_at(at, PORT / zoom)
        if spot:
            return spot
    node = scene.node_at(at)
    if node:
        return node
    grip, dot = grip_at(scene, at, zoom), scene.bend_at(at, DOT / zoom)
    if grip and grip.corner:
        return grip
    return Dot(*dot) if dot else scene.wire_at(at, WIRE / zoom) or grip


def cursor(hovered: Hovered) -> Qt.CursorShape:
    """The mouse over it."""
    match hovered:
        case Spot():
            return Qt.CursorShape.CrossCursor
        case Badge() | Wire():
            return Qt.CursorShape.PointingHandCursor
        case Dot():
            return Qt.CursorShape.SizeAllCursor
        case Grip():
            return shape(hovered) if hovered.edge else Qt.CursorShape.SizeAllCursor
        case _:
            return Qt.CursorShape.ArrowCursor


def tip(state: State, hovered: Hovered, glow: Glow | None = None) -> str:
    """What is said of it."""
    match hovered:
        case Spot():
            return "\n".join(_port(state, hovered))
        case Wire():
            return "\n".join(part for part in (str(hovered), _tensor(state, hovered.source, hovered.output)) if part)
        case Dot():
            return "Pull it to lead the wire elsewhere; double-click to take it away."
        case Badge():
            issues = state.issues_here.get(hovered.node, ())
            return "\n".join([*(issue.text for issue in issues), "Click for what helps."])
        case str():
            seen = glow.nodes.get(hovered) if glow else None
            return "\n".join(filter(None, [_node(state, hovered), *(seen.words if seen else ())]))
        case _:
            return ""


def _port(state: State, spot: Spot) -> Iterator[str]:
    """The name of a port, what flows there, and what it is for."""
    node = state.network.nodes.get(spot.node)
    if node is None:
        return
    goes_in, comes_out = ports(state.project, node, state.plan.arguments if state.plan else {})
    yield f"{spot.node}.{spot.port}"
    wire = next((w for w in state.network.inbound.get(spot.node, ()) if w.input == spot.port), None)
    if spot.out:
        yield _tensor(state, spot.node, spot.port) or "Nothing flows here yet."
    elif wire:
        yield f"{_tensor(state, wire.source, wire.output) or 'something'} from {wire.source}"
    else:
        yield "Nothing is wired in; pull a wire here."
    helps = (port.help for port in (comes_out if spot.out else goes_in) if belongs(spot.port, port))
    yield from (text for text in helps if text)


def _tensor(state: State, node: str, port: str) -> str:
    tensor = state.plan.shapes.get((node, port)) if state.plan else None
    return tensor.describe() if tensor else ""


def _node(state: State, name: str) -> str:
    node = state.network.nodes.get(name)
    if node is None:
        return ""
    cls = layers.get(node.kind)
    lines = (f"{name}: {cls.title if cls else node.kind}", "Muted: what comes in goes on." * node.muted, node.note)
    return "\n".join(line for line in lines if line)
