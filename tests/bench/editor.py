"""editor: the window on small and large networks: its start, frames of pan and zoom, drags, edits, memory."""

import compileall
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from dlstudio.core import edits
from dlstudio.core.document import Point, Project
from tests.bench.measure import Row, show
from tests.bench.tower import tower

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("DLSTUDIO_SETTINGS", "/nonexistent/dlstudio")

START = """
import time; begin = time.perf_counter()
from dlstudio.core.templates import template
from dlstudio.ui.app import application, open_window
app = application(); window = open_window(template("lenet5"))
painted = []
def paint(event, really=window.canvas.paintEvent): really(event); painted.append(time.perf_counter())
window.canvas.paintEvent = paint
while not painted: app.processEvents()
import sys
print(painted[0] - begin, "torch" in sys.modules, "numpy" in sys.modules)
"""

MEMORY = """
from tests.bench.tower import tower
from dlstudio.ui.app import application, open_window
import random
app = application(); window = open_window(tower(1000)); app.processEvents(); window.grab()
def held(): return int(next(l for l in open("/proc/self/status") if l.startswith("VmRSS")).split()[1]) / 1024
from dlstudio.core import edits
rng = random.Random(0)
def work():
    for _ in range(1000):
        state = window.session.state
        node = rng.choice(sorted(state.network.nodes))
        window.session.do("Mute", lambda p: edits.mute(p, "model", [node], not state.network.nodes[node].muted))
        window.session.undo()
    app.processEvents()
work()
before = held(); work(); import sys
print(before, held(), "torch" in sys.modules)
"""

PEER = """
import statistics, time
from PySide6.QtWidgets import QApplication
from NodeGraphQt import BaseNode, NodeGraph
app = QApplication([])
class Part(BaseNode):
    __identifier__, NODE_NAME = "peer", "part"
    def __init__(self):
        super().__init__(); self.add_input("x"); self.add_output("y")
start = time.perf_counter()
graph = NodeGraph(); graph.register_node(Part); graph.widget.resize(1280, 800); graph.widget.show(); last = None
for n in range(1000):
    node = graph.create_node("peer.Part", pos=[220 * (n % 40), 110 * (n // 40)], selected=False, push_undo=False)
    if last: last.set_output(0, node.input(0))
    last = node
app.processEvents(); opened = time.perf_counter() - start
view = graph.viewer(); view.fitInView(view.scene().itemsBoundingRect()); app.processEvents(); times = []
for number in range(12):
    begin = time.perf_counter(); bar = view.horizontalScrollBar(); bar.setValue(bar.value() + 3)
    view.viewport().repaint(); times.append(time.perf_counter() - begin)
print(opened, statistics.median(times[2:]))
"""
"""The node editor that people use with Qt, on half as many nodes as the frames below show."""


MOVES = {
    "insert": ("first insert into 1,000 nodes", "an insert into 1,000 nodes"),
    "widen": ("first insert that changes 500 shapes", "an insert that changes 500 shapes"),
    "theme": ("other colours",),
    "weights": ("weights opened, torch loaded for them",),
    "training": ("first training begun",),
    "pressed": ("first training begun, with its panels to come",),
    "ahead": ("torch loaded for later, at rest",),
    "data": ("Data opened for the first time", "Data opened again"),
    "train": ("Train opened for the first time", "Train opened again"),
    "inspect": ("Inspect opened for the first time", "Inspect opened again"),
    "runs": ("Runs opened for the first time", "Runs opened again"),
    "block": ("a block entered, and left",),
    "gallery": ("gallery of the start page filled",),
}
"""What a person does, and what its rows are called."""


def frames(draw: Callable[[int], object], count: int = 40) -> tuple[float, float]:
    """The median and the worst time of so many frames."""
    times = []
    for number in range(count):
        start = time.perf_counter()
        draw(number)
        times.append(time.perf_counter() - start)
    return statistics.median(times[2:]), max(times[2:])


def child(text: str, **more: str) -> list[str]:
    """What a program of its own prints."""
    places = os.pathsep.join((str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])))
    environment = {**os.environ, "PYTHONPATH": places, **more}
    done = subprocess.run(
        [sys.executable, "-P", "-c", text], capture_output=True, text=True, env=environment, check=True
    )
    return done.stdout.split()


def started() -> float:
    """The start as of an installed program, whose modules are compiled already: the median of some."""
    with TemporaryDirectory() as cache:
        compiled = {"PYTHONPYCACHEPREFIX": cache, "PYTHONDONTWRITEBYTECODE": ""}
        child(START, **compiled)
        return statistics.median(float(child(START, **compiled)[0]) for _ in range(3))


@contextmanager
def installed() -> Iterator[str]:
    """The folder of a copy of the program with its modules compiled, as an installation has them."""
    root = Path(__file__).parents[2]
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in ("dlstudio", "tests/bench"):
            shutil.copytree(root / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        for part in ("resources", "pyproject.toml", "tests/__init__.py"):
            (copy / part).symlink_to(root / part)
        compileall.compile_dir(copy, quiet=1)
        yield folder


def opened(project: Project) -> "tuple[object, float]":
    """A window on a project, and how long it took until it was painted."""
    from PySide6.QtWidgets import QApplication

    from dlstudio.ui.app import open_window

    start = time.perf_counter()
    window = open_window(project)
    QApplication.processEvents()
    window.canvas.repaint()
    return window, time.perf_counter() - start


def run(_: Sequence[str] = ()) -> None:
    from dlstudio.ui.app import application
    from dlstudio.ui.canvas.tidy import placed

    application()
    peer = [float(word) for word in child(PEER)[-2:]] if find_spec("NodeGraphQt") else []
    rows = [Row("start to painted, LeNet-5", started(), 1.0)]
    for count, bar in ((1000, 0.5), (10_000, 3.0)):
        project = placed(tower(count))
        window, seconds = opened(project)
        beside = ("NodeGraphQt", peer[0]) if peer and count == 1000 else ("", None)
        rows.append(Row(f"open {count:,} nodes", seconds, bar, *beside))
        if count == 1000:
            rows += edit_rows(window)
        window.close()  # type: ignore[attr-defined]
    rows += view_rows(opened(placed(tower(2000)))[0])
    if peer:
        rows.append(Row("pan, 1,000 nodes, NodeGraphQt", peer[1]))
    show("editor, 1280x800, painted by software", rows)
    show("editor: the longest that the window holds", held_rows())
    before, after, torch = child(MEMORY)
    print(f"memory with 1,000 nodes: {float(before):.0f} MB (bar 250), after 1,000 more edits and undos "
          f"{float(after) - float(before):+.1f} MB; torch loaded: {torch}")  # fmt: skip


def held_rows() -> list[Row]:
    """The longest time between two turns of the window while something is done, in a program of its own."""
    rows = []
    with installed() as program:
        for move, names in MOVES.items():
            with TemporaryDirectory() as kept:
                do = f"from tests.bench.heartbeat import MOVES; print(*MOVES['{move}']())"
                gaps = child(do, DLSTUDIO_SETTINGS=kept, PYTHONPATH=program)[-len(names) :]
            rows += [Row(name, float(gap), 0.05) for name, gap in zip(names, gaps, strict=True)]
    return rows


def edit_rows(window: "object") -> list[Row]:
    """One field edited with all panels fresh, and painted."""
    session, canvas = window.session, window.canvas  # type: ignore[attr-defined]
    convs = sorted(n.id for n in session.state.network.nodes.values() if n.kind == "Conv2d")
    node = convs[len(convs) // 2]
    session.choose_nodes(node)

    def edit(number: int) -> None:
        session.do("Set", lambda project: edits.put(project, "model", node, out_channels=1000 + number))
        canvas.repaint()

    median, worst = frames(edit)
    return [Row("one field edited at 1,000 nodes, median", median, 0.016), Row("the same, worst", worst, 0.05)]


def view_rows(window: "object") -> list[Row]:
    """Frames with 2,000 nodes in view."""
    canvas, session = window.canvas, window.session  # type: ignore[attr-defined]
    canvas.fit()
    start = canvas.camera

    def pan(number: int) -> None:
        canvas.look(start.panned(number % 7, number % 5))
        canvas.repaint()

    def zoom(number: int) -> None:
        canvas.look(start.zoomed(1 + 0.01 * (number % 9), 600, 300))
        canvas.repaint()

    nodes = sorted(session.state.network.nodes)[:100]
    first = {node: session.state.sheet.positions[node] for node in nodes}
    session.choose_nodes(*nodes)
    session.do("Move", lambda project: edits.move(project, "model", {n: Point(p.x + 1, p.y) for n, p in first.items()}))

    def drag(number: int) -> None:
        places = {n: Point(p.x + 8 * number, p.y + 8) for n, p in first.items()}
        session.amend(lambda project: edits.move(project, "model", places))
        canvas.repaint()

    rows = []
    for what, draw in (("pan, 2,000 in view", pan), ("zoom, 2,000 in view", zoom), ("drag 100 of 2,000", drag)):
        median, worst = frames(draw)
        rows += [Row(f"{what}, median", median, 0.016), Row(f"{what}, worst", worst, 0.033)]
    for percent in (100, 50, 25):
        rows += pan_rows(canvas, percent)
    return rows


def pan_rows(canvas: "object", percent: int) -> list[Row]:
    """Frames of a pan through the middle of the network at some zoom."""
    bounds, zoom = canvas.scene.bounds, percent / 100  # type: ignore[attr-defined]
    start = type(canvas.camera)(bounds.x, bounds.y + bounds.height / 3, zoom)  # type: ignore[attr-defined]

    def pan(number: int) -> None:
        canvas.look(start.panned(-12 * number, -5 * number))  # type: ignore[attr-defined]
        canvas.repaint()  # type: ignore[attr-defined]

    median, worst = frames(pan)
    return [Row(f"pan at {percent} %, median", median, 0.016), Row(f"pan at {percent} %, worst", worst, 0.033)]
