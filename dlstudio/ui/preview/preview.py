"""Preview: after each edit shows on the nodes what they make of a sample, while nothing trains; it never waits."""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject

from dlstudio.core.frozen import Frozen
from dlstudio.ui.background import Background
from dlstudio.ui.glow.glow import Glow, NodeGlow
from dlstudio.ui.loading import loaded
from dlstudio.ui.preview.asked import Asked, Previewed
from dlstudio.ui.preview.worker import Worker
from dlstudio.ui.session import Session, State
from dlstudio.ui.settings import settings

DELAY = 120
"""Milliseconds after the last edit until the work begins."""
REMEMBERED = 64
"""So many states of the document are shown again at once, as by undo."""
SETTING = "preview"
ON, OFF, AUTO = "on", "off", "auto"
LACKS = "Choose data to see a preview."


class Light(Protocol):
    """Shows a preview where nothing else is shown."""

    def show_preview(self, glow: Glow | None) -> None:
        """Tiny pictures of what nodes make of a sample, or none."""

    @property
    def shines(self) -> bool:
        """Whether a run is shown instead."""


class Preview(QObject):
    """Asks for a preview of each new state; unless somebody switched it on, only where torch is in memory anyway."""

    def __init__(self, session: Session, light: Light, allowed: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self.session, self.light, self.allowed = session, light, allowed
        self.worker = Worker(session.data)
        self.last = Previewed()
        """What came last."""
        self._said = str(settings().value(SETTING, AUTO))
        self._seen: deque[tuple[tuple[object, ...], Previewed]] = deque(maxlen=REMEMBERED)
        self._work: Background[Asked, Previewed] = Background(self.worker, self._on_answer, self, delay=DELAY)
        self._end = session.listen(self._on_state)
        self.follow()

    @property
    def on(self) -> bool:
        """Whether it is shown; by itself only when torch need not be loaded for it."""
        return self._said == ON or (self._said == AUTO and loaded())

    @property
    def busy(self) -> bool:
        """Whether something is still worked out."""
        return self._work.busy

    def toggle(self) -> None:
        """Shows it, or not, from now on."""
        self._said = OFF if self.on else ON
        settings().setValue(SETTING, self._said)
        self.follow()

    def follow(self) -> None:
        """Shows what is known of the document as it is, and has the rest worked out."""
        state = self.session.state
        if not self.on or state.phase or self.light.shines or "source" not in state.project.data:
            self.worker.newest = None
            lacks = self._said == ON and "source" not in state.project.data and bool(state.network.nodes)
            self.light.show_preview(Glow(origin=LACKS) if lacks else None)
            return
        key = _key(state)
        known = next((found for seen, found in self._seen if _same(seen, key)), None)
        if known:
            self.worker.newest = None
            self._show(known)
            return
        plan = state.checked.plans.get(state.trail[0].network)
        if plan is not None:
            asked = Asked(state.project, plan, state.home, self.allowed())
            self.worker.newest = asked
            self._work.ask(asked)

    def stop(self) -> None:
        """The window closes."""
        self._end()
        self.worker.newest = None
        self._work.stop()

    def _on_state(self, old: State, new: State) -> None:
        if not _same(_key(old), _key(new)) or old.phase != new.phase:
            self.follow()

    def _on_answer(self, asked: Asked, found: Previewed) -> None:
        if asked is self.worker.newest:
            self._seen.append((_key(self.session.state), found))
            self._show(found)

    def _show(self, found: Previewed) -> None:
        """Those of the network on the canvas; of a block the first round."""
        self.last, state = found, self.session.state
        way = "".join(f"{place.block}.0." for place in state.trail[1:])
        here = state.issues_here
        nodes = {
            node: NodeGlow(sketch=found.sketches.get(way + node), trouble="" if node in here else trouble)
            for node in state.network.nodes
            if (trouble := found.troubles.get(way + node, "")) or way + node in found.sketches
        }
        origin = found.problem or "Preview: fresh weights, one sample"
        self.light.show_preview(Glow(nodes, origin=origin))


def _key(state: State) -> tuple[object, ...]:
    """What a preview depends on."""
    return state.project.networks, state.project.data, state.project.training, state.trail, state.path


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether nothing has changed; documents share what is the same, so parts of them need no looking into."""
    return all(a is b or (not isinstance(a, Frozen) and a == b) for a, b in zip(one, other, strict=True))
