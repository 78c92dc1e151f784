"""python -m tests.pictures OUT [NAME ...]: the window as it looks in all its states, to be looked at.

A name is that of a scene or a state, or of a part: scenes, states, dashboard. All parts are drawn side by side."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("DLSTUDIO_SETTINGS", mkdtemp())

from shiboken6 import isValid

from dlstudio.core.document import Project
from dlstudio.core.templates import template
from dlstudio.ui.app import application, desk, open_window
from dlstudio.ui.settings import PLACE, settings
from dlstudio.ui.shot import Scenery, draw
from dlstudio.ui.theme import appearance
from tests.ui.hand import Hand
from tests.ui.seen import pictures
from tests.ui.states import State, erroneous, settle, states

PARTS = ("scenes", "states", "dashboard")
SIZES = ((1280, 800), (1920, 1080))
LOOKS = (("dark", 1.0), ("light", 1.5))
"""The themes, each with a size of letters, in which every state is drawn."""
CONTRAST = {"explain", "recover", "toast", "marks", "search", "code-bar", "several"}
"""The states that are drawn in high contrast, too."""
MOVES = 0.3
"""How long a state may change by itself before it is drawn, in seconds."""
PATIENCE, STILL = 2.0, 0.05
"""How many seconds a window may take to have the keys, or to be whole, and between two looks at it."""


def scenes() -> Iterator[tuple[str, Project, Scenery]]:
    """What is drawn in every size, before size and theme."""
    lenet, resnet = template("lenet5"), template("resnet152")
    inside = next(name for name in resnet.networks if name != "model")
    yield "start", Project(), Scenery(start=True)
    yield "empty", Project(), Scenery()
    yield "lenet5", lenet, Scenery(select=("conv2",))
    yield "resnet152", resnet, Scenery()
    yield "resnet152-inside", resnet, Scenery(network=inside)
    yield "erroneous", erroneous(), Scenery()
    yield "lenet5-train", lenet, Scenery(arrangement="Train")


def take(state: State, theme: str, letters: float, picture: Path) -> None:
    """Opens a window, brings it into a state, and writes what is seen."""
    application()
    settings().clear()
    appearance.put_scale(letters)
    window = open_window(Project(), theme=theme)
    window.resize(*SIZES[0])
    window.arrange("Design")
    desk().show(state.project(), over=window)
    end = monotonic() + PATIENCE
    while not window.isActiveWindow() and monotonic() < end:
        window.activateWindow()
        settle(STILL)
    window.canvas.fit()
    window.canvas.setFocus()
    seen = state.act(Hand(window)) or window
    settle(MOVES)
    end = monotonic() + PATIENCE
    while not (window.canvas.whole or window.runner.alive) and monotonic() < end:
        settle(STILL)
    seen.grab().save(str(picture))
    window.runner.join()
    window.session.was_saved(Path("nowhere.dls"))
    if isValid(seen):
        seen.close()
    window.close()
    appearance.put_scale(1.0)
    settle(0.02)


def main(out: Path, names: Sequence[str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    if not names:
        side_by_side(out)
    for name, project, scenery in scenes():
        for theme in ("dark", "light") if {name, "scenes"} & {*names} else ():
            for size in SIZES:
                file = out / f"{name}-{theme}-{size[0]}.png"
                draw(project, file, replace(scenery, size=size, theme=theme))
                print(file)
    for state in states():
        looks = (*LOOKS, ("contrast", 1.0)) if state.name in CONTRAST else LOOKS
        for theme, letters in looks if {state.name, "states"} & {*names} else ():
            file = out / f"{state.name}-{theme}.png"
            take(state, theme, letters, file)
            print(file)
    for file in pictures(out, SIZES) if "dashboard" in names else ():
        print(file)


def side_by_side(out: Path) -> None:
    """Draws the parts in processes of their own: a window waits more than it works, and none falls with another.

    Each has settings of its own, or the letters that one asks for would be those of the others."""
    command = [sys.executable, "-X", "faulthandler", "-m", "tests.pictures", str(out)]
    going = {part: subprocess.Popen([*command, part], env=os.environ | {PLACE: mkdtemp()}) for part in PARTS}
    failed = [part for part, process in going.items() if process.wait()]
    if failed:
        raise SystemExit(f"Not all was drawn of the {' and of the '.join(failed)}.")


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        raise SystemExit("python -m tests.pictures OUT [NAME ...]")
    main(Path(sys.argv[1]), sys.argv[2:])
