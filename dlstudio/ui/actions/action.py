"""Action: one thing that can be done, with its words, its keys, and the reason why it cannot be done now."""

from collections.abc import Callable
from dataclasses import dataclass

from dlstudio.ui.session import State
from dlstudio.ui.window import Window


def always(_: State) -> str:
    """For what can be done at any time."""
    return ""


@dataclass(frozen=True)
class Action:
    """One entry of the table; `unless` says why it cannot be done, or nothing when it can."""

    id: str
    title: str
    menu: str
    run: Callable[[Window], object]
    keys: tuple[str, ...] = ()
    icon: str = ""
    help: str = ""
    unless: Callable[[State], str] = always
    shown: Callable[[Window], bool] | None = None
    """For what is switched on and off: whether it is on."""
    starts_group: bool = False
    """Whether a line stands above it in the menu."""
    on: tuple[str, ...] = ()
    """In whose context menus it stands: those of a "node", a "wire", a "mark" (frame or note), the "canvas"."""


def needs_choice(state: State) -> str:
    return "" if state.choice else "Select something first."


def needs_nodes(state: State) -> str:
    return "" if state.choice.nodes else "Select a node first."
