"""Lamp: shows on the canvas what a training does, calmly, and only while somebody can see it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer

from dlstudio.ui.glow.glow import Glow, NodeGlow
from dlstudio.ui.glow.reading import Reading, homes
from dlstudio.ui.glow.sketch import Sketch
from dlstudio.ui.glow.sketching import sketch
from dlstudio.ui.session import Session, State
from dlstudio.ui.settings import settings
from dlstudio.ui.viewing.viewing import Viewing

if TYPE_CHECKING:
    from dlstudio.training.questions.thumbs import Thumb, Thumbs

CALM = 2000
"""Milliseconds between two pictures."""
MOST = 64
"""For so many nodes tiny pictures are asked for."""
SETTING, OWNER = "activity", "canvas"


class Pane(Protocol):
    """The canvas, as far as it can glow."""

    def isVisible(self) -> bool: ...  # noqa: N802 - Qt's word

    def show_glow(self, glow: Glow | None) -> None:
        """Shows what nodes and wires do from now on, or only the document."""

    def in_sight(self) -> list[str]:
        """The nodes that are seen now."""


class Lamp(QObject):
    """Between what is seen of a run, and the canvas."""

    def __init__(self, session: Session, viewing: Viewing, pane: Pane, parent: QObject) -> None:
        super().__init__(parent)
        self.session, self.viewing, self.pane = session, viewing, pane
        self.wanted = bool(settings().value(SETTING, True, type=bool))
        self.preview: Glow | None = None
        """What is shown where no run is: sketches of a sample."""
        self._reading = Reading()
        self._sketches: dict[str, tuple[Thumb, Sketch]] = {}
        self._late = False
        self._at: int | None = None
        self._timer = QTimer(self, interval=CALM, singleShot=True)
        self._timer.timeout.connect(self._on_calm)
        viewing.listen(self._on_news)
        self._end = session.listen(self._on_state)

    def toggle(self) -> None:
        """Shows activity, or not, from now on."""
        self.wanted = not self.wanted
        settings().setValue(SETTING, self.wanted)
        self.draw()

    def show_preview(self, glow: Glow | None) -> None:
        """Sketches of a sample, for as long as there is no run to show."""
        self.preview = glow
        self.draw()

    @property
    def shines(self) -> bool:
        """Whether there is a run that belongs to what is on the canvas: it goes on, or the graph is still its own."""
        viewing = self.viewing
        return self.wanted and viewing.source is not None and (viewing.alive or not viewing.edited)

    def draw(self) -> None:
        """Shows what there is now."""
        self._late, self._at = False, self.viewing.at
        seen = self.shines and self.pane.isVisible()
        questions = self._questions() if seen else ()
        self.viewing.want(OWNER, questions=questions, looks=seen)
        glow = self._reading.read(self.viewing, self.session.state) if seen else None
        waits = seen and self.viewing.alive
        self.pane.show_glow(self._with_sketches(glow, questions) if glow else None if waits else self.preview)

    def stop(self) -> None:
        """The window closes."""
        self._timer.stop()
        self._end()

    def _on_news(self) -> None:
        """Draws when it has been calm for long enough, and at once where somebody moves the slider."""
        if self._timer.isActive() and self.viewing.at == self._at:
            self._late = True
        elif self.wanted:
            self.draw()
            self._timer.start()

    def _on_calm(self) -> None:
        if self._late:
            self.draw()
            self._timer.start()

    def _on_state(self, old: State, new: State) -> None:
        if old.project.networks is not new.project.networks or old.trail != new.trail:
            self._on_news()

    # Tiny pictures

    def _questions(self) -> "tuple[Thumbs, ...]":
        known = self.viewing.looks.nodes
        names = tuple(sorted(self._named(known).values())) if known else ()
        if not names:
            return ()
        from dlstudio.training.questions.thumbs import Thumbs

        return (Thumbs(names, network=self.session.state.trail[0].network),)

    def _named(self, known: tuple[str, ...]) -> dict[str, str]:
        """By node on the canvas the name of the module whose result is pictured; of a block's rounds, the last one."""
        state = self.session.state
        nodes: list[str] = list(state.network.nodes)
        if len(nodes) > MOST:
            nodes = self.pane.in_sight()[:MOST]
        return named(state, nodes, known)

    def _with_sketches(self, glow: Glow, questions: "tuple[Thumbs, ...]") -> Glow:
        answered = self.viewing.answer(questions[0]) if questions else None
        if answered is None or answered.value is None:
            return glow
        thumbs: Mapping[str, Thumb] = answered.value.thumbs
        found = dict(glow.nodes)
        for node, name in self._named(self.viewing.looks.nodes).items():
            if name in thumbs:
                found[node] = replace(found.get(node, NodeGlow()), sketch=self._sketch(name, thumbs[name]))
        return replace(glow, nodes=found)

    def _sketch(self, name: str, thumb: "Thumb") -> Sketch:
        kept = self._sketches.get(name)
        if kept is None or kept[0] is not thumb:
            kept = self._sketches[name] = thumb, sketch(thumb)
        return kept[1]


def named(state: State, nodes: list[str], known: tuple[str, ...]) -> dict[str, str]:
    """By node on the canvas the module whose result it shows: its own name behind the way through blocks."""
    stand = homes(state, known)
    way = [place.block for place in state.trail[1:]]
    roles = {name.split(".")[0] for name in known}
    network = state.trail[0].network
    found = {}
    for node in nodes:
        if node not in stand:
            if not way:
                found[node] = node  # an input, perhaps: the data itself
            continue
        first = known[stand[node][0]]
        parts = first.split(".")
        if parts[0] == network and network in roles and network not in state.network.nodes:
            parts = parts[1:]
        depth = sum(1 for _ in _until(parts, [*way, node]))
        found[node] = ".".join(parts[:depth])
    return found


def _until(parts: list[str], way: list[str]) -> list[str]:
    """The beginning of a name up to where a way through blocks ends in it; numbers of rounds lie in between."""
    left, found = list(way), []
    for part in parts:
        if not left:
            break
        found.append(part)
        if part == left[0]:
            left.pop(0)
    return found
