"""The panels Layers and Weights as a person sees them, against a loop of plain torch on the same data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, count, islice
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from torch import Tensor, nn

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.frozen import freeze
from dlstudio.training.training import Training
from dlstudio.ui.panels.layers.panel import CURVES, HEAT, Layers
from dlstudio.ui.panels.layers.quantities import QUANTITIES
from dlstudio.ui.panels.layers.way import Way, way
from dlstudio.ui.panels.layers.weights import Weights
from dlstudio.ui.plots.colors import bands
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING, ends, shows, trains
from tests.ui.hand import Hand

SIGMOIDS = "input 1x8x8 > flatten > " + "fc 16 > sigmoid > " * 5 + "fc 10"
"""The gradient vanishes from layer to layer."""
DEPTH, RATE = 6, 0.5


def digits(text: str = SIGMOIDS, epochs: int = 3) -> Project:
    training = {
        "kind": "Supervised", "epochs": epochs, "device": "cpu", "batch_size": 256,
        "optimizer": {"kind": "SGD", "lr": RATE, "momentum": 0.0},
    }  # fmt: skip
    return replace(dl.line(text), data=freeze({"source": {"kind": "Digits"}}), training=freeze(training))


@dataclass
class Loop:
    """What plain torch does with the same weights and the same batches, step by step."""

    gradients: dict[int, list[Tensor]] = field(default_factory=dict)
    """Those of the matrices."""
    weights: dict[int, list[Tensor]] = field(default_factory=dict)
    norms: dict[int, list[float]] = field(default_factory=dict)
    """The length of the gradient of each layer's matrix and biases."""
    updates: dict[int, list[float]] = field(default_factory=dict)
    means: dict[int, list[float]] = field(default_factory=dict)


@cache
def first_weights() -> dict[str, Tensor]:
    """Those that every training of these digits begins with; drawn while no window draws beside it."""
    training = Training.ready(digits())
    try:
        return {name: each.clone() for name, each in training.method.task.modules["model"].state_dict().items()}
    finally:
        training.close()


@cache
def by_hand(steps: int) -> Loop:
    training = Training.ready(digits())
    loop = Loop()
    try:
        layers = [nn.Linear(64 if not n else 16, 10 if n == DEPTH - 1 else 16) for n in range(DEPTH)]
        given = first_weights()
        for n, layer in enumerate(layers):
            layer.load_state_dict({name: given[f"linear{n + 1}.{name}"] for name in ("weight", "bias")})
        batches = chain.from_iterable(training.feed.epoch(epoch) for epoch in count())
        for step, batch in enumerate(islice(batches, steps), 1):
            one_step(layers, batch, loop, step)
    finally:
        training.close()
    return loop


def one_step(layers: list[nn.Linear], batch: Any, loop: Loop, step: int) -> None:
    made, means = batch["image"].flatten(1), []
    for layer in layers:
        made = layer(made if layer is layers[0] else made.sigmoid())
        means.append(made.mean().item())
    for layer in layers:
        layer.zero_grad()
    F.cross_entropy(made, batch["digit"]).backward()
    gradients = [[w.grad.clone() for w in layer.parameters() if w.grad is not None] for layer in layers]
    with torch.no_grad():
        for layer in layers:
            for w in layer.parameters():
                assert w.grad is not None
                w.sub_(RATE * w.grad)
    lengths = [float(torch.cat([each.flatten() for each in found]).norm()) for found in gradients]
    loop.norms[step], loop.means[step] = lengths, means
    whole = [float(torch.cat([w.detach().flatten() for w in layer.parameters()]).norm()) for layer in layers]
    loop.updates[step] = [RATE * length / now for length, now in zip(lengths, whole, strict=True)]
    loop.gradients[step] = [found[0] for found in gradients]
    loop.weights[step] = [layer.weight.detach().clone() for layer in layers]


@pytest.fixture(autouse=True)
def looks_that_come_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks often enough on a machine with other work too."""
    first_weights()
    for share in ("SHARE", "WATCHED", "GLANCE"):
        monkeypatch.setattr(f"dlstudio.training.watch.{share}", 0.9)


@pytest.fixture
def seen(opened: Opener, qtbot: Any) -> Iterator[Hand]:
    """A window whose panel Layers is in front, on a network whose gradient vanishes, trained to its end."""
    hand = opened(digits(), size=(2560, 1080))
    in_front(hand, "layers")
    trains(hand, qtbot)
    in_front(hand, "layers")
    ends(hand, qtbot, stop=False)
    yield hand
    hand.window.runner.join()


def in_front(hand: Hand, name: str) -> Any:
    """A panel, once it draws what it shows."""
    panel = shows(hand, name)
    for _ in range(LOADING // 10):
        if panel.in_sight:
            return panel
        QTest.qWait(10)
    raise AssertionError(f"{name} never came into sight")


def layers(hand: Hand) -> Layers:
    panel = in_front(hand, "layers")
    assert isinstance(panel, Layers)
    return panel


def steps_of(hand: Hand) -> int:
    """How far the training came."""
    assert hand.window.viewing.standing is not None
    return hand.window.viewing.standing.step


def of(loop: dict[int, list[float]], steps: list[int]) -> np.ndarray:
    return np.array([loop[step] for step in steps]).T


def test_the_heat_map_is_the_gradients_of_a_loop_by_hand_number_by_number_and_pixel_by_pixel(seen: Hand) -> None:
    panel, loop = layers(seen), by_hand(steps_of(seen))
    plane, steps = panel.heat.plane, seen.window.viewing.looks.steps
    assert plane.names == tuple(f"linear{n + 1}" for n in range(DEPTH))
    assert plane.steps.tolist() == steps
    norms = of(loop.norms, steps)
    assert np.allclose(plane.values, norms, rtol=1e-4)
    low, high = np.log10(norms.min()), np.log10(norms.max())
    picture, room = plane.grab().toImage(), plane.room
    borders = plane.rows.borders
    for row in range(DEPTH):
        for column in range(len(steps)):
            middle = (borders[column] + borders[column + 1]) / 2
            x = room.left() + plane.x_span.share(plane.x_scale.place(middle)) * room.width()
            y = room.top() + (row + 0.5) / DEPTH * room.height()
            share = (np.log10(norms[row, column]) - low) / (high - low)
            near = {QColor.fromRgb(int(bands()[int(min(1, max(0, share + e)) * 255)])).name() for e in (-1e-4, 0, 1e-4)}
            assert picture.pixelColor(QPoint(int(x), int(y))).name() in near, (row, column)


def test_updates_and_activations_are_those_of_the_loop_with_what_is_healthy_marked(seen: Hand) -> None:
    panel, loop = layers(seen), by_hand(steps_of(seen))
    steps = seen.window.viewing.looks.steps
    panel.manner.buttons[CURVES].click()
    panel.chooser.choose("update")
    curves = panel.chart.plane.curves
    assert np.allclose([curves[f"linear{n + 1}"].line.values for n in range(DEPTH)], of(loop.updates, steps), rtol=1e-3)
    healthy = curves["healthy: 1e−4 to 1e−2"].line
    assert healthy.lows is not None
    assert healthy.highs is not None
    assert (healthy.lows[0], healthy.highs[0]) == (1e-4, 1e-2)
    panel.chooser.choose("mean")
    assert np.allclose(
        [curves_of(panel)[f"linear{n + 1}"] for n in range(DEPTH)], of(loop.means, steps), rtol=1e-3, atol=1e-5
    )


def curves_of(panel: Layers) -> dict[str, Any]:
    return {name: curve.line.values for name, curve in panel.chart.plane.curves.items()}


def test_the_bars_are_those_of_the_newest_look_and_of_the_step_of_the_slider(seen: Hand, qtbot: Any) -> None:
    panel, viewing = layers(seen), seen.window.viewing
    loop, steps = by_hand(steps_of(seen)), viewing.looks.steps
    assert [bar.value for bar in panel.bars.bars] == pytest.approx(loop.norms[steps[-1]], rel=1e-4)
    viewing.seek(steps[0])
    qtbot.waitUntil(lambda: panel.caption.text() == f"at step {steps[0]:,}", timeout=LOADING)
    assert [bar.value for bar in panel.bars.bars] == pytest.approx(loop.norms[steps[0]], rel=1e-4)
    assert [(mark.step, mark.kind) for mark in panel.heat.plane.marks] == [(steps[0], "cursor")]


def test_a_row_a_bar_and_a_line_choose_the_node_and_the_node_lights_them(seen: Hand) -> None:
    panel = layers(seen)
    room = panel.heat.plane.room
    QTest.mouseClick(
        panel.heat.plane.viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPointF(room.center().x(), room.top() + 2).toPoint(),
    )
    assert seen.chosen == {"linear1"}
    assert panel.heat.plane.lit == {"linear1"}
    panel.bars.setFocus()
    seen.key(Qt.Key.Key_Down, widget=panel.bars)
    assert seen.chosen == {"linear2"}
    panel.manner.buttons[CURVES].click()
    plane, chart = panel.chart.plane, panel.chart
    track = plane.curves["linear6"]
    step = float(track.steps[len(track) // 2])
    window = plane.windows()["left"]
    at = QPointF(
        plane.room.left() + plane.x_span.share(plane.x_scale.place(step)) * plane.room.width(),
        float(window.down(track.line.values[[len(track) // 2]])[0]),
    )
    QTest.mouseClick(chart.plane.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert seen.chosen == {"linear6"}
    assert [name for name, curve in plane.curves.items() if not curve.line.faint] == ["linear6"]


def test_every_quantity_is_shown_or_says_why_not_and_what_was_not_seen_is_no_zero(seen: Hand) -> None:
    panel = layers(seen)
    for quantity in QUANTITIES:
        for manner in (HEAT, CURVES):
            panel.manner.buttons[manner].click()
            panel.chooser.choose(quantity.name)
            assert panel.chooser.toolTip() == quantity.help
            if quantity.name == "rank":
                assert panel.empty.text() == "Effective rank: not seen of any layer in this run."
            else:
                assert panel.body.currentIndex() == 1, quantity.name
    panel.chooser.choose("saturated")
    assert panel.rows is not None
    assert panel.rows.names == tuple(f"sigmoid{n + 1}" for n in range(DEPTH - 1))
    assert panel.cost.text().startswith("looking inside: ")


def test_many_layers_scroll_or_are_seen_at_one_glance_and_the_chosen_one_is_brought_into_sight(
    opened: Opener, qtbot: Any
) -> None:
    hand = opened(digits("input 1x8x8 > flatten > " + "fc 8 > relu > " * 40 + "fc 10", epochs=1))
    panel = layers(hand)
    trains(hand, qtbot)
    panel = layers(hand)
    ends(hand, qtbot, stop=False)
    assert panel.roller.isVisible()
    shown = len(panel.heat.plane.names)
    assert shown < 41
    hand.window.session.choose_nodes("linear30")
    assert "linear30" in panel.heat.plane.names
    assert panel.heat.plane.lit == {"linear30"}
    panel.roller.setValue(0)
    assert panel.heat.plane.names[0] == "linear1"
    hand.press(panel.fit.buttons["All rows"])
    assert len(panel.heat.plane.names) == 41
    assert not panel.roller.isVisible()


# The panel Weights


def weights(hand: Hand) -> Weights:
    panel = in_front(hand, "weights")
    assert isinstance(panel, Weights)
    return panel


def shape(panel: Weights) -> tuple[int, ...]:
    """That of the weight in the picture."""
    return panel.kernels.shown.shape if panel.kernels.shown is not None else ()


def test_kernels_and_histograms_are_those_of_the_loop(opened: Opener, qtbot: Any) -> None:
    hand = opened(digits(epochs=1000), size=(2560, 1080))
    viewing = hand.window.viewing
    weights(hand)
    trains(hand, qtbot)
    panel = weights(hand)
    qtbot.waitUntil(lambda: len(viewing.looks.counted("linear1", "gradients")) > 2, timeout=LOADING)
    assert viewing.wanted.histograms == {"linear1"}
    ends(hand, qtbot)
    loop = by_hand(steps_of(hand))
    assert viewing.path is not None
    last = dl.open_run(viewing.path).model(best=False).state_dict()["linear1.weight"]

    def same() -> bool:
        shown = panel.kernels.shown
        return shown is not None and torch.equal(shown.values, last)

    qtbot.waitUntil(same, timeout=LOADING)
    assert panel.kernels.heat.picture is not None
    said = float(panel.kernels.heat.picture.say(0, 3, 5).split()[-1].replace("−", "-"))
    assert said == pytest.approx(float(last[3, 5]), rel=1e-2)
    for what, values in (("weights", loop.weights), ("gradients", loop.gradients)):
        spread = panel.spreads[what]
        if not spread.isVisible():
            hand.press(panel.which.buttons[what.capitalize()])
        if not spread.log.isChecked():
            hand.press(spread.log)
        made = spread.counts
        assert made is not None
        plane = spread.ridge.plane
        assert plane.steps.tolist() == [step for step, _ in viewing.looks.counted("linear1", what)]
        for step, counts in zip(made.steps.tolist(), made.counts, strict=True):
            wanted, _ = np.histogram(values[step][0].numpy(), made.edges)
            assert np.abs(counts - wanted).sum() <= 0.01 * wanted.sum(), (what, step)
        hand.press(spread.log)
        even = spread.counts
        assert even is not None
        widths = np.diff(even.edges)
        assert np.allclose(widths, widths[0])
        wanted, _ = np.histogram(values[int(even.steps[-1])][0].numpy(), even.edges)
        assert even.counts[-1].sum() == pytest.approx(wanted.sum())
        assert np.abs(even.counts[-1] - wanted).sum() <= 0.25 * wanted.sum()


def test_the_node_that_is_chosen_is_shown_with_what_it_has(opened: Opener, qtbot: Any) -> None:
    hand = opened(digits("input 1x8x8 > conv 4 3 > relu > conv 6 3 > flatten > fc 10", epochs=1000))
    weights(hand)
    trains(hand, qtbot)
    panel = weights(hand)
    qtbot.waitUntil(lambda: shape(panel) == (4, 1, 3, 3), timeout=LOADING)
    hand.click("conv2")
    qtbot.waitUntil(lambda: shape(panel) == (6, 4, 3, 3), timeout=LOADING)
    panel.kernels.input.setFocus()
    hand.key(Qt.Key.Key_Up, widget=panel.kernels.input)
    qtbot.waitUntil(lambda: panel.kernels.shown is not None and panel.kernels.shown.input == 1, timeout=LOADING)
    hand.click("relu1")
    qtbot.waitUntil(lambda: not panel.kernels.isVisible(), timeout=LOADING)
    assert [what for what, spread in panel.spreads.items() if spread.isVisible()] == ["activations"]
    panel.nodes.setCurrentText("linear1")
    panel.nodes.activated.emit(panel.nodes.currentIndex())
    assert hand.chosen == {"linear1"}
    ends(hand, qtbot)


def test_the_rank_is_wished_for_only_while_it_is_looked_at(opened: Opener, qtbot: Any) -> None:
    hand = opened(digits(epochs=1000), size=(2560, 1080))
    trains(hand, qtbot)
    panel = layers(hand)
    panel.chooser.choose("rank")
    assert panel.empty.text().startswith("Effective rank: not seen of any layer yet") or panel.rows
    qtbot.waitUntil(lambda: bool(hand.window.viewing.wanted.ranks), timeout=LOADING)
    qtbot.waitUntil(lambda: bool(panel.rows and panel.rows.names), timeout=LOADING)
    assert panel.rows is not None
    assert panel.rows.names == tuple(f"linear{n + 1}" for n in range(DEPTH))
    panel.chooser.choose("gradient")
    assert not hand.window.viewing.wanted.ranks
    ends(hand, qtbot)


def test_the_way_from_a_name_in_training_to_the_canvas() -> None:
    gan, dense = dl.template("gan"), dl.template("resnet152")
    assert way(gan, "critic.fc1") == Way("critic", (), "fc1")
    assert way(dl.template("lenet5"), "conv1") == Way("model", (), "conv1")
    assert way(dense, "nowhere.at.all") is None
    stage = next(name for name, node in dense.networks["model"].nodes.items() if node.kind == "Block")
    inner = str(dense.networks["model"].nodes[stage].fields["network"])
    block = next((n for n, node in dense.networks[inner].nodes.items() if node.kind == "Block"), "")
    assert block
    within = str(dense.networks[inner].nodes[block].fields["network"])
    node = next(name for name, node in dense.networks[within].nodes.items() if node.kind == "Conv2d")
    assert way(dense, f"{stage}.{block}.2.{node}") == Way("model", (stage, block), node)
