"""What tests of the recipe's panel need: a window in the arrangement Train, and a hand that knows the form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen, freeze
from dlstudio.ui.panels.setup.setup import Setup
from tests.ui.conftest import Opener
from tests.ui.hand import FREE, LEFT, Hand

LOADING = 25_000
"""Milliseconds in which torch is loaded on any machine."""


class Sight:
    """The panel as it is seen, and a hand on it."""

    def __init__(self, hand: Hand) -> None:
        self.hand, self.window, self.session = hand, hand.window, hand.window.session
        self.window.arrange("Train")
        hand.settle()
        panel = self.window.panels["setup"]
        assert isinstance(panel, Setup)
        self.panel = panel

    @property
    def page(self) -> Any:
        return self.panel.page

    @property
    def training(self) -> Any:
        return self.session.state.project.training

    def row(self, section: str, name: str) -> Any:
        return self.page.sections[section].form.rows[name]

    def open(self, section: Any) -> None:
        """Unfolds a section by its head."""
        if not section.head.isChecked():
            self.see(section.head)
            self.hand.press(section.head)

    def see(self, widget: Any) -> None:
        """Scrolls to a widget."""
        QApplication.processEvents()
        self.panel.view.ensureWidgetVisible(widget)
        QApplication.processEvents()

    def press(self, button: Any) -> None:
        self.see(button)
        self.hand.press(button)

    def type(self, line: Any, text: str, *, enter: bool = True) -> None:
        self.see(line)
        self.hand.press(line)
        line.selectAll()
        self.hand.type(text, line)
        if enter:
            self.hand.key(Qt.Key.Key_Return, widget=line)

    def choose(self, combo: Any, value: str) -> None:
        """Opens a list and clicks on an entry."""
        self.see(combo)
        index = combo.findData(value)
        assert index >= 0
        combo.showPopup()
        view = combo.view()
        view.scrollTo(view.model().index(index, 0))
        QTest.mouseClick(view.viewport(), LEFT, FREE, view.visualRect(view.model().index(index, 0)).center())
        QApplication.processEvents()
        combo.hidePopup()

    def button(self, text: str) -> QPushButton:
        return next(b for b in self.panel.findChildren(QPushButton) if b.text() == text and b.isVisible())

    def steps(self) -> list[str]:
        return [step.label for step in self.session.state.history.steps()]

    def judge(self, qtbot: Any) -> None:
        """Waits until it is known what fits."""
        qtbot.waitUntil(lambda: self.panel.judged is not None and not self.panel.background.busy, timeout=LOADING)
        QApplication.processEvents()

    def trains(self, qtbot: Any, step: int = 1) -> None:
        """Waits until so many steps were taken."""
        qtbot.waitUntil(lambda: self.window.runner.step >= step, timeout=LOADING)

    def ends(self, qtbot: Any) -> None:
        """Waits until nothing trains."""
        qtbot.waitUntil(lambda: not self.window.runner.alive, timeout=LOADING)


Looker = Callable[..., Sight]


@pytest.fixture
def looked(opened: Opener) -> Iterator[Looker]:
    """Opens windows on projects with the recipe's panel in front; at the end nothing trains any more."""
    seen: list[Sight] = []

    def look(what: Project | str, **training: Any) -> Sight:
        project = dl.template(what) if isinstance(what, str) and ">" not in what else what
        project = dl.line(project) if isinstance(project, str) else project
        if training:
            project = replace(project, training=project.training.merge(freeze(training)))
        seen.append(Sight(opened(replace(project, sheets=Frozen()), size=(1280, 1000))))
        return seen[-1]

    yield look
    for sight in seen:
        sight.window.runner.join()


def digits(**training: Any) -> Project:
    """LeNet-5 on a few digits: an epoch of some steps."""
    project = dl.template("lenet5")
    data = freeze({"source": {"kind": "MNIST", "size": 200}})
    wanted = project.training.merge(freeze({"epochs": 1, "batch_size": 16, **training}))
    return replace(project, data=data, training=wanted)


def flowers(**training: Any) -> Project:
    """A small network on the flowers of Iris: an epoch of eight steps that are over at once."""
    project = replace(dl.line("input 4 > fc 8 > tanh > fc 3"), name="flowers")
    said = {"kind": "Supervised", "epochs": 1, "batch_size": 16, "optimizer": {"kind": "Adam", "lr": 0.003}}
    return replace(project, data=freeze({"source": {"kind": "Iris"}}), training=freeze({**said, **training}))
