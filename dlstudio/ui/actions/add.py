"""The Add menu: the ways by which nodes come onto the canvas."""

from functools import partial

from dlstudio.core.document import INPUT, OUTPUT
from dlstudio.ui.actions.action import Action
from dlstudio.ui.canvas.adding.entry import kinds
from dlstudio.ui.panels.palette.palette import Palette
from dlstudio.ui.window import Window


def search(window: Window) -> None:
    window.canvas.adding.search()


def type_line(window: Window) -> None:
    window.canvas.adding.type()


def find(window: Window) -> None:
    """Shows the palette and goes to its search field."""
    palette = window.panels["palette"]
    window.docks["palette"].show()
    window.docks["palette"].raise_()
    if isinstance(palette, Palette):
        palette.seek()


def add(window: Window, kind: str) -> None:
    window.canvas.adding.add(next(entry for entry in kinds() if entry.name == kind))


ACTIONS = (
    Action(
        "add-search", "Search…", "Add", search, ("Shift+A",), "search",
        "A search at the mouse; Tab on the canvas does the same.",
    ),
    Action(
        "add-line", "Type a network…", "Add", type_line, ("/", "Ctrl+Space"), "terminal",
        "Layers as words, such as conv 64 3x3 > relu > fc 10.",
    ),
    Action("add-find", "Search the palette", "Add", find, ("Ctrl+F",), "blocks", "All layers by family."),
    Action(
        "add-input", "Input", "Add", partial(add, kind=INPUT), (), "log-in", "Where data enters.", starts_group=True,
    ),
    Action("add-output", "Output", "Add", partial(add, kind=OUTPUT), (), "log-out", "Where a result leaves."),
)  # fmt: skip
