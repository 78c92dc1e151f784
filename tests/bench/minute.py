"""minute: from the start page to a trained LeNet-5 with everything in sight: how many clicks, and how many seconds."""

import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from dlstudio.ui.window import Window

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("DLSTUDIO_SETTINGS", "/nonexistent/dlstudio")

TITLE = "LeNet-5"
CLICKS, SECONDS, FIRST = 3, 30.0, 1.0
"""The bars: clicks, seconds to the end, and from Train to the first loss."""
LOSS, AGAIN = "the first loss is drawn", "the first loss of another training is drawn"
LOOK = 5
"""Milliseconds between two looks at whether something is there."""
PATIENCE = 600.0
"""Seconds after which nobody waits any more."""


class Stopwatch:
    """What happened when, counted from the first click, and who worked how long for it."""

    def __init__(self) -> None:
        self.clicks = 0
        self.times: dict[str, tuple[float, ...]] = {}
        self._began = clocks()

    def click(self, window: "Window", widget: "QWidget") -> None:
        """The mouse goes there and presses, through the window as a real one does."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        if not self.clicks:
            self._began = clocks()
        self.clicks += 1
        place = widget.mapTo(window, widget.rect().center())
        QTest.mouseMove(window.windowHandle(), place)
        QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def note(self, what: str) -> None:
        """Something is there for the first time."""
        if what not in self.times:
            self.times[what] = apart(clocks(), self._began)

    def since(self, what: str, before: str) -> tuple[float, ...]:
        """From one thing to the other."""
        return apart(self.times[what], self.times[before])


def clocks() -> tuple[float, ...]:
    """The time, how long the window's thread has worked, and how long all of the program: on a busy machine these
    tell more."""
    return time.perf_counter(), time.thread_time(), time.process_time()


def apart(after: tuple[float, ...], before: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(one - other for one, other in zip(after, before, strict=True))


def run(options: Sequence[str] = ()) -> None:
    """`python -m tests.bench minute [EPOCHS] [look=SECONDS]`; so long somebody looks at the network before training."""
    epochs = next((int(each) for each in options if each.isdecimal()), None)
    looks = next((float(each.removeprefix("look=")) for each in options if each.startswith("look=")), 0.0)
    show(*measured(epochs, looks))


def measured(epochs: int | None = None, looks: float = 0.0) -> tuple[Stopwatch, float, str]:
    """Does it; the accuracy is that of the test part, which nothing was chosen by."""
    from dlstudio.core.document import Project
    from dlstudio.ui.ahead import Ahead
    from dlstudio.ui.app import application, desk, drawn, open_window, smooth

    app = application()
    with ExitStack() as after:
        window = open_window(Project(), theme="dark")
        sweep, ahead, watch = smooth(), Ahead(app, drawn), Stopwatch()
        after.callback(sweep.stop)
        after.callback(ahead.stop)
        window.resize(1280, 800)
        desk().start(window)
        tile = begun(window)
        watch.click(window, tile)
        until(lambda: bool(window.session.state.network.nodes) and window.run_bar.train.isEnabled())
        watch.note("the network is on the canvas")
        if epochs:
            window.run_bar.epochs.setValue(epochs)
        until(lambda: False, seconds=looks)
        train(window, watch, "Train is pressed")
        trained(window, watch)
        path = window.viewing.path
        train(window, watch, "Train is pressed again")
        until(lambda: window.runner.step and curved(window))
        watch.note(AGAIN)
        window.runner.join()
        window.session.was_saved(Path("nowhere.dls"))
        window.close()
        until(lambda: True)
        return (watch, *tested(path))


def train(window: "Window", watch: Stopwatch, what: str) -> None:
    """Presses the button; what follows is counted from there."""
    watch.note(what)
    watch.click(window, window.run_bar.train)


def begun(window: "Window") -> "QWidget":
    """The start page, at rest, with the tile in sight."""
    from dlstudio.ui.start.page import StartPage
    from dlstudio.ui.start.tile import Tile

    def found() -> list[Tile]:
        return [each for each in window.findChildren(Tile) if each.entry.title == TITLE]

    until(lambda: bool(found()))
    until(lambda: False, seconds=2.0)
    page = window.findChildren(StartPage)[0]
    tile = found()[0]

    def in_sight() -> bool:
        page.roll.ensureWidgetVisible(tile)
        return tile.visibleRegion().contains(tile.rect().center())

    until(in_sight)
    return tile


def trained(window: "Window", watch: Stopwatch) -> None:
    """Waits for each thing to be seen, and for the end."""
    signs: dict[str, Callable[[], object]] = {
        LOSS: lambda: curved(window),
        "feature maps move": lambda: "features" in window.panels.made and window.panels["features"].wall.rows,  # type: ignore[attr-defined]
        "the confusion matrix is filled": lambda: (
            "answers" in window.panels.made and window.panels["answers"].board is not None  # type: ignore[attr-defined]
        ),
        "the training has ended": lambda: not window.runner.alive,
    }

    def all_seen() -> bool:
        for what, seen in signs.items():
            if what not in watch.times and seen():
                watch.note(what)
        return signs.keys() <= watch.times.keys()

    until(all_seen)


def curved(window: "Window") -> bool:
    """Whether there is a curve on the chart."""
    stands = window.panels["dashboard"].stands if "dashboard" in window.panels.made else ()  # type: ignore[attr-defined]
    return any(len(line.steps) for stand in stands for line in stand.chart.legend.lines)


def until(done: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Lets the window live until something is so; its event loop waits as in the program."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, looks = QEventLoop(), QTimer(interval=LOOK)
    looks.timeout.connect(lambda: loop.quit() if done() else None)
    looks.start()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def tested(path: Path | None) -> tuple[float, str]:
    """How right the answers to the test part are, and how the training ended."""
    import dlstudio as dl

    if path is None:
        return 0.0, "nothing was trained"
    found = dl.open_run(path)
    return dict(found.evaluate("test").numbers).get("accuracy", 0.0), found.status


def show(watch: Stopwatch, accuracy: float, status: str) -> None:
    """Prints what was done and when."""
    table = Table(title=f"minute: from the start page to a trained {TITLE}", title_justify="left")
    for head in ("what", "seconds since the first click", "the window's thread worked", "the program worked", "bar"):
        table.add_column(head, justify="left" if head == "what" else "right")
    for what, times in watch.times.items():
        bar = f"{SECONDS:.0f}" if what.startswith("the training") else ""
        table.add_row(what, *map("{:.2f}".format, times), bar)
    for what, pressed in ((LOSS, "Train is pressed"), (AGAIN, "Train is pressed again")):
        table.add_row(f"from Train: {what}", *map("{:.2f}".format, watch.since(what, pressed)), f"{FIRST:.0f}")
    table.add_row("clicks to train", str(watch.clicks - 1), "", "", str(CLICKS))
    table.add_row(f"accuracy of the test part ({status})", f"{100 * accuracy:.1f} %", "", "", "")
    Console(width=140, file=sys.stdout).print(table)
