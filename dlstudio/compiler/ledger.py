"""Ledger: adds up the steps of a plan, and finds the moments at which the most memory is needed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar
from weakref import ref

from dlstudio.catalog.optimizers.held import NOTHING_HELD, Held
from dlstudio.compiler.plan import Origin, Plan, Step, weight_owner
from dlstudio.core.document import DELAY, INPUT, OUTPUT
from dlstudio.core.tensor import BYTES, TIME, Tensor
from dlstudio.core.topology import downstream


@dataclass(frozen=True, slots=True)
class Entry:
    """What a step or a whole plan adds for one sample, without the tensors that are handed to it."""

    held: Held = NOTHING_HELD
    """Its trainable numbers."""
    macs: int = 0
    kept: int = 0
    """Bytes that stay until the backward pass."""
    alive: int = 0
    """The most bytes at one moment of the forward pass when nothing stays."""
    training: int = 0
    """The most bytes at one moment of the backward pass: what is still kept, and gradients on their way."""

    @property
    def parameters(self) -> int:
        return self.held.numbers


NOTHING = Entry()


class Life(NamedTuple):
    """A tensor: the step and the port that give it (none for what an output gathers), and when it is first and last
    needed."""

    step: int
    port: str | None
    begin: int
    end: int


class Ledger:
    """Adds up plans whose real numbers take `width` bytes; what plans share is added up once."""

    def __init__(self, width: int) -> None:
        self.width = width

    def bytes(self, x: Tensor) -> int:
        return x.size * (self.width if x.dtype == "float" else BYTES[x.dtype])

    def placed(self, plan: Plan) -> Entry:
        """A plan that a block places, as one entry."""
        return _once(_plans, self.width, plan, lambda: self.total(plan, self.entries(plan)))

    def total(self, plan: Plan, entries: Mapping[str, Entry]) -> Entry:
        """The whole plan as one entry."""
        alive, training = self._peaks(plan, entries)
        every = entries.values()
        return Entry(
            Held.together([entry.held for entry in every if entry.held is not NOTHING_HELD]),
            sum(entry.macs for entry in every),
            sum(entry.kept for entry in every),
            alive,
            training,
        )

    def entries(self, plan: Plan) -> dict[str, Entry]:
        """What each node of the model adds; one that is left out may still lend its weights."""
        working = [step for step in counted(plan) if not step.muted]
        known, width = _steps, self.width
        held = [(step, known.get((width, id(step)))) for step in working]
        found = {step.node.id: kept[1] if kept else self._entry(plan, step) for step, kept in held}
        for name in _turning(plan) & found.keys():
            entry = found[name]
            found[name] = replace(entry, macs=entry.macs * (plan.time or 1), kept=entry.kept * (plan.time or 1))
        if not any("same_weights_as" in step.node.fields for step in working):
            return found
        owners = {owner for step in working if (owner := weight_owner(plan.network, step.id))}
        for name in found.keys() - owners:
            found[name] = replace(found[name], held=NOTHING_HELD)
        for name in owners - found.keys():
            if name in plan.steps and not plan.steps[name].node.muted:
                found[name] = Entry(self._entry(plan, plan.steps[name]).held)
        return found

    def ahead(self, plan: Plan, most: int) -> bool:
        """Asks so many steps at most that were not asked yet; whether more are left."""
        working = [step for step in counted(plan) if not step.muted and step.node.kind != OUTPUT]
        new = [step for step in working if (self.width, id(step)) not in _steps]
        for step in new[:most]:
            self._entry(plan, step)
        return len(new) > most

    def _entry(self, plan: Plan, step: Step) -> Entry:
        """What a step adds each time that it runs."""
        if step.node.kind == OUTPUT:
            return _entry(NOTHING_HELD, 0, self._gathered(plan, step))
        return _once(_steps, self.width, step, lambda: self._block(step) if step.inner else self._asked(step))

    def _asked(self, step: Step) -> Entry:
        """What the layer says."""
        key = (self.width, step.layer, *step.ins.items())
        if (known := _entries.get(key)) is None:
            made = 0 if step.node.kind == INPUT else sum(map(self.bytes, step.outs.values()))
            known = _entry(Held.of(step.layer.weight_shapes(**step.ins)), step.layer.macs(**step.ins), made)
            if len(_entries) >= _MOST:
                _entries.clear()
            _entries[key] = known
        return known

    def _block(self, step: Step) -> Entry:
        """All rounds of a block; what one round gives waits while the next works on it."""
        held, macs, kept, alive, training, waiting = NOTHING_HELD, 0, 0, 0, 0, 0
        for plan in step.inner:
            total = self.placed(plan)
            held, macs = held + total.held, macs + total.macs
            alive = max(alive, waiting + total.alive)
            training = max(training, kept + waiting + total.training)
            kept += total.kept
            waiting = sum(map(self.bytes, plan.outputs.values()))
        if step.layer.values()["share"] == "shared":
            held = self.placed(step.inner[0]).held
        return Entry(held, macs, kept, alive, training)

    def _gathered(self, plan: Plan, step: Step) -> int:
        """The bytes of what an Output holds of its own: all time steps where it gathers them, else nothing."""
        whole = plan.outputs[step.id]
        return self.bytes(whole) if whole != step.ins["x"] else 0

    def _peaks(self, plan: Plan, entries: Mapping[str, Entry]) -> tuple[int, int]:
        """The most bytes at one moment of a forward pass, and of a backward pass."""
        turning, steps = _turning(plan), counted(plan)
        if turning:
            steps.sort(key=lambda step: step.id in turning)
        rounds = plan.time or 1
        begins, ends, own = [0] * (len(steps) + 2), [0] * (len(steps) + 2), [0] * len(steps)
        for i, port, begin, end in _lives(plan, steps):
            step = steps[i]
            size = self._gathered(plan, step) if port is None else self.bytes(step.outs[port])
            begins[begin] += size
            ends[end + 1] += size
            own[i] += size
        each = [entries.get(step.id, NOTHING) for step in steps]
        kept = [e.kept // rounds if s.id in turning else e.kept for s, e in zip(steps, each, strict=True)]
        former = sum(k for s, k in zip(steps, kept, strict=True) if s.id in turning) * (rounds - 1)
        alive = training = now = before = 0
        for i, (step, entry) in enumerate(zip(steps, each, strict=True)):
            now += begins[i] - ends[i]
            others = now - own[i]
            alive = max(alive, others + entry.alive)
            staying = before + (former if step.id in turning else 0)
            training = max(training, staying + others + entry.training)
            before += kept[i]
        return alive, training


def counted(plan: Plan) -> list[Step]:
    """The steps that count: of a sound plan those of the model, of another all, since nobody knows what will be cut."""
    steps, live = plan.steps, plan.live
    return [step for name, step in steps.items() if name in live] if plan.sound else list(steps.values())


def _turning(plan: Plan) -> set[str]:
    """The nodes that run once for each time step and make something new each time."""
    if not plan.loops:
        return set()
    timed = [name for name, x in plan.inputs.items() if TIME in x.axes]
    delays = [step.id for step in plan.steps.values() if step.node.kind == DELAY]
    once = {name for name, node in plan.network.nodes.items() if node.kind in (INPUT, OUTPUT, DELAY)}
    return downstream(plan.network, [*timed, *delays]) - once


def _lives(plan: Plan, steps: Sequence[Step]) -> list[Life]:
    """The life of each tensor; an edit of a field leaves them as they are."""
    form = tuple((step.id, step.layer.__class__, step.node.muted, *step.outs) for step in steps)
    held = _known_lives.get(plan.name)
    if held and held[0] is plan.network.inbound and held[1] == form:
        return held[2]
    found = list(_found_lives(steps))
    if len(_known_lives) >= _NETWORKS:
        _known_lives.clear()
    _known_lives[plan.name] = (plan.network.inbound, form, found)
    return found


def _found_lives(steps: Sequence[Step]) -> Iterator[Life]:
    last, end = _last_uses(steps), len(steps)
    for i, step in enumerate(steps):
        if step.muted or step.node.kind == INPUT:
            continue
        if step.node.kind == OUTPUT:
            yield Life(i, None, 0, end)
        for port in step.outs:
            held = step.node.kind == DELAY
            yield Life(i, port, 0 if held else i, end if held else max(i, last.get((step.id, port), i)))


def _last_uses(steps: Sequence[Step]) -> dict[Origin, int]:
    """The last step that needs each tensor; what an output gives or a delay remembers is needed to the end."""
    passed: dict[Origin, Origin] = {}
    for step in steps:
        if step.muted:
            origin = step.feeds[0]
            passed[step.id, next(iter(step.outs))] = passed.get(origin, origin)
    last: dict[Origin, int] = {}
    end = len(steps)
    for i, step in enumerate(steps):
        kind = step.node.kind
        for port, group in step.origins.items() if not step.muted else ():
            to_the_end = kind == OUTPUT or (kind == DELAY and port == "x")
            for origin in group:
                made = passed.get(origin, origin) if passed else origin
                if to_the_end or last.get(made) != end:
                    last[made] = end if to_the_end else i
    return last


_entries: dict[tuple[Any, ...], Entry] = {}
"""What layers add to the tensors that they were given, asked once for each."""

_plans: "dict[tuple[int, int], tuple[ref[Plan], Entry]]" = {}
_steps: "dict[tuple[int, int], tuple[ref[Step], Entry]]" = {}
"""What plans and steps that an edit leaves alone add, by the width of a number and which they are; of those that are
gone, nothing is kept."""

_known_lives: dict[str, tuple[object, object, list[Life]]] = {}
"""The lives of the tensors of the networks last looked at."""

_MOST, _NETWORKS = 65536, 64

T = TypeVar("T")


def _once(
    memory: "dict[tuple[int, int], tuple[ref[T], Entry]]", width: int, thing: T, add: Callable[[], Entry]
) -> Entry:
    """The entry of a thing, added up when it is first asked for and kept for as long as the thing lives."""
    key = (width, id(thing))
    held = memory.get(key)
    if held:
        return held[1]
    found = add()
    memory[key] = (ref(thing, lambda _: memory.pop(key, None)), found)
    return found


def _entry(held: Held, macs: int, made: int) -> Entry:
    """A step that keeps what it makes, and whose gradient is as large."""
    return Entry(held, macs, made, made, 2 * made)
