"""dashboard: curves of 2,000,000 steps opened and moved, and small ones updated 30 times a second."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tests.bench.editor import frames
from tests.bench.measure import Row, show

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("DLSTUDIO_SETTINGS", "/nonexistent/dlstudio")

STEPS, CURVES = 2_000_000, 20
FRAME, FRAMES = 1 / 60, 40
UPDATED, POINTS = 6, 5000


def run(_: Sequence[str] = ()) -> None:
    from dlstudio.ui.app import application

    application()
    made = curves(CURVES, STEPS)
    rows = [row for size in ((1000, 280), (1600, 500)) for row in long_rows(made, size)]
    rows[1] = replace(rows[1], peer="pyqtgraph", peer_seconds=pan_peer(made, (1000, 280)))
    show(f"dashboard, {CURVES} curves of {STEPS:,} steps, painted by software", rows)
    show(f"dashboard, {UPDATED} curves of {POINTS:,} points that grow", update_rows())


def curves(count: int, steps: int) -> list[tuple[Any, Any]]:
    """Losses that fall, with the noise of small batches."""
    rng, at = np.random.default_rng(0), np.arange(steps)
    fall = 2 * np.exp(-at / (steps / 5))
    return [(at, fall + 0.1 * k + rng.normal(0, 0.05, steps)) for k in range(count)]


def long_rows(made: list[tuple[Any, Any]], size: tuple[int, int]) -> list[Row]:
    """Opened until painted, then pulled, zoomed and fitted by the frame."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from dlstudio.ui.plots.chart import Chart
    from dlstudio.ui.plots.line import Line
    from dlstudio.ui.theme.tokens import DARK

    start = time.perf_counter()
    chart = Chart(DARK)
    chart.resize(*size)
    chart.show()
    chart.show_lines([Line(f"curve {k}", x, y, hue=k) for k, (x, y) in enumerate(made)])
    plane, glass = chart.plane, chart.plane.viewport()
    QApplication.processEvents()
    glass.repaint()
    opened = time.perf_counter() - start

    def pan(number: int) -> None:
        QTest.mouseMove(glass, QPoint(200 + 7 * (number % 40), 100 + number % 3))
        glass.repaint()

    def pulled(what: str) -> list[Row]:
        QTest.mousePress(glass, Qt.MouseButton.LeftButton, pos=QPoint(190, 100))
        made = measured(what, pan)
        QTest.mouseRelease(glass, Qt.MouseButton.LeftButton, pos=QPoint(480, 100))
        return made

    def zoom(number: int) -> None:
        plane.zoom(0.8 if number % 20 < 10 else 1.25)
        glass.repaint()

    what = f"{size[0]}x{size[1]}"
    rows = [Row(f"{what}: open until painted", opened, 1.0)]
    plane.box.scaleBy(x=0.5)
    rows += pulled(f"{what}: pan")
    rows += measured(f"{what}: zoom", zoom)
    plane.fit()
    plane.box.scaleBy(x=0.5)
    plane.box.setYRange(-0.05, 0.05, padding=0)
    rows += pulled(f"{what}: pan, noise from edge to edge")
    chart.close()
    return rows


def measured(what: str, draw: Callable[[int], object]) -> list[Row]:
    """The time by the clock, and that of the processor, which other programs do not lengthen."""
    busy = time.process_time()
    median, worst = frames(draw, FRAMES)
    busy = (time.process_time() - busy) / FRAMES
    return [Row(f"{what}, median", median, FRAME), Row(f"{what}, worst", worst), Row(f"{what}, processor", busy, FRAME)]


def pan_peer(made: list[tuple[Any, Any]], size: tuple[int, int]) -> float:
    """The same with the curves of pyqtgraph, as it thins them out itself."""
    import pyqtgraph as pg

    plot = pg.PlotWidget()
    plot.resize(*size)
    for k, (x, y) in enumerate(made):
        curve = plot.plot(x, y, pen=pg.intColor(k), skipFiniteCheck=True)
        curve.setDownsampling(auto=True, method="peak")
        curve.setClipToView(True)
    plot.show()
    plot.setXRange(STEPS * 0.25, STEPS * 0.75)

    def pan(number: int) -> None:
        plot.getViewBox().translateBy(x=STEPS * 0.005 * (1 if number % 20 < 10 else -1))
        plot.viewport().repaint()

    median, _ = frames(pan, 12)
    plot.close()
    return median


def update_rows() -> list[Row]:
    """New points taken over and painted; and without the painting."""
    from PySide6.QtWidgets import QApplication

    from dlstudio.ui.plots.chart import Chart
    from dlstudio.ui.plots.line import Line
    from dlstudio.ui.theme.tokens import DARK

    made = curves(UPDATED, POINTS + 100)
    rows = []
    for size, keep in (((1000, 280), 0), ((1000, 280), 4), ((1600, 500), 4)):
        chart = Chart(DARK)
        chart.resize(*size)
        chart.show()
        chart.slider.setValue(keep)
        QApplication.processEvents()

        def take(number: int, chart: Chart = chart) -> None:
            end = POINTS + number
            chart.show_lines([Line(f"curve {k}", x[:end], y[:end], hue=k) for k, (x, y) in enumerate(made)])

        def update(number: int, chart: Chart = chart) -> None:
            take(number + 50, chart)
            chart.plane.viewport().repaint()

        what = f"{size[0]}x{size[1]}{', smoothed' if keep else ''}"
        rows += [Row(f"{what}: taken over", frames(take)[0], 0.003), *measured(f"{what}: and painted", update)]
        chart.close()
    return rows
