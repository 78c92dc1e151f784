"""Seen: the dashboard in all its states; one run is trained for all of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from tempfile import mkdtemp
from time import monotonic

from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel

import dlstudio as dl
from dlstudio.core import files
from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen
from dlstudio.core.templates import template
from dlstudio.ui.app import open_window
from dlstudio.ui.settings import settings
from dlstudio.ui.window import Window
from tests.ui.dashboard.kept import keep
from tests.ui.states import settle

STEPS, SEEN, PATIENCE = 300, 40, 60.0
"""How long the run is, from which step on a training has something to show, and how many seconds that may take."""
PANELS = ("dashboard", "layers", "features", "weights", "space", "samples", "answers", "try")
"""What is drawn by itself, too."""
ARRIVES, STILL = 15.0, 0.25
"""How many seconds a panel may take to show what it shows, once it is in sight, and how long what rests is the same."""
GOES_ON = 1.5
"""How many seconds a training that goes on is watched."""
COMING = ("…", "...")
"""How words end that stand for what is still to come."""
Shot = tuple[str, QPixmap]
Look = tuple[str, tuple[int, int]]


def until(found: Callable[[], object]) -> None:
    """Waits for something in the window."""
    end = monotonic() + PATIENCE
    while not found() and monotonic() < end:
        settle(0.02)


def rest(window: Window) -> None:
    """Waits until a window is whole, says of nothing that it is still to come, and looks the same twice."""
    until(lambda: whole(window))
    end, before = monotonic() + ARRIVES, QImage()
    while monotonic() < end:
        settle(STILL)
        now = window.grab().toImage()
        if now == before and not any(map(coming, window.findChildren(QLabel))):
            return
        before = now


def whole(window: Window) -> bool:
    """Whether every panel in sight is in its place; they are made bit by bit, on slow machines slowly."""
    return not window.turns.busy and all(
        name in window.panels.made for name, dock in window.docks.items() if dock.in_front
    )


def coming(label: QLabel) -> bool:
    """Whether words in sight stand for what is still to come."""
    return label.isVisible() and not label.visibleRegion().isEmpty() and label.text().endswith(COMING)


@contextmanager
def opened(look: Look, arrangement: str, project: Project, path: Path | None = None) -> Iterator[Window]:
    """A window on a project, arranged; it is closed without a question."""
    settings().clear()
    window = open_window(project, path, theme=look[0])
    window.resize(*look[1])
    window.arrange(arrangement)
    settle(0.3)
    window.canvas.fit()
    yield window
    window.runner.join()
    window.session.was_saved(Path("nowhere.dls"))
    window.close()
    settle(0.02)


def trained(look: Look, run: Path) -> Iterator[Shot]:
    """A run that has ended, and each of its panels."""
    with opened(look, "Train", template("lenet5")) as window:
        window.session.choose_nodes("conv2")
        window.viewing.watch(run)
        answers = window.panels["answers"]
        until(lambda: answers.board is not None)  # type: ignore[attr-defined]
        rest(window)
        yield "train", window.grab()
        for name in PANELS:
            window.docks[name].raise_()
            rest(window)
            yield f"train-{name}", window.panels[name].grab()


def data(look: Look, _: Path) -> Iterator[Shot]:
    """Where the data are seen."""
    with opened(look, "Data", template("lenet5")) as window:
        rest(window)
        yield "data", window.grab()


def runs(look: Look, run: Path) -> Iterator[Shot]:
    """Five runs beside each other."""
    folder = Path(mkdtemp())
    copytree(run, folder / "runs" / run.name)
    for i, lr in enumerate((0.001, 0.003, 0.01, 0.03)):
        status = ("finished", "stopped", "failed", "early")[i]
        keep(folder / "runs", name=f"with a rate of {lr}", lr=lr, status=status, steps=40 * (i + 1))
    file = folder / "lenet.dls"
    files.save(template("lenet5"), file)
    with opened(look, "Runs", files.load(file), file) as window:
        panel = window.panels["runs"]
        until(lambda: len(panel.rows.all) == 5 and not panel.census.left)  # type: ignore[attr-defined]
        rest(window)
        yield "runs", window.grab()


def paused(look: Look, _: Path) -> Iterator[Shot]:
    """A training that waits."""
    with opened(look, "Train", template("lenet5")) as window:
        window.do("train")
        until(lambda: window.runner.step >= SEEN)
        window.do("pause")
        until(lambda: window.session.state.phase == "paused")
        rest(window)
        yield "paused", window.grab()


def failed(look: Look, _: Path) -> Iterator[Shot]:
    """A loss that became no number."""
    exploding = dl.line("input 1x28x28 > flatten > " + "fc 64 > relu > " * 4 + "fc 10")
    wild = template("lenet5")
    training = wild.training.merge({"optimizer": Frozen({"kind": "SGD", "lr": 1000.0})})
    with opened(look, "Train", replace(exploding, data=wild.data, training=training)) as window:
        window.do("train")
        until(lambda: window.runner.alive)
        until(lambda: not window.runner.alive)
        rest(window)
        yield "failed", window.grab()


def attached(look: Look, _: Path) -> Iterator[Shot]:
    """A training of another process."""
    folder = Path(mkdtemp())
    files.save(template("lenet5"), folder / "far.dls")
    command = [
        sys.executable,
        "-m",
        "dlstudio",
        "train",
        str(folder / "far.dls"),
        "--runs",
        str(folder),
        "--name",
        "far",
    ]
    nowhere, quiet = subprocess.DEVNULL, {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere, env=quiet)
    try:
        with opened(look, "Train", template("lenet5")) as window:
            until((folder / "far" / "state.json").exists)
            window.viewing.watch(folder / "far")
            until(lambda: len(window.viewing.series.get("loss", ())) > SEEN)
            settle(GOES_ON)
            yield "attached", window.grab()
    finally:
        process.kill()
        process.wait()


def pictures(out: Path, sizes: tuple[tuple[int, int], ...]) -> Iterator[Path]:
    """Draws all of them: what was trained in every size and theme, the others in one of each."""
    run = dl.train(template("lenet5"), runs=Path(mkdtemp()), steps=STEPS).path
    small, large = sizes
    every = [(theme, size) for theme in ("dark", "light") for size in sizes]
    one_each: list[Look] = [("dark", small), ("light", large)]
    for takes, looks in (((trained,), every), ((data, runs), one_each), ((paused, failed, attached), one_each[:1])):
        for look in looks:
            for take in takes:
                for name, picture in take(look, run):
                    file = out / f"dashboard-{name}-{look[0]}-{look[1][0]}.png"
                    picture.save(str(file))
                    yield file
