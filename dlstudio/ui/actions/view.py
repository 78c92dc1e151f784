"""The View menu: zoom, tidy, themes, panels."""

from functools import partial

from dlstudio.ui.actions.action import Action, always
from dlstudio.ui.canvas.tidy import tidied
from dlstudio.ui.session import State
from dlstudio.ui.window import Window


def fit(window: Window) -> None:
    window.canvas.fit(at_once=False)


def fit_choice(window: Window) -> None:
    window.canvas.fit(nodes=window.session.state.choice.nodes, at_once=False)


def zoom(window: Window, factor: float) -> None:
    canvas = window.canvas
    canvas.look(canvas.camera.zoomed(factor, canvas.width() / 2, canvas.height() / 2))


def actual_size(window: Window) -> None:
    zoom(window, 1 / window.canvas.camera.zoom)


def tidy(window: Window) -> None:
    """Lays the network out anew, or the nodes that are selected."""
    state, room = window.session.state, window.canvas.room
    nodes = state.choice.nodes if len(state.choice.nodes) > 1 else ()
    label = f"Tidy {len(nodes)} nodes" if nodes else "Tidy"
    if window.session.do(label, lambda project: tidied(project, state.where, room, only=nodes)) and not nodes:
        window.canvas.fit(at_once=False)


def theme(window: Window, name: str) -> None:
    window.set_theme(name)


def leave(window: Window) -> None:
    window.session.leave()


def _inside(state: State) -> str:
    return "" if len(state.trail) > 1 else "This is the outermost network."


ACTIONS = (
    Action("fit", "Show everything", "View", fit, ("F", "Home"), "maximize", "The whole network in the window."),
    Action(
        "fit-choice", "Show selection", "View", fit_choice, ("Shift+F",), "scan",
        unless=lambda state: "" if state.choice.nodes else "Select a node first.",
    ),
    Action("zoom-in", "Zoom in", "View", partial(zoom, factor=1.25), ("Ctrl++", "Ctrl+="), "zoom-in"),
    Action("zoom-out", "Zoom out", "View", partial(zoom, factor=0.8), ("Ctrl+-",), "zoom-out"),
    Action("actual-size", "Actual size", "View", actual_size, ("Ctrl+0",)),
    Action(
        "tidy", "Tidy", "View", tidy, ("L",), "workflow",
        "Lays the nodes out in the order in which they run; with several selected, only those.",
        lambda state: "" if state.network.nodes else "There is nothing to lay out.", starts_group=True,
    ),
    Action("leave", "Leave the block", "View", leave, ("Ctrl+Up", "U"), "log-out", unless=_inside),
    *(
        Action(
            f"theme-{name}", f"{title} theme", "View", partial(theme, name=name), (), icon, unless=always,
            shown=partial(lambda window, name: window.theme_name == name, name=name), starts_group=name == "system",
        )
        for name, title, icon in (
            ("system", "System", "monitor"), ("light", "Light", "sun"), ("dark", "Dark", "moon"),
            ("contrast", "High contrast", "contrast"),
        )
    ),
)  # fmt: skip
