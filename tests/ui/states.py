"""States: what the window can be brought into before a picture of it is taken, by mouse and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic, sleep

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu, QWidget

import dlstudio as dl
from dlstudio.core import edits, grouping, sheets
from dlstudio.core.document import Frame, Point, Project, Rect
from dlstudio.core.templates import template
from dlstudio.ui.ask import Ask
from dlstudio.ui.files.question import Answer, Question
from dlstudio.ui.session import Choice
from tests.ui.hand import CONTROL, Hand

LONG = "a name that somebody gave it who wanted to be understood by all"
OWN = """import torch
from torch import nn


class Gate(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * torch.sigmoid(x)
"""
PATIENCE = 60.0
"""How many seconds a training may take to show something."""
SEEN = 200
"""How many steps of it are waited for."""


@dataclass(frozen=True, slots=True)
class State:
    """A project, and what is done with the window before the picture; where that gives a widget back, it is drawn."""

    name: str
    project: Callable[[], Project]
    act: Callable[[Hand], QWidget | None]


def settle(seconds: float) -> None:
    """Lets the window go on."""
    end = monotonic() + seconds
    while monotonic() < end:
        QApplication.processEvents()
        sleep(0.005)


def _lenet() -> Project:
    return template("lenet5")


def _named() -> Project:
    """Long names and shapes of many sides."""
    line = "input 128x256x128x256x128x256 > relu > flatten > fc 1000000 > fc 10"
    project = edits.rename(dl.line(line), "model", "linear1", LONG[:60])
    return edits.annotate(project, "model", "flatten1", f"{LONG}, and so it is a long note. " * 3)


def _marked() -> Project:
    """Frames around rows of nodes, and notes beside them."""
    project = sheets.put_frames(_lenet(), "model", {"frame1": Frame("Features", Rect(-20, -40, 640, 130), "#3fb68b")})
    note = Frame("The last layer gives a score for each digit; the largest is the answer.", Rect(420, 420, 200, 72))
    return sheets.put_notes(project, "model", {"note1": note})


def _wrong() -> Project:
    """A page of issues."""
    project = dl.line("input 3x32x32 > " + " > ".join(["conv 64 3x3"] * 2) + " > fc 10")
    for i in range(40):
        project = edits.add(project, "model", edits.new_node(project.networks["model"], "Linear"), Point(200 * i, 400))
    return project


def _deep() -> Project:
    """Blocks in blocks."""
    project, node = dl.line("input 3x32x32 > conv 8 > relu > fc 10"), "relu1"
    for i in range(7):
        project, node = grouping.group(project, "model", [node], f"Depth{i} of blocks")
    return project


def erroneous() -> Project:
    """LeNet-5 with mistakes that beginners make."""
    project = edits.remove(_lenet(), "model", ["flatten"], heal=True)
    project = edits.put(project, "model", "conv2", kernel_size=(15, 15))
    return edits.mute(project, "model", ["act3"], True)


def _own() -> Project:
    return edits.put(dl.line("input 4 > custom > fc 2"), "model", "custom1", code=OWN)


def _nothing(hand: Hand) -> None:
    return None


def _do(name: str, *typed: str) -> Callable[[Hand], None]:
    """Does an action, and types something where the keys are then."""

    def act(hand: Hand) -> None:
        hand.window.do(name)
        settle(0.05)
        for text in typed:
            hand.type(text)

    return act


def _choose(*nodes: str, then: Callable[[Hand], QWidget | None] = _nothing) -> Callable[[Hand], QWidget | None]:
    def act(hand: Hand) -> QWidget | None:
        hand.window.session.choose(Choice(frozenset(nodes)))
        return then(hand)

    return act


def _search(hand: Hand) -> None:
    hand.hover(hand.canvas.camera.to_scene(300, 200))
    hand.key(Qt.Key.Key_Tab)
    hand.type("conv")


def _pull(hand: Hand) -> None:
    end = hand.canvas.camera.to_scene(hand.canvas.width() - 140, hand.canvas.height() - 140)
    hand.drag(hand.out("fc3"), end)


def _type(text: str) -> Callable[[Hand], None]:
    def act(hand: Hand) -> None:
        hand.key(Qt.Key.Key_Slash)
        hand.type(text)

    return act


def _keyboard(hand: Hand) -> QWidget:
    hand.window.do("keyboard")
    settle(0.05)
    return next(w for w in QApplication.topLevelWidgets() if w.windowTitle() == "Keyboard" and w.isVisible())


def _say(kind: str, text: str, offer: str = "") -> Callable[[Hand], None]:
    return lambda hand: hand.window.tell(text, kind, offer=offer)  # type: ignore[arg-type]


def _recover(hand: Hand) -> None:
    answers = (Answer("Recover"), Answer("Discard"), Answer("Decide later"))
    text = "digits.dls has changes of yesterday 14:05 that were not saved before the program ended."
    Question(hand.window, "Recover unsaved work?", text, answers)


def _ask(hand: Hand) -> None:
    Ask(
        hand.canvas, "Name of the network", "model", lambda _: None, wrong=lambda _: "There is a network model already."
    )


def _badge(hand: Hand) -> None:
    box = hand.canvas.scene.rect("conv2")
    hand.click(Point(box.x + box.width - 3, box.y))


def _menu(title: str) -> Callable[[Hand], QWidget]:
    def act(hand: Hand) -> QWidget:
        bar = hand.window.header.menus
        menu = next(menu for menu in bar.findChildren(QMenu) if menu.title() == title)
        menu.popup(QPoint(0, 0))
        return menu

    return act


def _context(hand: Hand) -> QWidget:
    hand.window.session.choose(Choice(frozenset(["conv2"])))
    menu = hand.window.commands.context("node", QPoint(0, 0))
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    return menu


def _train(hand: Hand) -> None:
    hand.window.arrange("Train")
    hand.key(Qt.Key.Key_F5)
    end = monotonic() + PATIENCE
    while hand.window.runner.step < SEEN and hand.window.runner.alive and monotonic() < end:
        settle(0.02)


def _trained(hand: Hand) -> None:
    _train(hand)
    hand.window.runner.stop()
    end = monotonic() + PATIENCE
    while hand.window.runner.alive and monotonic() < end:
        settle(0.02)


def _weights(hand: Hand) -> None:
    hand.window.session.choose(Choice(frozenset(["conv2"])))
    page = hand.window.panels["inspector"]
    section = page.page.weights  # type: ignore[attr-defined]
    section.head.setChecked(True)
    end = monotonic() + PATIENCE
    while not section.answer.portraits and monotonic() < end:
        settle(0.02)
    settle(0.2)
    page.view.ensureWidgetVisible(section, 0, 0)  # type: ignore[attr-defined]
    bar = page.view.verticalScrollBar()  # type: ignore[attr-defined]
    bar.setValue(bar.maximum())


def _inspect(hand: Hand) -> None:
    hand.window.arrange("Inspect")
    settle(0.5)


def _enter(hand: Hand) -> None:
    for _ in range(7):
        session = hand.window.session
        session.enter(next(node for node, it in session.state.network.nodes.items() if it.kind == "Block"))
    hand.canvas.fit()


def _find(hand: Hand) -> None:
    hand.key(Qt.Key.Key_F, CONTROL)
    hand.type("e")


def _code(hand: Hand) -> None:
    hand.window.document.code_bar.show_code()  # type: ignore[union-attr]


def states() -> Iterator[State]:
    """All of them."""
    yield State("cheat-sheet", _lenet, _do("cheat-sheet"))
    yield State("command-palette", _lenet, _do("palette", "con"))
    yield State("key-editor", _lenet, _keyboard)
    yield State("search", _lenet, _search)
    yield State("offers", _lenet, _pull)
    yield State("ghosts", _lenet, _type("conv 64 3x3 > relu"))
    yield State("line-wrong", _lenet, _type("fc 10 > nonsense 3 > relu"))
    yield State("toast", _lenet, _say("warn", "digits.dls is open in another window of dlstudio too.", "undo"))
    yield State("toast-long", _lenet, _say("bad", f"{LONG}, " * 4))
    yield State("ask", _lenet, _ask)
    yield State("recover", _lenet, _recover)
    yield State("export", _lenet, _do("export"))
    yield State("mishap", _lenet, _do("about"))
    yield State("layer-help", _lenet, _choose("conv2", then=_do("layer-help")))
    yield State("code-bar", _own, _nothing)
    yield State("code-shown", _own, _code)
    yield State("explain", erroneous, _badge)
    yield State("menu-edit", _lenet, _menu("Edit"))
    yield State("menu-view", _lenet, _menu("View"))
    yield State("context", _lenet, _context)
    yield State("long", _named, _choose(LONG[:60]))
    yield State("long-note", _named, _choose("flatten1"))
    yield State("marks", _marked, _nothing)
    yield State("issues", _wrong, _nothing)
    yield State("one", lambda: dl.line("input 3x32x32"), _choose("input"))
    yield State("several", _lenet, _choose("conv1", "conv2", "fc1"))
    yield State("deep", _deep, _enter)
    yield State("palette", _lenet, _find)
    yield State("recurrent", lambda: template("lstm_classifier"), _choose("lstm"))
    yield State("inspect", _lenet, _inspect)
    yield State("weights", _lenet, _weights)
    yield State("training", _lenet, _train)
    yield State("trained", _lenet, _trained)
