"""calm: how fast a network trains and how steadily the window beats while its panels are looked at."""

import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("DLSTUDIO_SETTINGS", "/nonexistent/dlstudio")

BEAT = 10
"""Milliseconds between two beats."""
WARM, LONG = 4.0, 8.0
"""Seconds before and in which is measured: first the pace of the training, and then the beats, each of which takes
Python's lock from the training and is no part of the program."""
BARS = {"default": 0.95, "every panel": 0.85}


@dataclass(frozen=True)
class Reading:
    """Steps a second, the seconds between beats, and the share of a core that the window's thread takes."""

    rate: float
    gaps: Sequence[float] = ()
    busy: float = 0.0

    def gap(self, share: float) -> float:
        """The gap that so large a share of all gaps do not exceed, beyond the beat itself."""
        found = sorted(self.gaps)
        return found[min(len(found) - 1, int(share * len(found)))] if found else 0.0


def run(options: Sequence[str] = ()) -> None:
    """`python -m tests.bench calm [CASE] [ROUNDS]`."""
    from tests.bench.training.cases import CASES

    name = next((each for each in options if not each.isdecimal()), "mlp")
    rounds = next((int(each) for each in options if each.isdecimal()), 3)
    case = next(each for each in CASES if each.name == name)
    with tempfile.TemporaryDirectory() as folder:
        project = case.project(Path(folder), "cpu")
        found: dict[str, list[Reading]] = {}
        for _ in range(rounds):
            found.setdefault("headless", []).append(headless(project, Path(folder)))
            found.setdefault("default", []).append(watched(project, Path(folder)))
            found.setdefault("every panel", []).append(watched(project, Path(folder), every=True))
    show(case.title, found)


def headless(project: object, folder: Path) -> Reading:
    """As `dlstudio train` does it: nobody looks."""
    from dlstudio.ui.job import Job

    job = Job(project, folder, folder / "runs", allow_code=False)  # type: ignore[arg-type]
    thread = threading.Thread(target=job.run)
    thread.start()

    def steps() -> int:
        numbers = job.sight.numbers if job.sight else ()
        return int(numbers[-1][0]) if numbers else 0

    while not steps():
        time.sleep(0.05)
    time.sleep(WARM)
    first, began = steps(), time.perf_counter()
    time.sleep(LONG)
    rate = (steps() - first) / (time.perf_counter() - began)
    job.control.stop()
    thread.join()
    return Reading(rate)


def watched(project: object, folder: Path, *, every: bool = False) -> Reading:
    """In a window with the panels of the Train arrangement in sight, or all that there are side by side."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    from dlstudio.ui.app import application, open_window, smooth

    application()
    sweep = smooth()
    window = open_window(project, folder / "bench.dls", theme="dark")  # type: ignore[arg-type]
    window.resize(1280, 800)
    window.show()
    window.arrange("Train")
    if every:
        spread(window)
    window.do("train")

    def live(seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()

    def steps() -> int:
        """The last step that was taken, whether the window has heard of it or not."""
        sight = window.runner.job.sight if window.runner.job else None
        numbers = sight.numbers if sight else ()
        return int(numbers[-1][0]) if numbers else window.runner.step

    while not window.runner.step:
        live(0.1)
    live(WARM)
    first, began, spent = steps(), time.perf_counter(), time.thread_time()
    live(LONG)
    took, busy = time.perf_counter() - began, time.thread_time() - spent
    rate = (steps() - first) / took
    beats = [time.perf_counter()]
    timer = QTimer(interval=BEAT, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    timer.start()
    live(LONG)
    timer.stop()
    gaps = [after - before for before, after in pairwise(beats)]
    window.runner.join()
    window.session.was_saved(folder / "bench.dls")
    sweep.stop()
    window.close()
    window.deleteLater()
    live(0.2)
    return Reading(rate, gaps, busy / took)


def spread(window: object) -> None:
    """Every panel at the bottom in a column of its own, so that all of them are seen."""
    from PySide6.QtCore import Qt

    from dlstudio.ui.window import Window

    assert isinstance(window, Window)
    window.resize(1920, 1080)
    bottom = [dock for dock in window.docks.values() if dock.area == "bottom"]
    for dock in bottom:
        dock.show()
    for i, (left, right) in enumerate(pairwise(bottom)):
        way = Qt.Orientation.Horizontal if i % 2 else Qt.Orientation.Vertical
        window.splitDockWidget(left, right, way)


def show(title: str, found: dict[str, list[Reading]]) -> None:
    """Prints the table: medians of the rounds, the worst beat of all."""
    table = Table(title=f"calm, {title}: trained in the window's process", title_justify="left")
    for head in ("panels", "steps a second", "of headless", "bar", "window's thread", "p99 of a 10 ms beat", "worst"):
        table.add_column(head, justify="left" if head == "panels" else "right")
    plain = middle(each.rate for each in found["headless"])
    for name, readings in found.items():
        rate = middle(each.rate for each in readings)
        beats = [each.gap(0.99) for each in readings if each.gaps]
        late = f"{1000 * middle(beats):.1f} ms" if beats else ""
        worst = f"{1000 * max(max(each.gaps) for each in readings):.0f} ms" if beats else ""
        bar = f"{BARS[name]:.2f}" if name in BARS else ""
        busy = f"{middle(each.busy for each in readings):.1%} of a core" if beats else ""
        table.add_row(name, f"{rate:,.0f}", f"{rate / plain:.2f}", bar, busy, late, worst)
    Console(width=120).print(table)


def middle(values: Iterable[float]) -> float:
    return statistics.median(values)
