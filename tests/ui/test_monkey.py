"""The whole window under random hands: whatever is pressed, typed and pulled, nothing breaks and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QKeyCombination, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QMenu, QToolButton, QWidget
from pytestqt.exceptions import capture_exceptions

from dlstudio.core.document import Project
from dlstudio.core.files import dumps, loads
from dlstudio.ui.actions.keys import Keys
from dlstudio.ui.app import desk
from dlstudio.ui.errand import under_way
from dlstudio.ui.files import dialogs
from tests.ui.conftest import Opener
from tests.ui.hand import CONTROL, FREE, RIGHT, SHIFT, Hand
from tests.ui.monkey import Monkey
from tests.ui.scenes import agrees

LEFT_ALONE = (
    "new", "new-window", "open", "close", "quit", "train", "step", "restart", "resume", "letters-larger",
    "letters-smaller",
)  # fmt: skip
"""What would end the game, open a system's window, load torch, or (the letters) hold for every later test."""
WORDS = ("conv", "relu", "fc 10", "input 8 > fc 4", "3", "7x7", "-1", "0.5", "abc", "x" * 40, "model", "1e9", "")
LONG = ("lenet5", "inception", "residual20", "gpt", "small_unet", "lstm_by_hand", "gan", "siamese", "xor", "unet")
SOME = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space)


class Visitor(Monkey):
    """Works the whole window: canvas, panels, menus, palettes and whatever else can be pressed."""

    def __init__(self, hand: Hand, seed: int) -> None:
        super().__init__(hand, seed)
        hand.steps = 3
        commands = hand.window.commands
        assert isinstance(commands, Keys)
        for name in LEFT_ALONE:
            commands.actions[name] = replace(commands.actions[name], run=lambda _: None)
        self.shortcuts = [key for action in commands.actions.values() for key in action.keys]
        self.names = sorted(commands.actions)
        self.ways = (
            *self.ways, (6, self.poke), (8, self.shortcut), (4, self.write), (2, self.menu), (2, self.context),
            (2, self.find), (2, self.act), (2, self.history),
        )  # fmt: skip

    def go(self) -> None:
        super().go()
        self._one_window()

    def _tidy_up(self) -> None:
        if self.dice.random() < 0.3:  # else what was opened stays open for the next gesture
            while popup := QApplication.activePopupWidget():
                popup.close()
            self.hand.key(Qt.Key.Key_Escape)
            if len(self.hand.nodes) > 40 or self.dice.random() < 0.3:
                super()._tidy_up()

    def _one_window(self) -> None:
        """Windows that were opened on other documents go again."""
        for document in list(desk().documents):
            if document.window is not self.hand.window:
                document.session.was_saved(Path("nowhere.dls"))
                document.window.close()
        assert self.hand.window.isVisible()

    def _note(self, text: object) -> None:
        self.done[-1] += f"({text})"

    def drag(self) -> None:
        if self.hand.canvas.isVisible() and not QApplication.activePopupWidget():
            super().drag()

    def poke(self) -> None:
        """Presses a widget somewhere."""
        window = QApplication.activePopupWidget() or QApplication.activeModalWidget() or self.hand.window
        seen = [each for each in window.findChildren(QWidget) if each.isVisible() and each.isEnabled()]
        seen = [
            each for each in seen if not isinstance(each, QAbstractScrollArea) and min(each.width(), each.height()) > 2
        ]
        if seen:
            widget = self.dice.choice(seen)
            at = QPoint(self.dice.randrange(widget.width()), self.dice.randrange(widget.height()))
            self._note(f"{type(widget).__name__} {widget.accessibleName() or widget.objectName()}")
            keys = self.dice.choice((FREE, FREE, FREE, SHIFT, CONTROL))
            if (
                isinstance(widget, QToolButton) and widget.menu() is not None
            ):  # a press would not come back before the menu is gone
                widget.menu().popup(widget.mapToGlobal(at))
                self._choose(widget.menu())
                return
            QTest.mouseClick(widget, Qt.MouseButton.LeftButton, keys, at)
            QApplication.processEvents()

    def shortcut(self) -> None:
        """Keys of the table, wherever the keys go."""
        text = self.dice.choice(self.shortcuts)
        self._note(text)
        combination: QKeyCombination = QKeySequence(text)[0]  # type: ignore[index]
        self.hand.key(combination.key(), combination.keyboardModifiers())

    def write(self) -> None:
        """Types into whatever has the keys."""
        text = self.dice.choice(WORDS)
        self._note(f"{text} into {type(self.hand.focus).__name__}")
        self.hand.type(text)
        for _ in range(self.dice.randrange(3)):
            self.hand.key(self.dice.choice(SOME))

    def menu(self) -> None:
        """An entry of a menu, by the keys."""
        menus = [each for each in self.hand.window.header.menus.findChildren(QMenu) if each.isEnabled()]
        shown = self.dice.choice(menus)
        shown.popup(QPoint(100, 100))
        self._choose(shown)

    def context(self) -> None:
        """What the right button offers."""
        place = self.place()
        if self.free(place):
            self.hand.click(place, button=RIGHT)
            popup = QApplication.activePopupWidget()
            if isinstance(popup, QMenu):
                self._choose(popup)

    def _choose(self, menu: QMenu) -> None:
        for _ in range(self.dice.randint(1, 12)):
            self.hand.key(Qt.Key.Key_Down, widget=menu)
        chosen: QAction | None = menu.activeAction()
        self._note(chosen.text() if chosen else "")
        self.hand.key(self.dice.choice((Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Escape)), widget=menu)

    def find(self) -> None:
        """Something from the command palette, the search or the typed line."""
        self.hand.canvas.setFocus()
        key, keys = self.dice.choice(
            ((Qt.Key.Key_K, CONTROL), (Qt.Key.Key_A, SHIFT), (Qt.Key.Key_Slash, FREE), (Qt.Key.Key_F, CONTROL))
        )
        self.hand.key(key, keys)
        self.write()
        self.hand.key(Qt.Key.Key_Return)

    def act(self) -> None:
        """Any action of the table, as the command palette does it."""
        name = self.dice.choice(self.names)
        self._note(name)
        self.hand.window.do(name)

    def history(self) -> None:
        """Some steps back, and perhaps some forth."""
        for _ in range(self.dice.randint(1, 8)):
            self.hand.window.do("undo")
        for _ in range(self.dice.randint(0, 8)):
            self.hand.window.do("redo")


def visit(hand: Hand, seed: int, count: int) -> None:
    """So many gestures, after every fifty of which all agrees; then all the way back, and forth again."""
    first, one = hand.window.session.state.project, Visitor(hand, seed)
    for number in range(count):
        with capture_exceptions() as raised:
            one.go()
        assert not raised, f"seed {seed}, gesture {number}, after {one.done[-8:]}: {raised}"
        if number % 50 == 49:
            agrees(hand)
            check(hand, first)
    walk(hand, lambda: hand.window.session.state.history.undo_label, "undo")
    assert hand.window.session.state.project is root(hand)
    agrees(hand)
    walk(hand, lambda: hand.window.session.state.history.redo_label, "redo")
    agrees(hand)
    rest(hand)


def rest(hand: Hand) -> None:
    """What was begun ends here: a window where something is under way would ask before it goes."""
    hand.window.runner.join()
    if errand := under_way(hand.window):
        errand.join()


def check(hand: Hand, first: Project) -> None:
    """The document is what its history says, goes through a file unchanged, and the way back leads to the first."""
    project = hand.window.session.state.project
    assert root(hand) is first
    assert loads(dumps(project)) == project


def root(hand: Hand) -> Project:
    """The project before every step."""
    step = hand.window.session.state.history.now
    while step.before:
        step = step.before
    return step.project


def walk(hand: Hand, label: Callable[[], str | None], way: str) -> None:
    """As far as the history goes in one direction."""
    with capture_exceptions() as raised:
        while label():
            hand.window.do(way)
    assert not raised


@pytest.fixture(autouse=True)
def no_system_windows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Dialogs of the system are answered at once; every other document goes at the end."""
    monkeypatch.setattr(dialogs, "to_open", lambda *_: [])
    monkeypatch.setattr(dialogs, "to_save", lambda *_: tmp_path / "somewhere")
    yield
    QApplication.clipboard().clear()


def test_whatever_is_done_in_the_window_nothing_breaks(opened: Opener) -> None:
    visit(opened("lenet5"), seed=1, count=300)


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize(
    ("seed", "what"),
    list(enumerate(LONG)),
)
def test_whatever_is_done_for_long_in_the_window_nothing_breaks(opened: Opener, seed: int, what: str) -> None:
    visit(opened(what), seed=seed, count=1000)
