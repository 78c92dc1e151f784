"""heartbeat: the longest that the window holds while a person does one thing; each thing in a program of its own."""

import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEventLoop, Qt, QTimer

from dlstudio.core.document import BLOCK, Project
from dlstudio.core.templates import template
from dlstudio.ui.ahead import Ahead
from dlstudio.ui.app import application, desk, drawn, open_window, smooth
from dlstudio.ui.canvas.adding.entry import kinds
from dlstudio.ui.canvas.tidy import placed
from dlstudio.ui.loading import loaded
from dlstudio.ui.panels.inspector.node_page import NodePage
from dlstudio.ui.sweep import settle
from dlstudio.ui.window import Window
from tests.bench.tower import tower

BEAT, AFTER = 5, 20
"""Milliseconds between two beats, and until the thing is done."""


def worst(seconds: float, act: Callable[[], object] = lambda: None) -> float:
    """Lets the window live for so long, in which something is done; the longest time between two beats."""
    loop, beats = QEventLoop(), [time.perf_counter()]
    timer = QTimer(interval=BEAT, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    timer.start()
    QTimer.singleShot(AFTER, act)
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()
    beats.append(time.perf_counter())
    return max(after - before for before, after in pairwise(beats))


def opened(project: Project, wait: float = 3.0) -> Window:
    """A window in which all that comes by itself has come."""
    application()
    smooth()
    window = open_window(placed(project), theme="dark")
    settle()
    worst(wait)
    return window


def insert(kind: str) -> list[float]:
    """A node put behind others of a thousand: the first, and then the worst of five."""
    window = opened(tower(1000))
    entry = next(each for each in kinds() if each.name == kind)
    gaps = []
    for node in sorted(window.session.state.network.nodes)[500:506]:
        window.session.choose_nodes(node)
        worst(0.3)
        gaps.append(worst(0.5, lambda: window.canvas.adding.add(entry)))
    return [gaps[0], max(gaps[1:])]


def theme() -> list[float]:
    """Other colours while every panel of the Design arrangement is there."""
    window = opened(template("lenet5"))
    for name in ("code", "summary"):
        window.docks[name].show()
        window.docks[name].raise_()
        worst(0.4)
    window.session.choose_nodes("conv1")
    worst(0.5)
    names = ("light", "contrast", "dark")
    return [max(worst(1.0, partial(window.set_theme, name, keep=False)) for name in names)]


def weights() -> list[float]:
    """The weights of a node opened for the first time, for which torch is loaded."""
    window = opened(template("lenet5"))
    window.session.choose_nodes("conv1")
    worst(0.6)
    page = window.panels["inspector"].page  # type: ignore[attr-defined]
    assert isinstance(page, NodePage)
    return [worst(8.0, page.weights.head.click)]


def training(*shown: str) -> list[float]:
    """The first training, from F5 to its first curve, in panels that are in sight already or come with it."""
    window = opened(template("lenet5"))
    for name in shown:
        worst(0.5, window.docks[name].show)
    gap = worst(10.0, lambda: window.do("train"))
    assert window.runner.step, "no step was taken"
    window.runner.join()
    return [gap]


def ahead() -> list[float]:
    """All that comes into memory while nobody uses the window, and torch at its end."""
    opened(template("lenet5"))
    comes = Ahead(application(), drawn)
    gap = max(iter(lambda: worst(1.0) if not loaded() else None, None))
    comes.stop()
    return [gap]


def arrangement(name: str) -> list[float]:
    """An arrangement of panels looked at for the first time, and once more."""
    window = opened(template("lenet5"))
    gap = worst(5.0, partial(window.arrange, name))
    worst(1.0, partial(window.arrange, "Design"))
    return [gap, worst(2.0, partial(window.arrange, name))]


def block() -> list[float]:
    """Into a block of a deep network and back, with the code and the summary in sight."""
    window = opened(template("resnet50"))
    for name in ("code", "summary"):
        window.docks[name].show()
        window.docks[name].raise_()
        worst(0.4)
    blocks = sorted(node.id for node in window.session.state.network.of_kind(BLOCK))
    gap = worst(1.0, partial(window.session.enter, blocks[0]))
    return [max(gap, worst(1.0, window.session.leave))]


def gallery() -> list[float]:
    """The start page, until every template is there with its drawing."""
    window = opened(Project(), 1.0)
    return [worst(5.0, lambda: desk().start(window))]


MOVES: dict[str, Callable[[], list[float]]] = {
    "insert": lambda: insert("ReLU"),
    "widen": lambda: insert("Conv2d"),
    "theme": theme,
    "weights": weights,
    "training": lambda: training("dashboard"),
    "pressed": training,
    "ahead": ahead,
    "data": lambda: arrangement("Data"),
    "train": lambda: arrangement("Train"),
    "inspect": lambda: arrangement("Inspect"),
    "runs": lambda: arrangement("Runs"),
    "block": block,
    "gallery": gallery,
}
