"""Steady: the frame of a panel, and what it tells of the room that is needed."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QPushButton

from dlstudio.ui.steady import Steady
from tests.ui.conftest import Opener, lenet


def test_what_a_panel_says_of_its_least_size_counts_and_not_that_of_its_words(qapp: QApplication) -> None:
    inside = QPushButton("Words that take a lot of room")
    frame = Steady(inside)
    wide = inside.minimumSizeHint()
    assert frame.minimumSizeHint() == wide
    inside.setMinimumWidth(40)
    QApplication.processEvents()
    assert (frame.minimumSizeHint().width(), frame.minimumSizeHint().height()) == (40, wide.height())
    frame.deleteLater()


def test_a_frame_needs_as_much_while_what_is_in_it_is_laid_aside(qapp: QApplication) -> None:
    inside = QPushButton("Words that take a lot of room")
    frame = Steady(inside)
    needs = frame.sizeHint(), frame.minimumSizeHint()
    frame.lay_aside()
    frame.lay_aside()
    assert inside.parentWidget() is None
    inside.setMinimumSize(900, 900)
    assert (frame.sizeHint(), frame.minimumSizeHint()) == needs
    frame.take_back()
    assert inside.parentWidget() is frame
    assert frame.minimumSizeHint() == inside.minimumSize()
    frame.deleteLater()


def test_no_panel_of_a_training_makes_the_window_wider(opened: Opener) -> None:
    hand = opened(lenet())
    hand.window.arrange("Train")
    hand.settle()
    for name, dock in hand.window.docks.items():
        if dock.area == "bottom" and not dock.isHidden():
            dock.raise_()
            hand.settle()
            QApplication.processEvents()
            assert (name, hand.window.width()) == (name, 1280)
