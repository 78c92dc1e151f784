"""Views that are kept under a number, and the minimap."""

from collections.abc import Callable
from functools import partial

from dlstudio.core import sheets
from dlstudio.core.extras import views
from dlstudio.ui.actions.action import Action
from dlstudio.ui.canvas.camera import Camera
from dlstudio.ui.session import State
from dlstudio.ui.window import Window

KEPT = "123456789"


def keep_view(window: Window, key: str) -> None:
    """Keeps what is seen now under a number."""
    where, camera = window.session.state.where, window.canvas.camera
    view = (camera.x, camera.y, camera.zoom)
    window.session.do(f"Keep view {key}", lambda project: sheets.keep_view(project, where, key, view))
    window.tell(f"View {key} is kept; press {key} to come back.")


def go_view(window: Window, key: str) -> None:
    window.canvas.glide(Camera(*views(window.session.state.sheet)[key]))


def minimap(window: Window) -> None:
    window.canvas.minimap.toggle()


def activity(window: Window) -> None:
    window.lamp.toggle()
    window.preview.follow()


def preview(window: Window) -> None:
    window.preview.toggle()


def _kept(key: str) -> Callable[[State], str]:
    return lambda state: (
        "" if key in views(state.sheet) else f"No view is kept under {key}; Ctrl+{key} keeps the one you see."
    )


ACTIONS = (
    Action(
        "minimap", "Minimap", "View", minimap, ("Shift+M",), "map", "All of the network in a corner of the canvas.",
        shown=lambda window: window.canvas.minimap.wanted,
    ),
    Action(
        "activity", "Activity on the canvas", "View", activity, ("Shift+T",), "activity",
        "While it trains, wires show what goes forward and back, and nodes what they do.",
        shown=lambda window: window.lamp.wanted,
    ),
    Action(
        "preview", "Preview on the nodes", "View", preview, ("Shift+P",), "scan",
        "After each edit, what every node makes of a sample of the data; worked out in the background.",
        shown=lambda window: window.preview.on,
    ),
    *(
        Action(
            f"keep-view-{key}", f"Keep view {key}", "", partial(keep_view, key=key), (f"Ctrl+{key}",), "bookmark",
            "Keeps what is seen now under this number.",
        )
        for key in KEPT
    ),
    *(
        Action(
            f"go-view-{key}", f"Go to view {key}", "", partial(go_view, key=key), (key,), "bookmark",
            "Shows what was kept under this number.", _kept(key),
        )
        for key in KEPT
    ),
)  # fmt: skip
