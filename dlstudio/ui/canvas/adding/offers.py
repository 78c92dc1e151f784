"""Offers: the lines of the search at the cursor: what was typed as a line first, then the entries, likeliest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from dlstudio.catalog.layers import layers
from dlstudio.core.document import INPUT, Point
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.tensor import Tensor
from dlstudio.ui.canvas.adding.entry import Entry, kinds, networks
from dlstudio.ui.canvas.adding.fitting import Wanted, gives, takes
from dlstudio.ui.canvas.adding.library import library
from dlstudio.ui.canvas.adding.search import found
from dlstudio.ui.canvas.adding.trial import Trial
from dlstudio.ui.canvas.adding.typed import typed
from dlstudio.ui.canvas.scene import Scene, Spot
from dlstudio.ui.session import State

MOST = 60
"""How many lines are offered."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the list: an entry, or what was typed, with what would come out of it."""

    title: str
    family: str
    detail: str
    gives: str
    purpose: str
    entry: Entry | None = None
    trial: Trial | None = None
    marks: tuple[int, ...] = ()


class Offers:
    """What is offered behind or before a port, or where nothing is said of where it goes."""

    def __init__(
        self,
        state: State,
        scene: Scene,
        room: tuple[float, float],
        spot: Spot | None,
        at: Point | None,
        *,
        strict: bool,
    ) -> None:
        self.state, self.scene, self.room = state, scene, room
        self.spot, self.at, self.strict = spot, at, strict
        self.wanted = Wanted(state, spot) if spot and not spot.out else None

    @cached_property
    def tensor(self) -> Tensor | None:
        """What flows out of the port."""
        plan = self.state.plan
        return plan.shapes.get((self.spot.node, self.spot.port)) if plan and self.spot and self.spot.out else None

    @cached_property
    def entries(self) -> Sequence[Entry]:
        """All that may be offered here."""
        return [*kinds(), *networks(self.state.project, self.state.where), *library().entries]

    @cached_property
    def fitting(self) -> Sequence[Entry]:
        """Those that go with the port."""
        return [entry for entry in self.entries if self.fits(entry)]

    def fits(self, entry: Entry) -> bool:
        """Whether it goes with the port, as far as that is known."""
        if entry.sort != "layer" or self.spot is None:
            return entry.sort != "template" or self.wanted is None
        return self.wanted.takes(entry.name) if self.wanted else takes(entry.name, self.tensor)

    def likely(self, entry: Entry) -> tuple[int, ...]:
        """How likely it is meant: what fits, what usually stands there, what is used at all."""
        if entry.sort != "layer":
            return (0 if self.strict else 1, 0, 3 if entry.sort == "network" else 0)
        first = int(entry.name == INPUT and (self.wanted is not None or not self.state.network.nodes))
        beside = self.state.network.nodes[self.spot.node].kind if self.spot else ""
        return (first + self.fits(entry), *library().likely(entry.name, beside, out=self.wanted is None))

    def of(self, query: str) -> list[Offer]:
        """The offers for what was typed so far."""
        asked = self.fitting if self.strict and not query.strip() else self.entries
        hits = found(query, asked, self.likely)[:MOST]
        shown = [
            Offer(
                hit.entry.title, hit.entry.family, "", self._gives(hit.entry), hit.entry.purpose, hit.entry,
                marks=hit.marks,
            )
            for hit in hits
        ]  # fmt: skip
        line = self._line(query)
        return [line, *shown] if line else shown

    def _gives(self, entry: Entry) -> str:
        if entry.sort != "layer" or not self.spot:
            return ""
        if self.strict and not self.fits(entry):
            return "does not fit yet"
        made = gives(entry.name, self.tensor) if self.tensor else None
        return f"→ {made}" if made else ""

    def _line(self, query: str) -> Offer | None:
        """What was typed, where it is more than a word: “conv 64 3x3” as a convolution with these fields."""
        if not any(mark in query.strip() for mark in " >:"):
            return None
        after = self.spot.node if self.spot and self.spot.out else ""
        try:
            trial = typed(self.state, self.scene, query, self.room, after=after, at=self.at)
        except ProjectProblem:
            return None
        shown = [trial.cards[node] for node in trial.new]
        if not shown:
            return None
        last = shown[-1].outs[0].text if shown[-1].outs else ""
        title = " › ".join(card.title for card in shown[:4]) + (" …" if len(shown) > 4 else "")
        cls = layers.get(shown[0].kind)
        purpose = cls.purpose() if cls and len(shown) == 1 else "One step: " + " > ".join(trial.new)
        detail = shown[0].line if len(shown) == 1 else f"{len(shown)} nodes"
        return Offer(title, shown[0].family, detail, f"→ {last}" if last else "", purpose, trial=trial)
