"""Answers in the window: the matrix, the table and the samples against the model that was loaded from the run."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu
from sklearn.metrics import precision_recall_fscore_support

import dlstudio as dl
from dlstudio.data.prepare import prepare
from dlstudio.ui.panels.answers.panel import Answers
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING, lenet, shows
from tests.ui.hand import LEFT, Hand


@pytest.fixture
def watched(opened: Opener, qtbot: Any, tmp_path: Path) -> Hand:
    """A window that shows all answers of a run that has ended, with their intervals."""
    run = dl.train(lenet(), runs=tmp_path)
    hand = opened(lenet())
    panel = shows(hand, "answers")
    hand.window.viewing.watch(run.path)
    qtbot.waitUntil(lambda: hand.window.viewing.answer(panel.judged) is not None, timeout=LOADING)
    qtbot.waitUntil(lambda: " % (" in panel.headline.text(), timeout=LOADING)  # the panel is told a moment later
    return hand


def truth(panel: Answers, part: str = "validation") -> tuple[torch.Tensor, torch.Tensor]:
    """Targets, and probabilities of the model in the folder of the run, on a part."""
    assert panel.viewing is not None
    assert panel.viewing.path is not None
    run = dl.open_run(panel.viewing.path)
    chosen = prepare(run.project).parts[part]
    batch = chosen.dataset.take(chosen.indices)
    with torch.no_grad():
        return batch["digit"], run.model(best=False)(batch["image"]).softmax(1)


def test_at_the_end_matrix_table_and_samples_are_those_of_the_last_step(watched: Hand, qtbot: Any) -> None:
    panel = shows(watched, "answers")
    targets, chances = truth(panel)
    answers = chances.argmax(1)
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (targets.numpy(), answers.numpy()), 1)
    assert panel.matrix.found.counts.tolist() == counts.tolist()
    precision, recall, f1, support = precision_recall_fscore_support(
        targets, answers, labels=range(10), zero_division=np.nan
    )
    rows = panel.side.table.rows.lines
    assert np.allclose(
        [line.values[1:] for line in rows], np.stack([precision, recall, f1, support], 1), equal_nan=True
    )
    assert panel.board is not None
    assert panel.board.answers[:, 0].tolist() == answers.tolist()
    wrong = (answers != targets).nonzero().flatten()
    worst = wrong[chances[wrong].amax(1).argsort(descending=True)]
    shown = [int(panel.board.rows[each]) for each in panel.side.gallery.samples]
    assert sorted(shown) == sorted(wrong.tolist())
    assert chances[shown[0]].amax() == pytest.approx(float(chances[worst[0]].amax()), abs=2e-3)
    assert f"all {len(targets)} validation samples" in panel.headline.text()
    assert f"accuracy {100 * float((answers == targets).float().mean()):.1f} % (" in panel.headline.text()
    assert "at step" not in panel.headline.text()
    assert panel.origin.text().endswith("finished")


def test_a_click_on_a_cell_opens_its_samples_and_one_of_them_has_all_chances(watched: Hand, qtbot: Any) -> None:
    panel = shows(watched, "answers")
    targets, chances = truth(panel)
    target, answer = np.unravel_index(panel.matrix.found.counts.argmax(), (10, 10))
    cell = (int(target), int(answer))
    middle = panel.matrix.rect_of(cell).center().toPoint()
    QTest.mouseMove(watched.handle, panel.matrix.mapTo(watched.window, middle))
    qtbot.waitUntil(lambda: panel.matrix.at == cell)
    assert panel.headline.text() == panel.matrix.found.told(cell)
    QTest.mouseClick(panel.matrix, LEFT, pos=middle)
    wanted = ((targets == cell[0]) & (chances.argmax(1) == cell[1])).nonzero().flatten().tolist()
    assert panel.board is not None
    assert [int(panel.board.rows[each]) for each in panel.side.gallery.samples] == wanted
    qtbot.waitUntil(lambda: panel._portrait(wanted[0]) is not None, timeout=LOADING)
    panel.side.gallery.setFocus()
    watched.key(Qt.Key.Key_Return, widget=panel.side.gallery)
    qtbot.waitUntil(lambda: len(panel.side.one.chances.rows) == 10, timeout=LOADING)
    shares = [row.share for row in panel.side.one.chances.rows]
    assert np.allclose(shares, chances[wanted[0]], atol=1e-4)
    watched.key(Qt.Key.Key_Escape, widget=panel.side.one)
    assert panel.side.stack.currentWidget() is panel.side.gallery
    watched.press(panel.side.of)
    assert panel.matrix.chosen is None
    assert panel.side.pick.target == -1


def test_the_keys_go_through_the_cells_and_numbers_are_exported(
    watched: Hand, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = shows(watched, "answers")
    panel.matrix.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        watched.key(key, widget=panel.matrix)
    assert panel.matrix.at == (1, 1)
    watched.key(Qt.Key.Key_Return, widget=panel.matrix)
    assert (panel.side.pick.target, panel.side.pick.answer) == (1, 1)
    menu = QMenu()
    panel.exports.fill(menu)
    for at, suffix in ((0, ".png"), (1, ".svg"), (2, ".pdf"), (3, ".csv"), (5, ".csv")):
        file = tmp_path / f"out{at}{suffix}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, file=file, **__: (str(file), ""))
        menu.actions()[at].trigger()
        assert file.stat().st_size > 100
    rows = list(csv.reader((tmp_path / "out3.csv").read_text().splitlines()))
    assert rows[0][1:] == [str(i) for i in range(10)]
    assert [[int(each) for each in row[1:]] for row in rows[1:]] == panel.matrix.found.counts.tolist()
    table = list(csv.reader((tmp_path / "out5.csv").read_text().splitlines()))
    assert table[0] == ["class", "precision", "recall", "F1", "samples"]


def test_numbers_are_drawn_over_their_targets(opened: Opener, qtbot: Any, tmp_path: Path) -> None:
    run = dl.train(dl.template("linear_regression"), runs=tmp_path, steps=10)
    hand = opened(dl.template("linear_regression"))
    panel = shows(hand, "answers")
    hand.window.viewing.watch(run.path)
    qtbot.waitUntil(lambda: hand.window.viewing.answer(panel.judged) is not None, timeout=LOADING)
    part = prepare(run.project).validation
    batch = part.dataset.take(part.indices)
    with torch.no_grad():
        answers = run.model(best=False)(batch["features"])[:, 0].numpy()
    targets = batch["progression"][:, 0].numpy()
    assert np.allclose(panel.pairs.answers, answers, atol=1e-5)
    assert np.allclose(panel.pairs.targets, targets)
    r2 = 1 - np.square(answers - targets).sum() / np.square(targets - targets.mean()).sum()
    assert panel.headline.text().startswith(f"R² {r2:.4g}")
    worst = int(np.abs(answers - targets).argmax())
    assert int(panel.board.rows[panel.side.gallery.samples[0]]) == worst
    x, y = panel.pairs.pixels()[worst]
    QTest.mouseClick(panel.pairs, LEFT, pos=QPoint(round(x), round(y)))
    assert panel.side.open == worst
