"""Plots in no room at all: nothing is drawn, and nothing breaks down."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from dlstudio.ui.plots.chart import Chart
from dlstudio.ui.plots.heat import Heat, Picture
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


def test_tiles_stand_so_that_all_are_seen_as_large_as_can_be(qapp: QApplication) -> None:
    heat = Heat(DARK)
    heat.resize(400, 10)
    image = QImage(5, 5, QImage.Format.Format_RGB32)
    heat.show_picture(Picture((image,) * 6, 5, 5, lambda *_: ""))
    heat.make_room(136)
    boxes = [heat.box((tile, 0, 0)) for tile in range(6)]
    assert len({box.top() for box in boxes}) == 2
    assert boxes[0].width() == 13
    assert heat.height() <= 136
    heat.show_picture(Picture((image,) * 64, 5, 5, lambda *_: ""))
    assert heat.box((0, 0, 0)).width() >= 4
    heat.deleteLater()
