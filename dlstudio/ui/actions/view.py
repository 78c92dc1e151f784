"""The View menu: zoom, panels, arrangements, themes, the size of letters."""

from functools import partial

from PySide6.QtWidgets import QApplication

from dlstudio.ui.actions.action import Action
from dlstudio.ui.arrangements import offered
from dlstudio.ui.panels.table import PANELS
from dlstudio.ui.theme import appearance
from dlstudio.ui.theme.appearance import SCALES
from dlstudio.ui.theme.letters import stretch
from dlstudio.ui.window import Window

ARRANGED = offered([panel.name for panel in PANELS])


def fit(window: Window) -> None:
    window.canvas.fit(at_once=False)


def fit_choice(window: Window) -> None:
    window.canvas.fit(nodes=window.session.state.choice.nodes, at_once=False)


def zoom(window: Window, factor: float) -> None:
    canvas = window.canvas
    canvas.look(canvas.camera.zoomed(factor, canvas.width() / 2, canvas.height() / 2))


def actual_size(window: Window) -> None:
    zoom(window, 1 / window.canvas.camera.zoom)


def theme(window: Window, name: str) -> None:
    window.set_theme(name)


def letters(window: Window, by: int) -> None:
    """Letters one size larger or smaller; 0 is the size that they had at first."""
    old = appearance.scale()
    wanted = SCALES[max(0, min(len(SCALES) - 1, SCALES.index(old) + by))] if by else 1.0
    appearance.put_scale(wanted)
    window.set_theme(window.theme_name, keep=False)
    stretch()
    window.around.stretch(wanted / old)
    window.tell(f"Letters at {wanted:.0%}.")


def calm(window: Window) -> None:
    """Whether the view jumps where it would glide."""
    appearance.put_calm(not appearance.calm())


def arrange(window: Window, name: str) -> None:
    window.arrange(name)


def arrange_anew(window: Window) -> None:
    window.around.anew()


def toggle(window: Window, panel: str) -> None:
    window.around.toggle(panel)


def float_panel(window: Window) -> None:
    """The panel that has the keys gets a window of its own, or goes back to where it stood."""
    focus = QApplication.focusWidget()
    dock = next((each for each in window.docks.values() if focus and each.isAncestorOf(focus)), None)
    if dock is None:
        window.tell("Give a panel the keys first: click into it, or press F6.")
    else:
        dock.setFloating(not dock.isFloating())


def cycle(window: Window, by: int) -> None:
    window.cycle(by)


ACTIONS = (
    Action(
        "fit", "Show everything", "View", fit, ("F", "Home"), "maximize", "The whole network in the window.",
        on=("canvas",),
    ),
    Action(
        "fit-choice", "Show selection", "View", fit_choice, ("Shift+F",), "scan",
        unless=lambda state: "" if state.choice.nodes else "Select a node first.",
    ),
    Action("zoom-in", "Zoom in", "View", partial(zoom, factor=1.25), ("Ctrl++", "Ctrl+="), "zoom-in"),
    Action("zoom-out", "Zoom out", "View", partial(zoom, factor=0.8), ("Ctrl+-",), "zoom-out"),
    Action("actual-size", "Actual size", "View", actual_size, ("Ctrl+0",)),
    *(
        Action(
            f"panel-{panel.name}", f"{panel.title} panel", "View", partial(toggle, panel=panel.name),
            (f"Alt+{number}",) if number < 10 else (), panel.icon, f"Shows or hides the panel “{panel.title}”.",
            shown=partial(lambda window, name: not window.docks[name].isHidden(), name=panel.name),
            starts_group=number == 1,
        )
        for number, panel in enumerate(PANELS, 1)
    ),
    *(
        Action(
            f"arrange-{name.lower()}", f"{name} arrangement", "View", partial(arrange, name=name),
            (f"Ctrl+Alt+{number}",), "layout-grid", f"The panels for this kind of work: {name.lower()}.",
            shown=partial(lambda window, name: window.around.now == name, name=name), starts_group=number == 1,
        )
        for number, name in enumerate(ARRANGED, 1)
    ),
    Action(
        "arrange-anew", "Reset the arrangement", "View", arrange_anew, (), "rotate-ccw",
        "Puts the panels where they were at first.",
    ),
    Action(
        "next-panel", "Next panel", "View", partial(cycle, by=1), ("F6",), help="Gives the keys to the next panel.",
        starts_group=True,
    ),
    Action("last-panel", "Previous panel", "View", partial(cycle, by=-1), ("Shift+F6",)),
    Action(
        "float-panel", "Panel in a window of its own", "View", float_panel, ("Ctrl+Alt+W",), "external-link",
        "Lets the panel that has the keys float, or puts it back; as a double click on its tab does.",
    ),
    *(
        Action(
            f"theme-{name}", f"{title} theme", "View", partial(theme, name=name), (), icon,
            shown=partial(lambda window, name: window.theme_name == name, name=name), starts_group=name == "system",
        )
        for name, title, icon in (
            ("system", "System", "monitor"), ("light", "Light", "sun"), ("dark", "Dark", "moon"),
            ("contrast", "High contrast", "contrast"),
        )
    ),
    Action(
        "letters-larger", "Larger letters", "View", partial(letters, by=1), ("Ctrl+Alt+=", "Ctrl+Alt++"), "type",
        starts_group=True,
    ),
    Action("letters-smaller", "Smaller letters", "View", partial(letters, by=-1), ("Ctrl+Alt+-",)),
    Action("letters-usual", "Usual letters", "View", partial(letters, by=0), ("Ctrl+Alt+0",)),
    Action(
        "calm", "Reduced motion", "View", calm, help="The view jumps where it would glide.",
        shown=lambda _: appearance.calm(),
    ),
)  # fmt: skip
