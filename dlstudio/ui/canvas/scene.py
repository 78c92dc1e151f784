"""Scene: what lies on the canvas and where, kept up to date by the differences between two states; it knows no Qt."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from dlstudio.compiler.faults import recipe_of
from dlstudio.compiler.plan import Plan
from dlstudio.core.document import BLOCK, INPUT, OUTPUT, Frame, Point, Rect, Wire
from dlstudio.core.extras import bends, folded
from dlstudio.ui.canvas.buckets import Buckets
from dlstudio.ui.canvas.card import Card, card, reshaped
from dlstudio.ui.canvas.cards import Cards
from dlstudio.ui.canvas.curve import Curve, curve, reach, through
from dlstudio.ui.canvas.plane import around, distance, touch
from dlstudio.ui.canvas.routing import Way
from dlstudio.ui.session import State

CATCH = 10.0
"""How near the mouse must come to a port or a wire, in pixels of the screen."""


class Spot(NamedTuple):
    """A port on the canvas."""

    node: str
    port: str
    out: bool


class Ends(NamedTuple):
    """Where a wire begins and ends."""

    start: Point
    end: Point


ORIGIN = Point(0, 0)


class Scene:
    """The cards, wires, frames and notes of the network that is shown, and what is near a place."""

    def __init__(self) -> None:
        self.cards = Cards()
        self.boxes: dict[str, Rect] = {}
        self.wires: dict[Wire, Ends] = {}
        self.version = 0
        """Changes with everything that is drawn."""
        self._news: deque[tuple[int, set[str], set[Wire]]] = deque(maxlen=8)
        self._curves: dict[Wire, Curve] = {}
        self.frames: Mapping[str, Frame] = {}
        self.notes: Mapping[str, Frame] = {}
        self.bends: Mapping[Wire, tuple[Point, ...]] = {}
        self._folded: frozenset[str] = frozenset()
        self._nodes: Buckets[str] = Buckets()
        self._wires: Buckets[Wire] = Buckets()
        self._at: dict[str, set[Wire]] = {}

    def show(self, old: State | None, new: State) -> None:
        """Takes over a new state; only what differs is made anew."""
        same = old is not None and old.where == new.where and old.trail == new.trail
        nodes = new.network.nodes
        changed = {node for node in self._changed_cards(old if same else None, new) if node in nodes}
        changed |= self._refolded(new)
        gone = self.cards.keys() - nodes.keys()
        self._drop_nodes(gone)
        alike = set(self._alike(old, new, changed)) if old is not None and same else set()
        later = {node for node in alike if old and old.issues_here.get(node) == new.issues_here.get(node)}
        self.cards.follow(new, later)
        changed, alike = changed - later, alike - later
        for node in changed:
            self.cards[node] = self._card(new, node, alike=node in alike)
        moved, placed = self._move(old if same else None, new, changed)
        wires = self._draw_wires(old if same else None, new, moved, alike - placed)
        self._lead(new)
        self.frames, self.notes = new.sheet.frames, new.sheet.notes
        self.version += 1
        self._news.append((self.version, moved | gone | later, wires))

    def since(self, version: int) -> tuple[set[str], set[Wire]] | None:
        """The nodes and wires that changed, came or went since a version; None when that is too long ago."""
        if version != self.version and (not self._news or self._news[0][0] > version + 1):
            return None
        later = [(nodes, wires) for number, nodes, wires in self._news if number > version]
        return set().union(*(nodes for nodes, _ in later)), set().union(*(wires for _, wires in later))

    def _changed_cards(self, old: State | None, new: State) -> Iterator[str]:
        """The nodes that look different from before."""
        nodes = new.network.nodes
        if old is None:
            yield from nodes
            return
        was, cards = old.network.nodes, self.cards
        if was is not nodes:
            yield from (name for name, node in nodes.items() if was.get(name) is not node or name not in cards)
        if old.plan is not new.plan:
            yield from self._rejudged(old.plan, new.plan, nodes)
        if old.network.inbound is not new.network.inbound:
            for mine, other in (
                (new.network.inbound, old.network.inbound),
                (new.network.outbound, old.network.outbound),
            ):
                yield from (name for name in nodes if mine.get(name) != other.get(name))
        if old.checked.issues != new.checked.issues or old.diverging != new.diverging:
            here, before = new.issues_here, old.issues_here
            yield from (name for name in here.keys() | before.keys() if here.get(name) != before.get(name))
        if old.project.networks is not new.project.networks:
            yield from (name for name, node in nodes.items() if node.kind == BLOCK)
        if old.project.data is not new.project.data or recipe_of(old.project.training) is not recipe_of(
            new.project.training
        ):
            yield from (name for name, node in nodes.items() if node.kind in (INPUT, OUTPUT))

    def _alike(self, old: State, new: State, changed: Iterable[str]) -> Iterator[str]:
        """Of cards that change those of which only the shapes and the issues do: their nodes and wires are the same."""
        before, now = old.network, new.network
        if old.plan is None or new.plan is None or old.plan.arguments != new.plan.arguments:
            return
        for name in changed:
            node = now.nodes[name]
            if name not in self.cards or before.nodes.get(name) is not node or node.kind in (INPUT, OUTPUT, BLOCK):
                continue
            shown = self.cards.roughly(name)
            wired = before.inbound.get(name) == now.inbound.get(name)
            if wired and before.outbound.get(name) == now.outbound.get(name) and shown.folded is (name in self._folded):
                yield name

    def _card(self, state: State, node: str, *, alike: bool) -> Card:
        """How a node looks now; where it is alike, as before but for what flows."""
        issues = state.issues_here.get(node, ())
        if alike:
            return reshaped(self.cards[node], state.plan, state.network.inbound.get(node, ()), issues)
        shown = state.network.nodes[node]
        return card(state.project, state.where, shown, state.plan, issues, folded=node in self._folded)

    def _rejudged(self, old: Plan | None, new: Plan | None, nodes: Iterable[str]) -> Iterator[str]:
        """The nodes of which something else has come."""
        if old is None or new is None:
            return iter(nodes)
        before, now = old.verdicts, new.verdicts
        return (name for name in nodes if before.get(name) is not now.get(name))

    def _refolded(self, new: State) -> set[str]:
        """The nodes that are folded now, or no longer."""
        before, self._folded = self._folded, folded(new.sheet)
        return {node for node in before ^ self._folded if node in new.network.nodes}

    def _lead(self, new: State) -> None:
        """Leads wires through their bends."""
        before, self.bends = self.bends, bends(new.sheet)
        for wire in {*before, *self.bends} & self.wires.keys():
            if before.get(wire) != self.bends.get(wire):
                self._lay(wire)

    def _drop_nodes(self, gone: Iterable[str]) -> None:
        for node in gone:
            self._clear_ways(self.boxes.pop(node))
            del self.cards[node]
            self._nodes.drop(node)

    def _move(self, old: State | None, new: State, changed: set[str]) -> tuple[set[str], set[str]]:
        """Puts cards where the sheet says, and gives out those that changed or moved, and those that lie elsewhere."""
        positions = new.sheet.positions
        before = old.sheet.positions if old else {}
        touched = set(changed) if old else set(self.cards)
        if before is not positions:
            touched |= {node for node in self.cards if positions.get(node) is not before.get(node)}
        placed: set[str] = set()
        for node in touched:
            shown, was = self.cards.roughly(node), self.boxes.get(node)
            box = Rect(*positions.get(node, ORIGIN), shown.width, shown.height)
            if box != was:
                placed.add(node)
                self.boxes[node] = box
                self._nodes.put(node, box)
                self._clear_ways(box)
                self._clear_ways(was or box)
        return touched, placed

    def _clear_ways(self, box: Rect) -> None:
        """Forgets the ways of wires that a card stands in now, or no longer."""
        for wire in self._wires.near(box) if self._curves else ():
            self._curves.pop(wire, None)

    def _draw_wires(self, old: State | None, new: State, moved: set[str], still: set[str]) -> set[Wire]:
        """Lays the wires that are new or whose ends moved, and gives out all that changed, came or went."""
        changed = {wire for node in moved for wire in self._at.get(node, ())}
        if old is None or old.network.inbound is not new.network.inbound:
            wires = {w for w in new.network.wires if w.source in self.cards and w.target in self.cards}
            gone = self.wires.keys() - wires
            for wire in gone:
                self._drop_wire(wire)
            for wire in wires - self.wires.keys():
                self._at.setdefault(wire.source, set()).add(wire)
                self._at.setdefault(wire.target, set()).add(wire)
                changed.add(wire)
            changed |= gone
        for wire in changed:
            if wire in self.wires and wire.source in still and wire.target in still:
                continue
            if wire in self.wires or wire in self._at.get(wire.source, ()):
                self._draw(wire)
        return changed

    def _drop_wire(self, wire: Wire) -> None:
        del self.wires[wire]
        self._curves.pop(wire, None)
        self._wires.drop(wire)
        for end in (wire.source, wire.target):
            self._at.get(end, set()).discard(wire)

    def _draw(self, wire: Wire) -> None:
        start = self.port(Spot(wire.source, wire.output, True))
        end = self.port(Spot(wire.target, wire.input, False))
        if self.wires.get(wire) != (start, end):
            self.wires[wire] = Ends(start, end)
            self._lay(wire)

    def _lay(self, wire: Wire) -> None:
        """Forgets the way of a wire, and takes the room where the new one will be."""
        self._curves.pop(wire, None)
        room = reach(*self.wires[wire]) if wire not in self.bends else self.curve(wire).bounds
        self._wires.put(wire, room)

    def text(self, wire: Wire) -> str:
        """What flows along a wire, in words."""
        return next((each.text for each in self.cards[wire.source].outs if each.name == wire.output), "")

    def has_way(self, wire: Wire) -> bool:
        """Whether the way of a wire is known already."""
        return wire in self._curves

    def curve(self, wire: Wire) -> Curve:
        """The way of a wire, found when it is first seen."""
        found = self._curves.get(wire)
        if found is None:
            start, end = self.wires[wire]
            led = self.bends.get(wire)
            found = through(start, led, end) if led else self._found(wire, start, end)
            self._curves[wire] = found
            self._wires.put(wire, around([reach(start, end), found.bounds]))
        return found

    def _found(self, wire: Wire, start: Point, end: Point) -> Curve:
        """A way around the cards, beside the wires whose ways are known, and along those out of the same port."""

        def others(rect: Rect) -> tuple[list[Way], list[Way]]:
            bent = [w for w in self._wires.near(rect) if (known := self._curves.get(w)) and not known.smooth]
            kin = [self._curves[w].points for w in bent if (w.source, w.output) == (wire.source, wire.output)]
            strangers = [self._curves[w].points for w in bent if (w.source, w.output) != (wire.source, wire.output)]
            return strangers, kin

        return curve(start, end, self._in_the_way, others)

    def _in_the_way(self, rect: Rect) -> list[Rect]:
        """The cards that touch a rectangle."""
        boxes = self.boxes
        return [box for node in self._nodes.near(rect) if touch(box := boxes[node], rect)]

    def rect(self, node: str) -> Rect:
        """Where a card lies."""
        return self.boxes[node]

    def port(self, spot: Spot) -> Point:
        """Where a port lies."""
        x, y = self.cards.roughly(spot.node).port(spot.port, out=spot.out)
        box = self.boxes[spot.node]
        return Point(box.x + x, box.y + y)

    def spots(self, node: str) -> Iterator[Spot]:
        """The ports of a node."""
        shown = self.cards[node]
        yield from (Spot(node, socket.name, False) for socket in shown.ins)
        yield from (Spot(node, socket.name, True) for socket in shown.outs)

    @property
    def bounds(self) -> Rect:
        """The rectangle around everything."""
        marks = (*self.frames.values(), *self.notes.values())
        return around([*self.boxes.values(), *(mark.rect for mark in marks)])

    def nodes_in(self, rect: Rect) -> Iterator[str]:
        """The nodes that touch a rectangle."""
        boxes = self.boxes
        return (node for node in self._nodes.near(rect) if touch(boxes[node], rect))

    def wires_in(self, rect: Rect) -> list[Wire]:
        """The wires that may touch a rectangle."""
        return list(self._wires.near(rect))

    def node_at(self, point: Point) -> str | None:
        """The node under a place."""
        found = list(self.nodes_in(Rect(point.x, point.y, 0, 0)))
        return found[-1] if found else None

    def spot_at(self, point: Point, reach: float = CATCH) -> Spot | None:
        """The port that is nearest to a place, and near enough."""
        near = self.nodes_in(Rect(point.x - reach, point.y - reach, 2 * reach, 2 * reach))
        spots = [(distance(self.port(spot), point), spot) for node in near for spot in self.spots(node)]
        best = min(spots, default=None, key=lambda pair: pair[0])
        return best[1] if best and best[0] <= reach else None

    def bend_at(self, point: Point, reach: float = CATCH) -> tuple[Wire, int] | None:
        """The bend of a wire at a place, and which of the wire's bends it is."""
        dots = ((distance(p, point), w, i) for w, ps in self.bends.items() if w in self.wires for i, p in enumerate(ps))
        best = min(dots, default=None)
        return (best[1], best[2]) if best and best[0] <= reach else None

    def wire_at(self, point: Point, reach: float = CATCH) -> Wire | None:
        """The wire that passes nearest to a place, and near enough."""
        near = self.wires_in(Rect(point.x - reach, point.y - reach, 2 * reach, 2 * reach))
        found = [(self.curve(wire).distance(point), wire) for wire in near]
        best = min(found, default=None, key=lambda pair: pair[0])
        return best[1] if best and best[0] <= reach else None
