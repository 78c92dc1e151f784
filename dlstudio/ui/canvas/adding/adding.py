"""Adding: brings nodes onto a canvas: from the palette, by the search at the cursor, from a wire, by a typed line."""

from collections.abc import Callable, Collection

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from dlstudio.core.document import Point, Wire
from dlstudio.core.issue import ProjectProblem
from dlstudio.ui.canvas.adding.bar import Bar
from dlstudio.ui.canvas.adding.build import beside, follow, on_wire, placed, put_between
from dlstudio.ui.canvas.adding.completion import Completion, complete
from dlstudio.ui.canvas.adding.empty import Empty
from dlstudio.ui.canvas.adding.entry import Entry
from dlstudio.ui.canvas.adding.fitting import warm
from dlstudio.ui.canvas.adding.ghosts import Ghosts
from dlstudio.ui.canvas.adding.library import library
from dlstudio.ui.canvas.adding.next_step import NextStep
from dlstudio.ui.canvas.adding.offers import Offer, Offers
from dlstudio.ui.canvas.adding.popup import Popup
from dlstudio.ui.canvas.adding.room import arrived, cards
from dlstudio.ui.canvas.adding.sight import Ground, Sight
from dlstudio.ui.canvas.adding.trial import Trial
from dlstudio.ui.canvas.adding.typed import last, typed
from dlstudio.ui.canvas.camera import Camera
from dlstudio.ui.canvas.curve import curve
from dlstudio.ui.canvas.marks import grip_at
from dlstudio.ui.canvas.plane import around
from dlstudio.ui.canvas.scene import Spot
from dlstudio.ui.mishap import guarded
from dlstudio.ui.session import State


class Adding(QObject):
    """Hears what of the mouse and the keys of a canvas asks for new nodes."""

    def __init__(self, ground: Ground, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.ground, self.canvas, self.session = ground, canvas, ground.session
        self.popup: Popup | None = None
        self.ghosts = Ghosts(ground, canvas)
        self.bar = Bar(canvas, read=self._read, build=self._build, complete=self._complete, leave=self._left)
        self.sight = Sight(ground, canvas, self.bar)
        self.before: Camera | None = None
        self.empty = Empty(canvas)
        self.next = NextStep(canvas, self.session)
        self._tried: tuple[object, ...] = ()
        self._trial: Trial | None = None
        canvas.installEventFilter(self)
        end = self.session.listen(self._on_state)
        canvas.destroyed.connect(end)
        self._learning = QTimer(self, interval=0)
        self._learning.timeout.connect(self._learn)
        self._learning.start(20)
        self._show_empty()

    def _learn(self) -> None:
        """Learns a little whenever there is nothing else to do, so that the first question is answered at once."""
        if not library().learn() and not warm():
            self._learning.stop()

    def _on_state(self, old: State, new: State) -> None:
        self._show_empty()
        if old.trail == new.trail and self.ground.calm and (rects := arrived(old, new)):
            self.sight.reveal(around(rects))

    def _ghost(self, trial: Trial | None, wire: Wire | None = None) -> None:
        self.ghosts.show_trial(trial, wire)
        self._show_empty()

    def _show_empty(self) -> None:
        busy = self.popup is not None or self.ghosts.isVisible()
        self.next.show_state(self.session.state, busy=busy)
        self.empty.show_if(not self.session.state.network.nodes and not busy)

    # What the canvas hears

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Resize:
            self.ghosts.resize(self.canvas.size())
            self.bar.place()
            self._show_empty()
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab:
            return self._tab(event)
        elif kind == QEvent.Type.MouseButtonDblClick and isinstance(event, QMouseEvent):
            return self._double_click(event)
        return False

    def _tab(self, event: QKeyEvent) -> bool:
        """Into the block that is selected, else the search."""
        if event.modifiers():
            return False
        one = self.session.state.one
        if one is None or not self.session.enter(one.id):
            self.search()
        return True

    def _double_click(self, event: QMouseEvent) -> bool:
        scene, zoom = self.ground.scene, self.ground.camera.zoom
        at = self.ground.camera.to_scene(event.position().x(), event.position().y())
        hit = scene.node_at(at) or scene.spot_at(at, 9 / zoom) or scene.wire_at(at, 6 / zoom)
        if hit or grip_at(scene, at, zoom) or event.button() != Qt.MouseButton.LeftButton:
            return False
        self.search(at)
        return True

    # The search at the cursor

    def search(self, at: Point | None = None) -> None:
        """Opens the search at a place, or at the mouse; what is added goes behind what is selected, if it fits."""
        state = self.session.state
        spot = None if at else self._loose_end(state)
        place = at or self.ground.pointed or self.sight.middle
        offers = Offers(state, self.ground.scene, self.ground.room, spot, None if spot else place, strict=False)
        self._open(offers, self._below(spot.node) if spot else place)

    def offer(self, spot: Spot, at: Point) -> None:
        """Opens the search where a wire was let go: only what fits the port, wired to it."""
        state = self.session.state
        self._open(Offers(state, self.ground.scene, self.ground.room, spot, at, strict=True), at)

    def _loose_end(self, state: State) -> Spot | None:
        node = last(state) if state.choice.nodes else ""
        outs = self.ground.scene.cards[node].outs if node in self.ground.scene.cards else ()
        return Spot(node, outs[0].name, True) if outs else None

    def _below(self, node: str) -> Point:
        box = self.ground.scene.rect(node)
        return Point(box.x, box.y + box.height + 8)

    def _open(self, offers: Offers, shown_at: Point) -> None:
        if self.popup:
            self.popup.done()
        self.ground.told()
        self.popup = Popup(self.canvas, self.ground.theme, offers, self._take)
        self.popup.closed.connect(self._closed)
        self._show_empty()
        pixel = self.ground.camera.to_screen(shown_at)
        self.popup.open(QPoint(round(pixel.x), round(pixel.y)))

    def _closed(self) -> None:
        self.popup = None
        self._show_empty()

    def _take(self, offers: Offers, offer: Offer) -> None:
        """Adds what was offered: as it was typed, wired to the port, behind what is selected, or at the place."""
        state, scene = self.session.state, self.ground.scene
        if offer.trial:
            self._do(offer.trial)
        elif offer.entry and offers.spot and offers.strict:
            self._do(beside(state, scene, offer.entry, offers.spot, offers.at))
        elif offer.entry and offers.spot:
            self.add(offer.entry)
        elif offer.entry:
            self._do(placed(state, scene, offer.entry, offers.at or self.sight.middle))

    # The palette

    def add(self, entry: Entry) -> None:
        """Adds an entry behind what is selected, or in the middle of the view."""
        self._do(follow(self.session.state, self.ground.scene, entry, self.sight.middle))

    def place_at(self, pixel: QPoint) -> Point | None:
        """The place on the canvas under a pixel of the screen, or None where something else is."""
        at = self.canvas.mapFromGlobal(pixel)
        return self.ground.camera.to_scene(at.x(), at.y()) if self.canvas.rect().contains(at) else None

    def hover(self, entry: Entry, at: Point | None) -> str:
        """Shows an entry where it would be dropped, and says what stands against it; None is off the canvas."""
        trial, wire = self._dropped(entry, at) if at else (None, None)
        self._ghost(trial, wire)
        return trial.reason if trial else ""

    def give_up(self) -> None:
        """Nothing is pulled any more."""
        self._ghost(None)

    def drop(self, entry: Entry, at: Point) -> None:
        """Adds an entry at a place, or between the ends of a wire that is there."""
        trial, wire = self._dropped(entry, at)
        self._ghost(None)
        self._do(placed(self.session.state, self.ground.scene, entry, at) if wire and trial.reason else trial)
        self.canvas.setFocus()

    def _dropped(self, entry: Entry, at: Point) -> tuple[Trial, Wire | None]:
        state, scene = self.session.state, self.ground.scene
        wire = scene.wire_at(at, 24) if scene.node_at(at) is None else None
        if wire:
            return self._once((entry, wire), lambda: on_wire(state, scene, entry, wire)), wire
        self._tried, self._trial = (), placed(state, scene, entry, at, self._trial)
        return self._trial, None

    def _once(self, key: tuple[object, ...], make: Callable[[], Trial]) -> Trial:
        """A trial that is looked at again and again while the mouse moves, made once."""
        if self._trial is None or self._trial.state is not self.session.state or key != self._tried:
            self._tried, self._trial = key, make()
        return self._trial

    # A node that is there already, moved onto a wire

    def land(self, nodes: Collection[str], *, done: bool) -> str:
        """Lights the wire that a moved node would go between, and puts it there at the end; says why it does not go."""
        node = next(iter(nodes)) if len(nodes) == 1 else ""
        wire = self._over(node) if node else None
        trial = put_between(self.session.state, self.ground.scene, node, wire) if wire else None
        if done or trial is None:
            self._ghost(None)
        else:
            self.ghosts.light(wire, bad=bool(trial.reason))
        if done and trial and not trial.reason:
            self.session.amend(lambda _: trial.project)
        return trial.reason if trial else ""

    def _over(self, node: str) -> Wire | None:
        """The wire on which a node lies that is wired to nothing yet."""
        network, scene = self.session.state.network, self.ground.scene
        if network.inbound.get(node) or network.outbound.get(node):
            return None
        box = scene.rect(node)
        middle = Point(box.x + box.width / 2, box.y + box.height / 2)
        ways = {wire: curve(*scene.wires[wire], cards(scene, [node])) for wire in scene.wires_in(box)}
        near = [wire for wire, way in ways.items() if way.distance(middle) <= box.height / 2]
        return min(near, key=lambda wire: ways[wire].distance(middle), default=None)

    # The typed line

    def type(self) -> None:
        """Goes to the type-to-build line."""
        self.bar.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _complete(self, text: str) -> Completion:
        return complete(text, self.session.state.project, self.session.state.network)

    def _read(self, text: str) -> str:
        """Shows what a line would add; gives back what is wrong with it."""
        if not text.strip():
            self._left()
            return ""
        try:
            trial = self._typed(text)
        except ProjectProblem as problem:
            return str(problem)
        self._ghost(trial)
        self._make_visible(trial)
        return ""

    def _typed(self, text: str) -> Trial:
        state = self.session.state
        return typed(state, self.ground.scene, text, self.ground.room, after=last(state))

    def _build(self, text: str) -> bool:
        try:
            trial = self._typed(text)
        except ProjectProblem:
            return False
        self.before = None
        self._do(trial)
        return True

    def _left(self) -> None:
        self._ghost(None)
        if self.before:
            self.ground.glide(self.before)
            self.before = None

    def _make_visible(self, trial: Trial) -> None:
        """Moves the view so that the ghosts are seen, with what they hang on."""
        rects, anchor = [*trial.rects.values()], last(trial.state)
        if rects and not self.sight.holds(around(rects)):
            self.before = self.before or self.ground.camera
            boxes = self.ground.scene.boxes
            self.sight.fit([*rects, boxes[anchor]] if anchor in boxes else rects)

    # Doing it

    def _do(self, trial: Trial) -> None:
        """Makes what was tried one step of the history; what is new is selected and seen."""
        self._ghost(None)
        known = trial.known if len(trial.state.trail) == 1 else None
        self.session.do(trial.label, lambda _: trial.project, choose=trial.new, known=known)
        if trial.new:
            self.sight.reveal(around(self.ground.scene.rect(node) for node in trial.new))
            self._explain(trial.new)

    def _explain(self, nodes: Collection[str]) -> None:
        """Says at the first of some nodes that is wrong, or else behind them, what helps."""
        here, leaving = self.session.state.issues_here, self.session.state.network.outbound
        behind = (wire.target for node in nodes for wire in leaving.get(node, ()))
        wrong = next((n for n in (*nodes, *behind) if any(issue.severity == "error" for issue in here.get(n, ()))), "")
        if wrong:
            self.ground.explain(wrong)
