"""A small project beside its run, and the dialog over it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dlstudio as dl
from dlstudio.catalog.formats import formats
from dlstudio.core.frozen import Frozen
from dlstudio.ui.errand import THREAD
from dlstudio.ui.exporting.dialog import ExportDialog
from dlstudio.ui.exporting.proof import Proof
from tests.ui.conftest import Opener
from tests.ui.hand import Hand

LOADING = 120_000
"""Milliseconds in which torch is loaded and a small file written on any machine."""


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with xor.dls and a run of it, whose first checkpoint is the best."""
    folder = tmp_path_factory.mktemp("xor")
    project = dl.template("xor")
    dl.save(project, folder / "xor.dls")
    run = dl.train(project, runs=folder / "runs", steps=4)
    first = run.path / "checkpoints" / "000001-step-1" / "manifest.json"
    first.write_text(json.dumps({**json.loads(first.read_text()), "best": True}))
    return folder


@pytest.fixture(autouse=True)
def nothing_goes_on() -> Iterator[None]:
    """No thread outlives a test."""
    yield
    assert not [thread for thread in threading.enumerate() if thread.name == THREAD]


@pytest.fixture
def hand(opened: Opener, trained: Path) -> Hand:
    """A window on the project that was trained."""
    return opened(dl.load(trained / "xor.dls"), path=trained / "xor.dls")


def dialog(hand: Hand, qtbot: Any, how: str = "export") -> ExportDialog:
    """Opens it, and waits until it knows the runs."""
    if how:
        hand.window.do(how)
    found = over(hand)
    qtbot.waitUntil(lambda: not found.finding.busy, timeout=LOADING)
    return found


def over(hand: Hand) -> ExportDialog:
    return next(each for each in hand.window.findChildren(ExportDialog) if each.isVisible())


def is_open(hand: Hand) -> bool:
    return any(each.isVisible() for each in hand.window.findChildren(ExportDialog))


def choose(hand: Hand, found: ExportDialog, kind: str, file: Path) -> None:
    """Clicks a format, and types the file."""
    assert formats[kind]
    hand.press(found.choosing.cards.cards[kind])
    line = found.choosing.target.line
    line.setFocus()
    line.selectAll()
    hand.type(str(file), line)


def written(hand: Hand, found: ExportDialog, qtbot: Any) -> Proof:
    """Presses Export, and waits for the certificate."""
    hand.press(found.choosing.export)
    qtbot.waitUntil(lambda: found.errand is None, timeout=LOADING)
    page = found.pages.currentWidget()
    assert isinstance(page, Proof), found.choosing.strip.text.text()
    return page


def texts(page: Any) -> str:
    """All that is to be read on a page."""
    from PySide6.QtWidgets import QLabel

    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


__all__ = ["Frozen", "choose", "dialog", "is_open", "over", "texts", "written"]
