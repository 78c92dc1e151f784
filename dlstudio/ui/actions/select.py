"""The selecting part of the Edit menu: everything, nothing, and from node to node with the keys."""

from collections.abc import Iterable
from functools import partial

from dlstudio.core.document import Rect
from dlstudio.core.topology import order
from dlstudio.ui.actions.action import Action, needs_choice
from dlstudio.ui.session import NOTHING, Choice, State
from dlstudio.ui.window import Window


def everything(window: Window) -> None:
    state = window.session.state
    marks = frozenset([*state.sheet.frames, *state.sheet.notes])
    window.session.choose(Choice(frozenset(state.network.nodes), frozenset(), marks))


def nothing(window: Window) -> None:
    window.session.choose(NOTHING)


def follow(window: Window, way: str, *, more: bool = False) -> None:
    """Selects the node that lies next on a way: along the wires, or above and below."""
    state, boxes = window.session.state, window.canvas.scene.boxes
    chosen = [node for node in state.choice.nodes if node in boxes]
    if chosen:
        ahead = way in ("next", "below")
        edge = max(chosen, key=lambda n: _rank(boxes[n], way) * (1 if ahead else -1))
        found = neighbour(state, boxes, edge, way)
    else:
        found = order(state.network)[0 if way in ("next", "below") else -1].id
    if found:
        one = Choice(frozenset([found]))
        window.session.choose(state.choice | one if more else one)
        window.canvas.reveal(found)


def neighbour(state: State, boxes: dict[str, Rect], node: str, way: str) -> str | None:
    """The node that is reached from one: over a wire, or the nearest above or below it."""
    network, here = state.network, boxes[node]
    if way == "next":
        return _nearest(here, boxes, (wire.target for wire in network.outbound.get(node, ())))
    if way == "last":
        return _nearest(here, boxes, (wire.source for wire in network.inbound.get(node, ())))
    above = way == "above"
    there = (n for n, box in boxes.items() if (box.y < here.y if above else box.y > here.y))
    return _nearest(here, boxes, there)


def menu(window: Window) -> None:
    window.menu_of_choice()


def _rank(box: Rect, way: str) -> float:
    return box.y if way in ("above", "below") else box.x


def _nearest(here: Rect, boxes: dict[str, Rect], nodes: Iterable[str]) -> str | None:
    """The nearest of some nodes; what lies to the side counts twice, so that up means up."""
    return min(
        (node for node in nodes if node in boxes),
        key=lambda n: abs(boxes[n].y - here.y) + 2 * abs(boxes[n].x - here.x),
        default=None,
    )


def _needs_network(state: State) -> str:
    return "" if state.network.nodes else "There is no node yet."


WAYS = (
    ("next", "Next node", "Right", "arrow-right"),
    ("last", "Node before", "Left", "arrow-left"),
    ("above", "Node above", "Up", "arrow-up"),
    ("below", "Node below", "Down", "arrow-down"),
)

ACTIONS = (
    Action(
        "select-all", "Select all", "Edit", everything, ("Ctrl+A",), help="Everything in this network.",
        starts_group=True, on=("canvas",),
    ),
    Action(
        "menu", "Menu of the selection", "", menu, ("Shift+F10",), "ellipsis", "What can be done with what is selected."
    ),
    Action("select-none", "Select nothing", "Edit", nothing, ("Ctrl+Shift+A",), unless=needs_choice),
    *(
        Action(
            f"go-{way}", title, "Edit", partial(follow, way=way), (f"Alt+{key}",), icon,
            "Selects it; with Shift, beside what is selected.", _needs_network, starts_group=way == "next",
        )
        for way, title, key, icon in WAYS
    ),
    *(
        Action(
            f"add-{way}", f"{title}, too", "", partial(follow, way=way, more=True), (f"Alt+Shift+{key}",), icon,
            unless=_needs_network,
        )
        for way, title, key, icon in WAYS
    ),
)  # fmt: skip
