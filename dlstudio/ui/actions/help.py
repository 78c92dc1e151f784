"""The Help menu: the command palette, keys, the help of a layer, and what this program is."""

import platform
from importlib import metadata

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from dlstudio.catalog.layers import layers
from dlstudio.core.version import version
from dlstudio.ui.actions.action import Action
from dlstudio.ui.canvas.gestures.words import WORDS
from dlstudio.ui.commands.cheat_sheet import CheatSheet, Group
from dlstudio.ui.commands.editor import KeyEditor
from dlstudio.ui.commands.palette import Palette
from dlstudio.ui.files.question import Answer, Question
from dlstudio.ui.leaflet import Leaflet
from dlstudio.ui.panels.inspector.help import described
from dlstudio.ui.session import State
from dlstudio.ui.tour.tour import Tour
from dlstudio.ui.window import Window

PACKAGES = ("torch", "numpy", "networkx", "PySide6-Essentials", "pyqtgraph")


def palette(window: Window) -> None:
    """Everything by a few letters of its name."""
    Palette(window, window.commands.entries(), window.theme)


def cheat_sheet(window: Window) -> None:
    """All keys and gestures on one page."""
    mouse = Group("Mouse", [(said.mouse, said.does) for said in WORDS])
    CheatSheet(window, [mouse, *window.commands.groups()])


def keyboard(window: Window) -> None:
    """Where keys are changed."""
    KeyEditor(window, window.commands.keymap, window.commands.rows(), window.rebind).open()


def layer_help(window: Window) -> None:
    if node := window.session.state.one:
        cls = layers[node.kind]
        Leaflet(window.canvas, f"{cls.title} · {cls.family}", described(node.kind))


def about(window: Window) -> None:
    """What this is, and the versions that it stands on."""
    copy = Answer("Copy", lambda: _copy(window))
    text = "A studio for neural networks: draw a graph, train it as PyTorch, look inside while it learns."
    Question(window, "dlstudio", text, [Answer("Close"), copy], code=environment(), escape=0)


def report(window: Window) -> None:
    """The versions as text on the clipboard, for whoever wants to report a mistake."""
    _copy(window)


def _copy(window: Window) -> None:
    QGuiApplication.clipboard().setText(environment())
    window.tell("Copied the versions of everything; paste them into your report.", "good")


def environment() -> str:
    """What runs here; packages are asked for their version, not imported."""
    screen = QGuiApplication.primaryScreen()
    lines = [
        f"dlstudio {version()}",
        f"Python {platform.python_version()} on {platform.platform(terse=True)}",
        f"Qt {qVersion()} ({QGuiApplication.platformName()}), scale {screen.devicePixelRatio():g}",
        *(f"{name} {_version(name)}" for name in PACKAGES),
    ]
    return "\n".join(lines)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "is not installed"


def _needs_layer(state: State) -> str:
    if state.one is None:
        return "Select one node first."
    return "" if state.one.kind in layers else f"“{state.one.kind}” is not known here."


ACTIONS = (
    Action(
        "palette", "Command palette…", "Help", palette, ("Ctrl+K", "F3", "Ctrl+Shift+P"), "search",
        "Finds every action, node, network and template by a few letters.",
    ),
    Action(
        "cheat-sheet", "Keys and mouse", "Help", cheat_sheet, ("F1", "?"), "command", "All keys and gestures.",
    ),
    Action(
        "tour", "Take the tour", "Help", Tour, (), "map",
        "A minute around the window: layers, wires, what is wrong, Train.",
    ),
    Action("keyboard", "Keyboard…", "Help", keyboard, (), "keyboard", "Changes which keys do what."),
    Action(
        "layer-help", "Help on the layer", "Help", layer_help, ("Shift+F1",), "circle-help",
        "What the selected layer does, and what its fields mean.", _needs_layer, starts_group=True, on=("node",),
    ),
    Action(
        "report", "Copy versions for a report", "Help", report, (), "clipboard",
        "What runs here, as text on the clipboard; nothing is sent.", starts_group=True,
    ),
    Action("about", "About dlstudio", "Help", about, (), "info"),
)  # fmt: skip
