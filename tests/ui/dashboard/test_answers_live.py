"""Answers while a training goes on: what is said of it, what changes with the part, the graph and the slider."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PySide6.QtCore import Qt

import dlstudio as dl
from dlstudio.data.prepare import prepare
from dlstudio.runs.album import AlbumReader
from dlstudio.runs.folder import ALBUM
from dlstudio.ui.panels.answers.panel import BESIDE, Answers
from dlstudio.ui.panels.answers.side import FIGURE
from tests.ui.dashboard.conftest import LOADING, ends, shows, trains
from tests.ui.hand import Hand


def seen(hand: Hand, qtbot: Any) -> Answers:
    """The panel with answers of a training that goes on."""
    trains(hand, qtbot, 3)
    panel = shows(hand, "answers")
    assert isinstance(panel, Answers)
    qtbot.waitUntil(lambda: panel.board is not None, timeout=LOADING)
    return panel


def counted(panel: Answers, *, best: bool = False) -> list[list[int]]:
    """The matrix of the validation samples, by the model in the folder of the run."""
    assert panel.viewing is not None
    assert panel.viewing.path is not None
    run = dl.open_run(panel.viewing.path)
    part = prepare(run.project).validation
    batch = part.dataset.take(part.indices)
    with torch.no_grad():
        answers = run.model(best=best)(batch["image"]).argmax(1)
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (batch["digit"].numpy(), answers.numpy()), 1)
    found: list[list[int]] = counts.tolist()
    return found


def test_after_a_stop_the_matrix_is_that_of_the_weights_that_were_kept(endless: Hand, qtbot: Any) -> None:
    panel = seen(endless, qtbot)
    ends(endless, qtbot)
    qtbot.waitUntil(lambda: panel.origin.text().endswith("stopped"), timeout=LOADING)
    qtbot.waitUntil(lambda: panel.matrix.found.counts.tolist() == counted(panel), timeout=LOADING)
    assert "all 20 validation samples" in panel.headline.text()
    assert "at step" not in panel.headline.text()


def test_parts_are_switched_while_it_trains_and_an_edit_of_the_graph_is_told(endless: Hand, qtbot: Any) -> None:
    panel = seen(endless, qtbot)
    assert "all 20 validation samples" in panel.headline.text()
    panel.part.setFocus()
    endless.key(Qt.Key.Key_End, widget=panel.part)
    qtbot.waitUntil(lambda: panel.board is not None and panel.board.part == "train", timeout=LOADING)
    assert panel.board is not None
    assert panel.board.total == 160
    assert "all 160 train samples" in panel.headline.text()
    assert endless.window.runner.alive
    endless.window.session.choose_nodes("act1")
    endless.canvas.setFocus()
    endless.key(Qt.Key.Key_Delete)
    assert "act1" not in endless.nodes
    qtbot.waitUntil(lambda: panel.origin.text().endswith("of the graph before it was edited"), timeout=LOADING)


def test_while_it_waits_the_answers_become_those_of_the_step_it_stands_at(endless: Hand, qtbot: Any) -> None:
    panel = seen(endless, qtbot)
    endless.window.do("pause")
    qtbot.waitUntil(lambda: endless.window.session.state.phase == "paused", timeout=LOADING)
    qtbot.waitUntil(lambda: panel._step == endless.window.runner.step, timeout=LOADING)
    assert "at step" not in panel.headline.text()


def test_the_slider_goes_back_to_the_answers_of_an_earlier_step(endless: Hand, qtbot: Any) -> None:
    panel = seen(endless, qtbot)
    viewing = endless.window.viewing
    assert viewing.path is not None
    album, question = AlbumReader(viewing.path / ALBUM), next(iter(panel.questions()))
    shown: dict[int, list[list[int]]] = {}

    def kept() -> list[int]:
        """The earlier steps whose answers were seen, and are in the album: of those that come fast it takes some."""
        shown.setdefault(panel._step, panel.matrix.found.counts.tolist())
        return [step for step in album.steps(question.topic).tolist() if step in shown and step + 20 < panel._step]

    qtbot.waitUntil(lambda: bool(kept()), timeout=LOADING)
    early = kept()[0]
    viewing.seek(early)
    qtbot.waitUntil(lambda: panel._step == early, timeout=LOADING)
    assert panel.matrix.found.counts.tolist() == shown[early]
    assert f"step {early:,} of" in panel.origin.text()
    assert endless.window.runner.alive
    endless.key(Qt.Key.Key_End, widget=endless.window.timeline.track)
    qtbot.waitUntil(lambda: panel._step > early, timeout=LOADING)
    assert " of " not in panel.origin.text()


def test_a_narrow_panel_shows_the_matrix_or_the_samples(endless: Hand, qtbot: Any) -> None:
    endless.window.resize(1280, 800)
    endless.window.arrange("Train")
    panel = seen(endless, qtbot)
    side = panel.side
    assert panel.width() < BESIDE
    assert panel.matrix.isVisible()
    assert not side.gallery.isVisible()
    endless.press(side.buttons["Samples"])
    assert not panel.matrix.isVisible()
    ends = [each.geometry().right() for each in (side.switch, side.order, side.count)]
    assert ends == sorted(ends)
    assert side.switch.geometry().right() < side.order.geometry().left()
    assert all(each.width() >= each.sizeHint().width() for each in side.buttons.values() if each.isVisible())
    assert not panel.headline.fitting.endswith("…")
    endless.press(side.buttons[FIGURE])
    assert panel.matrix.isVisible()
    panel.matrix.setFocus()
    endless.key(Qt.Key.Key_Right, widget=panel.matrix)
    endless.key(Qt.Key.Key_Return, widget=panel.matrix)
    assert side.of.isVisible()
    assert side.now == "Samples"
    endless.window.resize(1920, 1080)
    qtbot.waitUntil(lambda: panel.width() >= BESIDE, timeout=LOADING)
    assert panel.matrix.isVisible()
    assert side.stack.currentWidget() in (side.gallery, side.nothing)
