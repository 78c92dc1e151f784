"""Preview: what the nodes make of a sample while the graph is drawn, and how little is worked out anew."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import torch
from PySide6.QtCore import Qt
from torch import nn

import dlstudio as dl
from dlstudio.compiler.check import examine
from dlstudio.core import edits
from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen
from dlstudio.data.prepare import prepare
from dlstudio.ui.known_data import DataReader
from dlstudio.ui.preview.asked import Asked, Previewed
from dlstudio.ui.preview.preview import LACKS
from dlstudio.ui.preview.worker import Worker
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import lenet
from tests.ui.hand import Hand

LONG = 60_000


@pytest.fixture
def drawing(opened: Opener, qtbot: Any) -> Hand:
    """LeNet-5 with the preview switched on by its key, when the first one is there."""
    hand = opened(lenet())
    hand.window.preview._said = "off"
    hand.key(Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    settled(hand, qtbot)
    return hand


def settled(hand: Hand, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: not hand.window.preview.busy, timeout=LONG)


def put(hand: Hand, node: str, **fields: Any) -> None:
    hand.window.session.do("Change", lambda project: edits.put(project, "model", node, **fields))


def by_hand(project: Project) -> dict[str, torch.Tensor]:
    """LeNet-5 by hand on the first sample: each layer drawn from the seed that its name gives."""
    part = prepare(project).validation
    image = part.dataset.take(part.indices[:1])["image"]

    def made(name: str, make: Callable[[], nn.Module]) -> nn.Module:
        torch.manual_seed(crc32(name.encode()))
        return make()

    with torch.no_grad():
        found = {"image": image.float()}
        x = found["conv1"] = made("conv1", lambda: nn.Conv2d(1, 6, 5, padding=2))(found["image"])
        x = nn.functional.avg_pool2d(torch.tanh(x), 2)
        x = found["conv2"] = made("conv2", lambda: nn.Conv2d(6, 16, 5))(x)
        x = nn.functional.avg_pool2d(torch.tanh(x), 2).flatten(1)
        for name, wide in (("fc1", 120), ("fc2", 84), ("fc3", 10)):
            x = found[name] = made(name, partial(nn.Linear, x.shape[1], wide))(x)
            x = torch.tanh(x)
    return found


def test_pictures_are_those_of_a_forward_pass_by_hand(drawing: Hand) -> None:
    glow = drawing.window.canvas.glow
    assert glow is not None
    found = by_hand(drawing.window.session.state.project)
    for name in ("image", "conv1", "conv2"):
        sketch = glow.nodes[name].sketch
        assert sketch is not None
        plane = found[name][0].mean(0)
        if max(plane.shape) > 24:
            plane = nn.functional.adaptive_avg_pool2d(plane[None], (24, 24))[0]
        wanted = ((plane - plane.min()) / (plane.max() - plane.min()) * 255).round()
        seen = torch.frombuffer(bytearray(sketch.pixels), dtype=torch.uint8).view(sketch.height, sketch.width)
        assert (seen.float() - wanted).abs().max() <= 1
    counts = torch.histc(found["fc3"][0], 24)
    sketch = glow.nodes["fc3"].sketch
    assert sketch is not None
    assert sketch.bars == pytest.approx((counts / counts.max()).tolist())
    assert (sketch.low, sketch.high) == pytest.approx((float(found["fc3"].min()), float(found["fc3"].max())), abs=1e-5)


def test_an_edit_works_out_only_what_it_changed(drawing: Hand, qtbot: Any) -> None:
    preview = drawing.window.preview
    assert len(preview.last.worked) == 12
    put(drawing, "fc3", out_features=7)
    settled(drawing, qtbot)
    assert list(preview.last.worked) == ["fc3"]
    drawing.window.session.do("Mute", lambda project: edits.mute(project, "model", ["act3"], muted=True))
    settled(drawing, qtbot)
    assert list(preview.last.worked) == ["fc2", "act4", "fc3"]


def test_undo_shows_the_earlier_pictures_at_once(drawing: Hand, qtbot: Any) -> None:
    window = drawing.window
    before = window.preview.last
    put(drawing, "conv1", kernel_size=3)
    settled(drawing, qtbot)
    assert window.preview.last is not before
    drawing.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.preview.last is before
    assert not window.preview.busy
    assert window.canvas.glow is not None
    assert window.canvas.glow.nodes["conv1"].sketch is before.sketches["conv1"]


def test_of_many_edits_only_the_last_is_shown(drawing: Hand, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Asked] = []
    work = drawing.window.preview._work
    really = work.work

    def counted(question: Asked) -> Previewed:
        asked.append(question)
        return really(question)

    monkeypatch.setattr(work, "work", counted)
    for wide in range(20, 40):
        put(drawing, "fc2", out_features=wide)
    settled(drawing, qtbot)
    assert len(asked) <= 2
    assert drawing.window.preview.last.worked[0] == "fc2"
    assert asked[-1].plan.shapes["fc2", "y"].shape == (39,)


def test_what_is_sound_is_shown_beside_a_mistake(drawing: Hand, qtbot: Any) -> None:
    put(drawing, "conv2", kernel_size=40)
    settled(drawing, qtbot)
    glow = drawing.window.canvas.glow
    assert glow is not None
    assert glow.nodes["pool1"].sketch is not None
    assert "conv2" not in glow.nodes
    assert "fc1" not in glow.nodes


def test_switched_off_the_picture_is_as_before(drawing: Hand, qtbot: Any) -> None:
    canvas = drawing.window.canvas
    seen = canvas.grab().toImage()
    drawing.key(Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.glow is None
    bare = canvas.grab().toImage()
    assert bare != seen
    drawing.key(Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.grab().toImage() == seen
    drawing.key(Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.grab().toImage() == bare
    assert not drawing.window.preview.busy


def test_no_thread_is_left(drawing: Hand, qtbot: Any) -> None:
    put(drawing, "conv1", out_channels=9)
    qtbot.waitUntil(lambda: any(t.name == "dlstudio background" for t in threading.enumerate()), timeout=LONG)
    drawing.window.session.was_saved(Path("nowhere.dls"))
    drawing.window.close()
    assert not any(t.name == "dlstudio background" for t in threading.enumerate())


def test_random_numbers_of_others_are_left_alone(drawing: Hand, qtbot: Any) -> None:
    before, loaded = torch.get_rng_state(), generated()
    put(drawing, "conv1", out_channels=5)
    settled(drawing, qtbot)
    assert drawing.window.preview.last.worked[0] == "conv1"
    assert torch.equal(torch.get_rng_state(), before)
    assert generated() <= loaded


def generated() -> set[str]:
    """The sources that are loaded as modules."""
    return {name for name in sys.modules if name.startswith("dlstudio_generated")}


def test_without_data_it_says_what_to_do(opened: Opener, qtbot: Any) -> None:
    hand = opened("input 8 > fc 4 > relu > output")
    hand.window.preview._said = "off"
    hand.key(Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert not hand.window.preview.busy
    assert hand.window.canvas.glow is not None
    assert hand.window.canvas.glow.origin == LACKS


def test_code_of_the_project_runs_only_where_it_is_allowed() -> None:
    project = replace(
        dl.line("input 1x28x28 > custom > flatten > fc 10 > output"),
        data=Frozen({"source": Frozen({"kind": "MNIST", "size": 40})}),
    )
    plan = examine(project).plans["model"]
    for allowed in (False, True):
        worker = Worker(DataReader())
        asked = worker.newest = Asked(project, plan, None, allowed)
        found = worker(asked)
        assert ("flatten1" in found.sketches) == allowed, found
        assert not found.troubles
