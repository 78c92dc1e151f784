"""Plots in no room at all: nothing is drawn, and nothing breaks down."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QWidget

from dlstudio.ui.plots.chart import Chart
from dlstudio.ui.plots.line import Line
from dlstudio.ui.plots.ridge import Ridge
from dlstudio.ui.plots.step_heat import StepHeat
from dlstudio.ui.theme.tokens import DARK

SIZES = ((300, 214), (120, 100), (80, 214), (80, 40), (30, 30), (4, 4), (1, 1))


def made(kind: str) -> Any:
    steps, chance = np.arange(1, 21), np.random.default_rng(0)
    if kind == "chart":
        chart = Chart(DARK)
        chart.show_lines([Line("loss", steps, chance.normal(size=20))])
        return chart
    if kind == "heat":
        heat = StepHeat(DARK)
        heat.show_rows(["conv1", "conv2"], steps, chance.random((2, 20)), "norm", log=True)
        return heat
    ridge = Ridge(DARK)
    ridge.show_histograms(steps, np.linspace(-1, 1, 65), chance.integers(0, 50, (20, 64)))
    return ridge


@pytest.mark.parametrize("kind", ["chart", "heat", "ridge"])
def test_a_plot_is_painted_in_any_size(qapp: QApplication, kind: str) -> None:
    holder, plot = QWidget(), made(kind)
    plot.setParent(holder)
    plot.plane.setMinimumSize(0, 0)
    holder.show()
    for size in SIZES:
        plot.resize(*size)
        qapp.processEvents()
        assert not plot.grab().isNull()
    plot.stop()
    holder.close()
    holder.deleteLater()
    qapp.processEvents()
