"""Coming: modules that take long come into memory a few milliseconds at a time, in the turns of the window."""

import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from threading import Thread
from time import perf_counter

from dlstudio.ui.loading import linking, load_numpy
from dlstudio.ui.sliced import slices

SLICE = 0.008
"""How long it goes on in one turn, in seconds."""
QT = ("QtCore", "QtGui", "QtWidgets", "QtSvg", "QtTest", "QtOpenGL", "QtOpenGLWidgets")
"""What pyqtgraph goes through class by class; PySide makes each when it is first asked for."""
AROUND = (
    "xml.etree.ElementTree", "decimal", "subprocess", "pydoc", "sysconfig", "multiprocessing.connection",
)  # fmt: skip
"""What it brings along."""
PLOTS = (
    "numpy", *(f"PySide6.{name}" for name in QT), *AROUND, "pyqtgraph",
    "dlstudio.ui.plots.scale", "dlstudio.ui.plots.axis", "dlstudio.ui.plots.field", "dlstudio.ui.plots.lines_plane",
    "dlstudio.ui.plots.chart", "dlstudio.ui.plots.step_heat", "dlstudio.ui.plots.ridge",
)  # fmt: skip
"""All that a plot is made of, in an order in which nothing takes long."""


class Coming:
    """Brings modules, of which nothing that is slow and free of Qt is waited for in the window's thread."""

    def __init__(self, names: Iterable[str]) -> None:
        self._steps = _steps(names)

    def take(self) -> bool:
        """Brings as much as fits into a turn; whether something may be left."""
        end = perf_counter() + SLICE
        return linking() or any(waits or perf_counter() >= end for waits in self._steps)


def _steps(names: Iterable[str]) -> Iterator[bool]:
    """Small pieces; a true one has to wait for a thread."""
    for name in names:
        package, _, rest = name.partition(".")
        if package == "PySide6" and rest in QT:
            module = import_module(name)
            for each in dir(module):
                getattr(module, each, None)  # an inner class goes off the list when its outer one is made elsewhere
                yield False
        elif package == "pyqtgraph":
            yield from (False for _ in slices(name))
        elif name in sys.modules:
            continue
        elif package == "numpy" or name.startswith("dlstudio.catalog."):
            yield from _aside(name)
        else:
            import_module(name)
            yield False


def _aside(name: str) -> Iterator[bool]:
    """A module that knows no Qt comes in a thread."""
    thread = Thread(target=load_numpy if name == "numpy" else import_module, args=() if name == "numpy" else (name,))
    thread.start()
    while thread.is_alive():
        yield True
