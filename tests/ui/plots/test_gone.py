"""Plots that come and go leave nothing behind."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from dlstudio.ui.plots.chart import Chart
from dlstudio.ui.plots.line import Line
from dlstudio.ui.plots.plot import Plot
from dlstudio.ui.plots.ridge import Ridge
from dlstudio.ui.plots.step_heat import StepHeat
from dlstudio.ui.theme.tokens import DARK


def settle() -> None:
    QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    gc.collect()


def come_and_go(kind: Any) -> None:
    plot: Plot = kind(DARK)
    if isinstance(plot, Chart):
        plot.show_lines([Line(f"{n}", np.arange(50), np.arange(50.0)) for n in range(30)])
        plot.slider.setValue(3)
    plot.show()
    QTest.keyClick(plot.plane, Qt.Key.Key_D)
    QTest.keyClick(plot.plane, Qt.Key.Key_D)
    plot.close()
    plot.stop()
    plot.deleteLater()
    settle()


@pytest.mark.parametrize("kind", [Chart, StepHeat, Ridge])
def test_no_widget_is_left(qapp: Any, kind: Any) -> None:
    come_and_go(kind)
    before = len(QApplication.allWidgets())
    for _ in range(5):
        come_and_go(kind)
    assert len(QApplication.allWidgets()) == before
