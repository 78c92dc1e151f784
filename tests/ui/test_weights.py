"""The weights of a node in the inspector: opened, read, typed by hand, trained."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyqtgraph  # noqa: F401 - before windows hear keys: its import in the thread of a training walks through Qt
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import dlstudio as dl
from dlstudio.compiler.load import build
from dlstudio.core import edits
from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen
from dlstudio.ui.panels.inspector.weights_portrait import Portrait
from dlstudio.ui.panels.inspector.weights_view import WeightView
from dlstudio.ui.session import Choice
from tests.ui.conftest import Opener
from tests.ui.hand import Hand

LOADING = 60_000
SMALL = "input 3x8x8 > conv 4 3x3 > relu > flatten > fc 3"


class Sight:
    """The section as it is seen."""

    def __init__(self, hand: Hand, qtbot: Any) -> None:
        self.hand, self.qtbot, self.session = hand, qtbot, hand.window.session
        self.panel: Any = hand.window.panels["inspector"]

    @property
    def section(self) -> Any:
        return self.panel.page.weights

    @property
    def views(self) -> list[WeightView]:
        return [view for view in self.section.views if view.isVisible()]

    @property
    def portraits(self) -> dict[str, Portrait]:
        return {view.portrait.name: view.portrait for view in self.views if view.portrait}

    def choose(self, node: str) -> None:
        self.session.choose(Choice(frozenset([node])))
        QApplication.processEvents()

    def open(self, node: str) -> None:
        """Chooses a node and presses the title of the section."""
        self.choose(node)
        self.hand.press(self.section.head)
        self.wait()

    def wait(self) -> None:
        """Until everything that was found is shown."""
        section = self.section
        self.qtbot.waitUntil(
            lambda: not section.background.busy and len(self.views) == len(section.answer.portraits), timeout=LOADING
        )

    def source(self, key: Any) -> None:
        """Chooses the weights of the start or of the run with the keys."""
        self.section.choice.setFocus()
        self.hand.key(key, widget=self.section.choice)
        self.wait()

    def press(self, button: Any) -> None:
        self.panel.view.ensureWidgetVisible(button)
        QApplication.processEvents()
        self.hand.press(button)


def built(project: Project, seed: int = 0) -> torch.nn.Module:
    torch.manual_seed(seed)
    return build(project)


def same(portrait: Portrait, weight: torch.Tensor) -> bool:
    return bool(np.array_equal(portrait.numbers, weight.detach().numpy()))


def test_it_is_closed_until_it_is_opened_and_remembers_that(opened: Opener, qtbot: Any) -> None:
    sight = Sight(opened(SMALL), qtbot)
    sight.choose("conv1")
    assert sight.section.isVisible()
    assert not sight.section.head.isChecked()
    qtbot.wait(200)
    assert not sight.section.background.busy
    assert not sight.views
    sight.open("conv1")
    assert list(sight.portraits) == ["weight", "bias"]
    sight.choose("relu1")
    assert not sight.section.isVisible()
    again = Sight(opened(SMALL), qtbot)
    again.choose("conv1")
    assert again.section.head.isChecked()
    again.wait()
    assert list(again.portraits) == ["weight", "bias"]


def test_the_numbers_are_those_that_torch_draws_with_the_seed(opened: Opener, qtbot: Any) -> None:
    project = replace(dl.line(SMALL), training=Frozen({"kind": "Supervised", "seed": 7}))
    before = torch.manual_seed(99).get_state()
    sight = Sight(opened(project), qtbot)
    sight.open("conv1")
    assert torch.equal(torch.default_generator.get_state(), before)
    module: Any = built(project, 7)
    shown = sight.portraits["weight"]
    weight = module.conv1.weight.detach()
    assert same(shown, weight)
    assert (shown.low, shown.high) == (float(weight.min()), float(weight.max()))
    assert (shown.mean, shown.spread) == pytest.approx((float(weight.mean()), float(weight.std())))
    assert sum(shown.counts) == weight.numel() == 108
    assert sight.section.choice.currentText() == "at the start (seed 7)"
    assert sight.views[0].shape.text() == "4×3×3×3"
    sight.choose("linear1")
    sight.wait()
    assert same(sight.portraits["weight"], module.linear1.weight)


def test_pointing_at_a_number_reads_it_by_mouse_and_by_keys(opened: Opener, qtbot: Any) -> None:
    sight = Sight(opened("input 4 > fc 2"), qtbot)
    sight.open("linear1")
    view = sight.views[0]
    module: Any = built(dl.line("input 4 > fc 2"))
    sight.panel.view.ensureWidgetVisible(view)
    QApplication.processEvents()

    def reads() -> bool:
        for cell in ((0, 0, 0), (0, 1, 2)):
            QTest.mouseMove(view.heat, view.heat.box(cell).center().toPoint())
            QApplication.processEvents()
        return view.read.text().startswith("[1, 2]")

    qtbot.waitUntil(reads)
    assert float(view.read.text().split()[-1].replace("−", "-")) == pytest.approx(
        float(module.linear1.weight.detach()[1, 2]), rel=1e-3
    )
    view.heat.setFocus()
    sight.hand.key(Qt.Key.Key_Right, widget=view.heat)
    assert view.read.text().startswith("[1, 3]")
    sight.hand.key(Qt.Key.Key_Up, widget=view.heat)
    assert view.read.text().startswith("[0, 3]")
    QTest.mouseMove(view.heat, QPoint(view.heat.width() + 40, 2))
    assert view.heat.cell(QPoint(-1, 0)) is None


def test_typed_by_hand_they_are_the_same_and_go_back_again(opened: Opener, qtbot: Any) -> None:
    sight = Sight(opened(SMALL), qtbot)
    sight.open("linear1")
    before: Any = built(sight.session.state.project)
    view = sight.views[0]
    assert view.type_in.isVisible()
    assert not view.reset.isVisible()
    sight.press(view.type_in)
    state = sight.session.state
    assert state.history.undo_label == "Type the weight of linear1 by hand"
    assert state.network.nodes["linear1"].fields["weight_init"]["kind"] == "Given"
    assert torch.equal(built(state.project).linear1.weight, before.linear1.weight)  # type: ignore[union-attr, arg-type]
    row = sight.panel.page.form.form.rows["weight_init"]
    assert row.isVisible()
    sight.wait()
    assert same(sight.portraits["weight"], before.linear1.weight)
    assert not view.type_in.isVisible()
    sight.press(view.reset)
    assert "weight_init" not in sight.session.state.network.nodes["linear1"].fields
    sight.session.undo()
    sight.session.undo()
    assert not sight.session.state.history.undo_label
    sight.wait()
    assert same(sight.portraits["weight"], before.linear1.weight)


def test_copy_puts_them_on_the_clipboard_for_a_spreadsheet(opened: Opener, qtbot: Any) -> None:
    sight = Sight(opened("input 4 > fc 2"), qtbot)
    sight.open("linear1")
    sight.press(sight.views[0].copy)
    qtbot.waitUntil(lambda: not sight.section.copying.busy)
    lines = QApplication.clipboard().text().splitlines()
    found = np.array([[float(word) for word in line.split("\t")] for line in lines], np.float32)
    assert np.array_equal(found, sight.portraits["weight"].numbers)


def test_many_filters_are_limited_and_large_weights_are_not_typed(opened: Opener, qtbot: Any) -> None:
    sight = Sight(opened("input 8x9x9 > conv 100 3x3 > flatten > fc 10"), qtbot)
    sight.open("conv1")
    view = sight.views[0]
    assert view.note.text() == "First 64 of 100 filters, first of 8 inputs"
    assert view.heat.picture is not None
    assert len(view.heat.picture.tiles) == 64
    assert not view.type_in.isVisible()
    assert sight.views[1].type_in.isVisible()


def test_inside_a_block_they_are_those_of_the_instance(opened: Opener, qtbot: Any) -> None:
    project = dl.template("residual20")
    name, block = next((n.id, n) for n in project.networks["model"].nodes.values() if n.kind == "Block")
    inner = project.networks[str(block.fields["network"])]
    node = next(n.id for n in inner.nodes.values() if n.kind == "Linear")
    sight = Sight(opened(project), qtbot)
    assert sight.session.enter(name)
    sight.open(node)
    made: Any = getattr(built(project), name)
    made = made[0] if isinstance(made, torch.nn.Sequential | torch.nn.ModuleList) else made
    assert same(sight.portraits["weight"], getattr(made, node).weight)
    sight.session.leave(1)
    sight.choose(name)
    sight.wait()
    assert 0 < len(sight.views) <= 8


def test_what_cannot_be_built_is_a_sentence(opened: Opener, qtbot: Any) -> None:
    sight = Sight(opened(SMALL), qtbot)
    sight.open("conv1")
    sight.session.do("Mute", lambda project: edits.mute(project, "model", ["conv1"]))
    sight.wait()
    assert not sight.views
    assert sight.section.told.text()


def test_after_a_training_the_weights_of_the_run_are_there_until_the_graph_is_another(
    opened: Opener, qtbot: Any, tmp_path: Path
) -> None:
    data = Frozen({"source": Frozen({"kind": "MNIST", "size": 100})})
    project = dl.template("lenet5")
    wanted = project.training.merge({"epochs": 1, "batch_size": 32})
    project = replace(project, data=data, training=wanted, sheets=Frozen())
    sight = Sight(opened(project, path=tmp_path / "lenet.dls"), qtbot)
    sight.open("conv1")
    start = sight.portraits["weight"].numbers
    sight.hand.key(Qt.Key.Key_F5, widget=sight.hand.canvas)
    runner = sight.hand.window.runner
    assert "training goes on" in sight.section.told.text()
    qtbot.waitUntil(lambda: not runner.alive, timeout=LOADING)
    sight.wait()
    assert runner.job is not None
    assert runner.job.ended is not None
    run = dl.open_run(runner.job.ended.path)  # type: ignore[arg-type]
    sight.source(Qt.Key.Key_Down)
    trained: Any = run.model()
    assert sight.section.choice.currentText().startswith(f"{run.path.name} · step ")
    assert same(sight.portraits["weight"], trained.conv1.weight)
    assert not np.array_equal(start, sight.portraits["weight"].numbers)
    sight.press(sight.views[0].type_in)
    sight.wait()
    assert sight.section.choice.currentText() == "at the start (seed 0)"
    assert same(sight.portraits["weight"], trained.conv1.weight)
    sight.session.do(
        "Larger", lambda p: edits.put(edits.reset(p, "model", "conv1", "weight_init"), "model", "conv1", out_channels=8)
    )
    sight.source(Qt.Key.Key_Down)
    assert not sight.views
    assert "belongs to an earlier graph: it had 6×1×5×5 in weight" in sight.section.told.text()


def test_closing_the_window_leaves_no_thread(opened: Opener, qtbot: Any) -> None:
    sight = Sight(opened(SMALL), qtbot)
    sight.choose("conv1")
    sight.hand.press(sight.section.head)
    sight.hand.window.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("dlstudio")]


def test_every_weight_of_a_norm_is_typed_by_hand(opened: Opener, qtbot: Any) -> None:
    sight = Sight(opened("input 5x4 > layernorm"), qtbot)
    sight.open("layer_norm1")
    assert len(sight.views) == 2
    assert all(view.type_in.isVisible() for view in sight.views)


def test_every_weight_of_an_lstm_is_typed_by_hand_and_its_rows_are_named_by_their_gates(
    opened: Opener, qtbot: Any
) -> None:
    sight = Sight(opened("input 5x2 > lstm 1"), qtbot)
    sight.open("lstm1")
    before: Any = built(sight.session.state.project)
    assert list(sight.portraits) == ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
    assert all(view.type_in.isVisible() for view in sight.views)
    view = sight.views[0]
    assert view.note.text() == "Rows: i input gate, f forget gate, g candidate, o output gate"
    view.heat.setFocus()
    for _ in range(2):
        sight.hand.key(Qt.Key.Key_Down, widget=view.heat)
    assert view.read.text().startswith("[f, 0]")
    sight.press(view.type_in)
    fields = sight.session.state.network.nodes["lstm1"].fields
    assert list(fields) == ["hidden_size", "given_numbers"]
    assert list(fields["given_numbers"]) == ["weight_ih_l0"]
    after: Any = built(sight.session.state.project)
    assert torch.equal(after.lstm1.weight_ih_l0, before.lstm1.weight_ih_l0)
    editor: Any = sight.panel.page.form.form.rows["given_numbers"].editor
    assert editor.combo.currentText() == "weight_ih_l0  4×2  · given"
    model = editor.array.grid.model()
    assert [model.headerData(i, Qt.Orientation.Vertical) for i in range(4)] == ["i", "f", "g", "o"]
    sight.wait()
    sight.press(sight.views[2].type_in)
    assert editor.combo.currentText() == "bias_ih_l0  4  · given"
    assert [model.headerData(i, Qt.Orientation.Horizontal) for i in range(4)] == ["i", "f", "g", "o"]
    sight.wait()
    sight.press(sight.views[0].reset)
    assert list(sight.session.state.network.nodes["lstm1"].fields["given_numbers"]) == ["bias_ih_l0"]
    sight.wait()
    sight.press(sight.views[2].reset)
    assert "given_numbers" not in sight.session.state.network.nodes["lstm1"].fields
    for _ in range(4):
        sight.session.undo()
    assert not sight.session.state.history.undo_label


def test_a_number_of_a_gate_is_typed_into_the_table_and_undone_in_one_step(opened: Opener, qtbot: Any) -> None:
    sight = Sight(opened("input 5x2 > gru 1"), qtbot)
    sight.choose("gru1")
    editor: Any = sight.panel.page.form.form.rows["given_numbers"].editor
    assert not editor.array.isVisible()
    editor.combo.setFocus()
    sight.hand.type("weight_hh", editor.combo)
    assert editor.array.grid.isVisible()
    assert editor.array.told.text() == "3×1, rows: r reset gate, z update gate, n candidate"
    grid = editor.array.grid
    sight.panel.view.ensureWidgetVisible(grid)
    QApplication.processEvents()
    at = grid.visualRect(grid.model().index(1, 0)).center()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QApplication.processEvents()
    sight.hand.type("0.75")
    sight.hand.key(Qt.Key.Key_Return)
    fields = sight.session.state.network.nodes["gru1"].fields
    assert fields["given_numbers"] == {"weight_hh_l0": ((0.0,), (0.75,), (0.0,))}
    assert "self.gru1.weight_hh_l0.data = torch.tensor([[0.0], [0.75], [0.0]])" in dl.source(
        sight.session.state.project
    )
    sight.session.undo()
    assert "given_numbers" not in sight.session.state.network.nodes["gru1"].fields
    assert not sight.session.state.history.undo_label


def test_numbers_that_are_too_few_are_refused_in_a_sentence_on_the_node(opened: Opener, qtbot: Any) -> None:
    sight = Sight(opened("input 5x2 > lstm 1"), qtbot)
    sight.choose("lstm1")
    row: Any = sight.panel.page.form.form.rows["given_numbers"]
    row.editor.combo.setFocus()
    sight.hand.type("bias_ih", row.editor.combo)
    line = row.editor.array.line
    line.setFocus()
    sight.hand.type("[1, 2]", line)
    (issue,) = [each for each in sight.session.state.checked.issues if each.severity == "error"]
    assert "The given numbers are 2, but the bias_ih_l0 of LSTM is 4" in issue.text
    line.selectAll()
    sight.hand.type("[1, 2", line)
    assert row.note.text() == "The given numbers must be numbers in rows, such as [[1, 2], [3, 4]]."


def test_of_many_weights_one_is_chosen_by_its_name(opened: Opener, qtbot: Any) -> None:
    sight = Sight(opened("input 5x4 > encoderlayer 2 6"), qtbot)
    sight.open("transformer_encoder_layer1")
    assert len(sight.views) == 8
    which = sight.section.which
    assert which.isVisible()
    assert which.count() == 1 + 12
    which.setFocus()
    sight.hand.type("norm2.bias", which)
    qtbot.waitUntil(lambda: list(sight.portraits) == ["norm2.bias"], timeout=LOADING)
    sight.wait()
    sight.press(sight.views[0].type_in)
    node = sight.session.state.network.nodes["transformer_encoder_layer1"]
    assert node.fields["given_numbers"] == {"norm2.bias": (0.0, 0.0, 0.0, 0.0)}
    sight.wait()
    assert list(sight.portraits) == ["norm2.bias"]
