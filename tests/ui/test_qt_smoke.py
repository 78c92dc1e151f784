"""The installed Qt survives a live plot: PySide6 6.12.0 drops references to None and aborts within seconds."""

from __future__ import annotations

import sys
import time

import pyqtgraph as pg
from PySide6.QtWidgets import QApplication


def test_a_plot_that_is_updated_all_the_time_survives(qtbot) -> None:
    plot = pg.PlotWidget()
    qtbot.addWidget(plot)
    curve = plot.plot()
    plot.show()
    references, end = sys.getrefcount(None), time.monotonic() + 0.5
    updates = 0
    while time.monotonic() < end or updates < 300:
        curve.setData([updates, updates + 1, updates + 2], [1.0, updates % 7, 3.0])
        QApplication.processEvents()
        updates += 1
    assert sys.getrefcount(None) > references - 100
