"""Waiting: the ports on the canvas that something new is most likely meant for."""

from math import hypot

from dlstudio.core.document import Rect
from dlstudio.ui.canvas.plane import grown
from dlstudio.ui.canvas.scene import Scene, Spot
from dlstudio.ui.session import State

NEAR = 320.0
"""How far from a new card another one may lie that it is wired to."""


def exit_of(scene: Scene, node: str) -> Spot | None:
    """The output of a node by which a chain goes on."""
    card = scene.cards.get(node)
    return Spot(node, card.outs[0].name, True) if card and card.outs else None


def entrance(state: State, node: str) -> Spot | None:
    """The first input of a node that something must be wired into, and nothing is."""
    verdict = state.plan.verdicts.get(node) if state.plan else None
    if verdict is None or not verdict.unwired:
        return None
    port = verdict.unwired[0]
    return Spot(node, f"{port.name}1" if port.many else port.name, False)


def waiting(state: State, scene: Scene, box: Rect, *, before: bool) -> Spot | None:
    """The port nearest to a new card that waits for it: a loose end, or (before) an input that lacks something.

    What is selected comes first; what lies on the wrong side does not count."""
    found: list[tuple[bool, float, Spot]] = []
    for node in scene.nodes_in(grown(box, NEAR)):
        other = scene.boxes[node]
        spot = _open(state, scene, node, before=before)
        ahead = other.x > box.x if before else other.x < box.x or other.y + other.height < box.y
        if spot and ahead:
            found.append((node not in state.choice.nodes, _apart(box, other), spot))
    return min(found, key=lambda each: each[:2], default=(False, 0.0, None))[2]


def _open(state: State, scene: Scene, node: str, *, before: bool) -> Spot | None:
    if before:
        return entrance(state, node)
    return None if state.network.outbound.get(node) else exit_of(scene, node)


def _apart(a: Rect, b: Rect) -> float:
    """How far two rectangles are from each other."""
    dx = max(0.0, a.x - b.x - b.width, b.x - a.x - a.width)
    dy = max(0.0, a.y - b.y - b.height, b.y - a.y - a.height)
    return hypot(dx, dy)
