"""What tests of plots need: a plot on the screen, and a mouse over it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from dlstudio.ui.plots.plot import Plot
from dlstudio.ui.theme.tokens import DARK
from tests.ui.hand import FREE, LEFT

Shown = Callable[..., "Sight"]


class Sight:
    """A plot as it is seen and worked."""

    def __init__(self, plot: Any) -> None:
        self.plot, self.plane = plot, plot.plane
        self.glass = plot.plane.viewport()

    @property
    def room(self) -> Any:
        return self.plane.room

    def at(self, across: float, down: float) -> QPoint:
        """A place by its shares of the room between the axes."""
        room = self.room
        return QPointF(room.left() + across * room.width(), room.top() + down * room.height()).toPoint()

    def point(self, across: float, down: float) -> None:
        QTest.mouseMove(self.glass, self.at(across, down))
        QApplication.processEvents()

    def drag(self, start: tuple[float, float], end: tuple[float, float], keys: Any = FREE) -> None:
        """Presses, moves in small steps and lets go."""
        first, last = self.at(*start), self.at(*end)
        QTest.mouseMove(self.glass, first)
        QTest.mousePress(self.glass, LEFT, keys, first)
        for step in range(1, 9):
            QTest.mouseMove(self.glass, first + (last - first) * (step / 8))
            QApplication.processEvents()
        QTest.mouseRelease(self.glass, LEFT, keys, last)
        QApplication.processEvents()

    def click(self, across: float, down: float) -> None:
        QTest.mouseClick(self.glass, LEFT, FREE, self.at(across, down))
        QApplication.processEvents()

    def double_click(self, across: float, down: float) -> None:
        QTest.mouseDClick(self.glass, LEFT, FREE, self.at(across, down))
        QApplication.processEvents()

    def wheel(self, across: float, down: float, turns: int, keys: Any = FREE) -> None:
        at = QPointF(self.at(across, down))
        event = QWheelEvent(
            at, self.plane.mapToGlobal(at), QPoint(), QPoint(0, 120 * turns), Qt.MouseButton.NoButton, keys,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.glass, event)
        QApplication.processEvents()

    def key(self, key: Any, keys: Any = FREE, widget: QWidget | None = None) -> None:
        QTest.keyClick(widget or self.plane, key, keys)
        QApplication.processEvents()

    def press(self, tool: str) -> None:
        """Clicks a button of the strip."""
        QTest.mouseClick(self.plot.tools.buttons[tool], LEFT)
        QApplication.processEvents()

    def save_numbers(self) -> None:
        """Exports the table, and waits until it is written."""
        self.plot.save(".csv")
        end = time.monotonic() + 120
        while self.plot.writing.busy and time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.002)

    @property
    def x(self) -> tuple[float, float]:
        """The first and the last step in sight."""
        scale, span = self.plane.x_scale, self.plane.x_span
        return scale.value(span.low), scale.value(span.high)

    @property
    def y(self) -> tuple[float, float]:
        scale, span = self.plane.y_scale, self.plane.y_span
        return scale.value(span.low), scale.value(span.high)

    @property
    def picture(self) -> Any:
        return self.plane.grab().toImage()


@pytest.fixture
def shown(qapp: Any) -> Iterator[Shown]:
    """Puts plots on the screen, and takes them away at the end."""
    plots: list[Plot] = []

    def show(kind: type[Plot], size: tuple[int, int] = (640, 320), theme: Any = DARK) -> Sight:
        plot = kind(theme)  # type: ignore[call-arg]
        plot.resize(*size)
        plot.show()
        plot.activateWindow()
        qapp.processEvents()
        plot.plane.setFocus()
        plots.append(plot)
        return Sight(plot)

    yield show
    for plot in plots:
        plot.close()
        plot.deleteLater()
    qapp.processEvents()


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files go that somebody chooses a name for; without a suffix, as people type it."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "plot"), ""))
    return tmp_path
