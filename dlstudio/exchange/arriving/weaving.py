"""Weaving: a trace becomes networks; each module that is looked into becomes a block."""

from collections.abc import Iterator
from functools import cached_property

from dlstudio.core.document import INPUT, OUTPUT
from dlstudio.exchange.arriving.containing import contained
from dlstudio.exchange.arriving.draft import Draft, alike
from dlstudio.exchange.arriving.scribe import Scribe, TimeFirst, Unfit
from dlstudio.exchange.arriving.steps import write
from dlstudio.exchange.arriving.trace import Frame, Step, Trace, Value, taken, values


class Weaver:
    """Writes the frames of one trace."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.outputs: dict[str, str] = {}
        """The Output of each result, by the result's name."""
        self.root = contained(trace.root, trace.families)

    def weave(self, title: str, source: str) -> Draft:
        """The outermost network with all that it places."""
        draft = Draft(title, source)
        scribe = self._scribe(draft, self.root, None)
        for name, value in self.trace.inputs.items():
            draft.input(scribe.fresh(name), value.sample, value.kind)
            draft.values[value.name] = draft.values.pop(scribe.fresh(name))
        self._items(scribe)
        self._outputs(scribe)
        return draft

    def _outputs(self, scribe: Scribe) -> None:
        """What the model gives, under the names that it gives it."""
        for name, value in zip(self.trace.answers, values(self.trace.out), strict=True):
            try:
                self.outputs[name] = scribe.draft.output(scribe.fresh(name), scribe.known(value))
            except Unfit as problem:
                scribe.draft.leave(f"the output {name}", str(problem))

    def _scribe(self, draft: Draft, frame: Frame, outer: Scribe | None) -> Scribe:
        scribe = Scribe(draft, frame, self.trace, outer)
        inside = [item.path for item in frame.items if item.path]
        held = [value.path for step in frame.steps() for value in taken(step) if value.path]
        scribe.reserved = {scribe.local(path).partition(".")[0] for path in (*inside, *held)}
        return scribe

    def _items(self, scribe: Scribe) -> None:
        for item in scribe.frame.items:
            if isinstance(item, Step):
                write(scribe, item)
            else:
                self._block(scribe, item)

    def _block(self, outer: Scribe, frame: Frame) -> None:
        mark = outer.draft.marked()
        try:
            rounds = self._rounds(outer, frame) or [self._inner(outer, frame)]
            self._place(outer, frame, rounds)
        except TimeFirst:
            raise
        except Unfit as problem:
            outer.draft.back(mark)
            self._kept(outer, frame, str(problem))

    def _inner(self, outer: Scribe, frame: Frame) -> Scribe:
        scribe = self._scribe(Draft(_title(frame), outer.draft.report.source), frame, outer)
        self._items(scribe)
        leaving = self._leaving(frame)
        for number, value in enumerate(leaving):
            origin = scribe.draft.values.get(value.name)
            if origin and origin[0] not in scribe.entered:
                wanted = "y" if len(leaving) == 1 else f"y{number + 1}"
                scribe.leaving[value.name] = scribe.draft.output(scribe.fresh(wanted), value.name)
        return scribe

    def _place(self, outer: Scribe, frame: Frame, rounds: list[Scribe]) -> None:
        first, last = rounds[0], rounds[-1]
        if any(node.kind not in (INPUT, OUTPUT) for node in first.draft.nodes.values()):
            inputs = {node: outer.known(value) for node, value in first.entered.items()}
            outputs = {node: name for name, node in last.leaving.items()}
            self._put(outer, frame, rounds, inputs, outputs)
        for value in self._leaving(frame):
            if value.name in last.draft.values and value.name not in outer.draft.values:
                node = last.draft.values[value.name][0]
                outer.draft.alias(value.name, outer.known(last.entered[node]))

    def _put(
        self, outer: Scribe, frame: Frame, rounds: list[Scribe], inputs: dict[str, str], outputs: dict[str, str]
    ) -> None:
        drafts = [each.draft for each in rounds]
        before = outer.modules.get(frame.path)
        shared = before is not None and alike(outer.draft.blocks[before][0], drafts[0])
        fields = {"same_weights_as": before} if shared and frame.stateful else {}
        name = outer.draft.place(outer.local(frame.path), drafts, inputs, outputs, fields)
        if fields:
            outer.draft.weights = {k: w for k, w in outer.draft.weights.items() if k.partition(".")[0] != name}
        elif frame.stateful:
            outer.modules.setdefault(frame.path, name)
            _say_renamed(outer, frame.path, name)

    def _rounds(self, outer: Scribe, frame: Frame) -> list[Scribe]:
        """The items of a container as rounds of one block, where they are the same; none otherwise."""
        frames = [item for item in frame.items if isinstance(item, Frame)]
        names = [item.path.removeprefix(f"{frame.path}.") for item in frames]
        whole = len(frames) == len(frame.items) == len(self.trace.families.get(frame.path, ())) > 1
        if not whole or names != [str(i) for i in range(len(frames))] or len({each.module for each in frames}) > 1:
            return []
        holder = Scribe(Draft("rounds"), frame, self.trace, outer)
        rounds: list[Scribe] = []
        for each in frames:
            made = self._inner(holder, each)
            if not self._follows(rounds, made):
                return []
            rounds.append(made)
            self._place(holder, each, [made])
        return self._from_outside(frame, rounds)

    def _follows(self, rounds: list[Scribe], made: Scribe) -> bool:
        """Whether a round takes what the one before gave, and is otherwise as that one."""
        if len(made.leaving) != 1:
            return False
        if not rounds:
            return True
        before = rounds[-1]
        ins, then = ({port: value.name for port, value in each.entered.items()} for each in (made, before))
        if list(ins) != list(then) or not alike(made.draft, before.draft):
            return False
        first, *others = sorted(ins)
        given = next(iter(before.leaving))
        return ins[first] == given and all(ins[port] == then[port] for port in others)

    def _from_outside(self, frame: Frame, rounds: list[Scribe]) -> list[Scribe]:
        """The rounds, if nothing but the last one's result is needed outside of them."""
        gone = {name for each in rounds[:-1] for name in each.leaving}
        needed = {value.name for value in self._leaving(frame)}
        if gone & needed:
            return []
        return rounds

    def _kept(self, outer: Scribe, frame: Frame, reason: str) -> None:
        """A module of which nothing could be made, as a node that stands for it."""
        inputs = {name: outer.known(value) for name, value in frame.given.items()}
        leaving = self._leaving(frame)
        outputs = {f"y{i + 1}" if len(leaving) > 1 else "y": value.name for i, value in enumerate(leaving)}
        node = outer.draft.keep(f"module.{frame.module}", outer.local(frame.path), {}, inputs, outputs, reason)
        outer.assume(node, dict(zip(outputs, leaving, strict=True)))

    # which values are needed where

    @cached_property
    def _users(self) -> dict[int, list[tuple[int, ...]]]:
        """The frames, outermost first, around each step that takes a value."""
        found: dict[int, list[tuple[int, ...]]] = {}
        for place, step in _placed(self.root, ()):
            for value in taken(step):
                found.setdefault(id(value), []).append(place)
        for value in values(self.trace.out):
            found.setdefault(id(value), []).append(())
        return found

    def _leaving(self, frame: Frame) -> list[Value]:
        """The values made in a frame that are taken outside of it."""
        made: dict[int, Value] = {}
        for step in frame.steps():
            for value in values(step.out):
                if any(id(frame) not in place for place in self._users.get(id(value), ())):
                    made[id(value)] = value
        return list(made.values())


def _placed(frame: Frame, around: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Step]]:
    place = (*around, id(frame))
    for item in frame.items:
        if isinstance(item, Step):
            yield place, item
        else:
            yield from _placed(item, place)


def _title(frame: Frame) -> str:
    """What the network of a module is called: its class, or its place where the class says nothing."""
    if frame.module in ("Sequential", "ModuleList", "ModuleDict"):
        last = frame.path.rpartition(".")[2]
        return f"{frame.path.rpartition('.')[0].rpartition('.')[2]}{last}" if last.isdecimal() else last
    return frame.module


def _say_renamed(scribe: Scribe, path: str, name: str) -> None:
    """Remembers that a module has another name here."""
    local = scribe.local(path)
    if local != name:
        scribe.draft.report.renamed[path] = f"{path.removesuffix(local)}{name}"
