"""The Help menu: the command palette, keys, the help of a layer, and what this program is."""

from dlstudio.ui.actions.action import Action
from dlstudio.ui.commands.palette import Palette
from dlstudio.ui.window import Window


def palette(window: Window) -> None:
    """Everything by a few letters of its name."""
    Palette(window, window.commands.entries(), window.theme)


ACTIONS = (
    Action(
        "palette", "Command palette …", "Help", palette, ("Ctrl+K", "F3", "Ctrl+Shift+P"), "search",
        "Finds every action, node, network and template by a few letters.",
    ),
)  # fmt: skip
