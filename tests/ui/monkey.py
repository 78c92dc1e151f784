"""Monkey: seeded random gestures with the mouse and the keys, as somebody who tries everything makes them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from dlstudio.core.document import Point
from dlstudio.ui.canvas.explain import Explain
from dlstudio.ui.canvas.scene import Spot
from dlstudio.ui.canvas.writing import Writing
from tests.ui.hand import ALT, CONTROL, FREE, MIDDLE, SHIFT, Hand

KEYS = (
    (Qt.Key.Key_Z, CONTROL), (Qt.Key.Key_Z, CONTROL), (Qt.Key.Key_Z, CONTROL | SHIFT), (Qt.Key.Key_Delete, FREE),
    (Qt.Key.Key_Backspace, FREE), (Qt.Key.Key_D, CONTROL), (Qt.Key.Key_C, FREE), (Qt.Key.Key_C, SHIFT),
    (Qt.Key.Key_M, FREE), (Qt.Key.Key_L, FREE), (Qt.Key.Key_L, SHIFT), (Qt.Key.Key_L, ALT), (Qt.Key.Key_A, ALT),
    (Qt.Key.Key_W, ALT), (Qt.Key.Key_H, ALT | SHIFT), (Qt.Key.Key_V, ALT | SHIFT), (Qt.Key.Key_J, CONTROL | SHIFT),
    (Qt.Key.Key_A, CONTROL), (Qt.Key.Key_A, CONTROL | SHIFT), (Qt.Key.Key_F, FREE), (Qt.Key.Key_1, CONTROL),
    (Qt.Key.Key_1, FREE), (Qt.Key.Key_Left, FREE), (Qt.Key.Key_Right, FREE), (Qt.Key.Key_Up, SHIFT),
    (Qt.Key.Key_Down, FREE), (Qt.Key.Key_M, SHIFT), (Qt.Key.Key_Escape, FREE),
)  # fmt: skip
MOST = 40
"""With more nodes than this it takes some away."""


class Monkey:
    """Makes one random gesture after another."""

    def __init__(self, hand: Hand, seed: int) -> None:
        self.hand, self.dice = hand, Random(seed)
        self.done: list[str] = []
        self.ways: tuple[tuple[int, Callable[[], None]], ...] = (
            (6, self.drag), (3, self.click), (1, self.twice), (6, self.key), (1, self.wheel), (1, self.lasso),
            (1, self.mark),
        )  # fmt: skip

    def go(self) -> None:
        """One gesture."""
        self._tidy_up()
        weights = [weight for weight, _ in self.ways]
        (way,) = self.dice.choices([way for _, way in self.ways], weights)
        self.done.append(way.__name__)
        way()

    def _tidy_up(self) -> None:
        """Keeps the network on the screen and small, and nothing open over it."""
        canvas, session = self.hand.canvas, self.hand.window.session
        for open_ in canvas.findChildren(Writing):
            if open_.isVisible():
                self.hand.key(Qt.Key.Key_Escape, widget=open_)
        if len(session.state.trail) > 1:
            session.leave(1)
        canvas.setFocus()
        if len(self.hand.nodes) > MOST:
            self.hand.key(Qt.Key.Key_A, CONTROL)
            self.hand.key(Qt.Key.Key_Delete)
            while len(self.hand.nodes) < 4 and session.state.history.undo_label:
                session.undo()
        if not 0.3 < canvas.camera.zoom < 2 or not any(True for _ in canvas.scene.nodes_in(canvas.seen)):
            canvas.fit()

    def place(self) -> Point:
        """Somewhere on the canvas: on a node, a port, a wire, a mark's edge or title, or anywhere."""
        scene, dice, canvas = self.hand.canvas.scene, self.dice, self.hand.canvas
        seen = canvas.seen
        spots = [spot for node in scene.nodes_in(seen) for spot in scene.spots(node)]
        boxes = [scene.boxes[node] for node in scene.nodes_in(seen)]
        marks = [mark.rect for mark in (*scene.frames.values(), *scene.notes.values())]
        anywhere = Point(seen.x + dice.random() * seen.width, seen.y + dice.random() * seen.height)
        found = [anywhere]
        if spots:
            spot: Spot = dice.choice(spots)
            found += [scene.port(spot)] * 3
        if boxes:
            box = dice.choice(boxes)
            found += [Point(box.x + box.width / 2, box.y + 12)] * 3
            found += [Point(box.x + box.width - 2, box.y - 2)]
        if scene.wires:
            found += [scene.curve(dice.choice(sorted(scene.wires))).middle] * 2
        if marks:
            rect = dice.choice(marks)
            found += [Point(rect.x + 20, rect.y + 12), Point(rect.x + rect.width, rect.y + rect.height)]
        found += [dice.choice(points) for wire, points in scene.bends.items() if wire in scene.wires][:1]
        return self._inside(dice.choice(found))

    def _inside(self, place: Point) -> Point:
        """The place, or the nearest that can be pressed on the canvas."""
        pixel, canvas = self.hand.canvas.pixel(place), self.hand.canvas
        x, y = min(max(pixel.x(), 24), canvas.width() - 24), min(max(pixel.y(), 24), canvas.height() - 24)
        return canvas.camera.to_scene(x, y)

    def free(self, place: Point) -> bool:
        """Whether the canvas itself is what lies under a place."""
        canvas = self.hand.canvas
        return canvas.childAt(QPoint(*map(round, canvas.camera.to_screen(place)))) is None

    def drag(self) -> None:
        start, *ways = (self.place() for _ in range(self.dice.randint(2, 4)))
        keys = self.dice.choice((FREE, FREE, FREE, FREE, SHIFT, CONTROL, ALT, CONTROL | SHIFT))
        button = MIDDLE if self.dice.random() < 0.05 else Qt.MouseButton.LeftButton
        if not self.free(start):
            return
        stops = self.dice.random() < 0.2
        self.hand.drag(start, *ways, keys=keys, button=button, release=not stops)
        if stops:
            self.hand.key(Qt.Key.Key_Escape, widget=self.hand.canvas)
            self.hand.release(ways[-1], keys, button)

    def click(self) -> None:
        place = self.place()
        if self.free(place):
            self.hand.click(place, self.dice.choice((FREE, FREE, SHIFT, CONTROL)))
        told = [each for each in self.hand.canvas.findChildren(Explain) if each.isVisible()]
        if told and self.dice.random() < 0.5:
            for button in told[0].findChildren(QPushButton)[:1]:
                self.hand.press(button)

    def twice(self) -> None:
        place = self.place()
        if self.free(place) and self._holds(place):
            self.hand.double_click(place)

    def _holds(self, place: Point) -> bool:
        """Whether something lies there (a double-click on the empty is for adding)."""
        scene = self.hand.canvas.scene
        return bool(scene.node_at(place) or scene.wire_at(place, 5))

    def key(self) -> None:
        self.hand.key(*self.dice.choice(KEYS), widget=self.hand.canvas)

    def wheel(self) -> None:
        self.hand.wheel(self.place(), self.dice.choice((-2, -1, 1, 2)), self.dice.choice((FREE, SHIFT)))

    def lasso(self) -> None:
        QTest.keyPress(self.hand.canvas, Qt.Key.Key_Q)
        self.drag()
        QTest.keyRelease(self.hand.canvas, Qt.Key.Key_Q)

    def mark(self) -> None:
        """A frame around what is selected, or a note."""
        scene = self.hand.canvas.scene
        if len(scene.frames) + len(scene.notes) < 8:
            self.hand.key(*self.dice.choice(((Qt.Key.Key_J, CONTROL), (Qt.Key.Key_N, FREE))), widget=self.hand.canvas)
            if self.dice.random() < 0.7:
                for open_ in self.hand.canvas.findChildren(Writing):
                    if open_.isVisible():
                        self.hand.type("words", widget=open_)
                        self.hand.key(Qt.Key.Key_Return, CONTROL, widget=open_)
