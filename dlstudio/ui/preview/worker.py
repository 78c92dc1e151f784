"""Worker: makes a sample go through the sound part of a network, node by node; only what changed is worked out."""

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from dlstudio.compiler.plan import Origin, Plan, Step, weight_owner
from dlstudio.core.document import BLOCK, DELAY, INPUT, OUTPUT
from dlstudio.core.frozen import exact
from dlstudio.core.issue import ProjectProblem
from dlstudio.ui.glow.sketch import Sketch
from dlstudio.ui.glow.sketching import sketch
from dlstudio.ui.known_data import DataReader
from dlstudio.ui.loading import load_torch
from dlstudio.ui.preview.alone import Alone, alone
from dlstudio.ui.preview.asked import Asked, Previewed
from dlstudio.ui.preview.samples import Samples
from dlstudio.ui.preview.shelf import Shelf

if TYPE_CHECKING:
    from torch import Tensor as Values

ROOM = 128 * 2**20
"""How many bytes of results are kept, and of weights."""
MOST = 100_000
"""When so many different results were seen, all are forgotten."""
LOOPS = "No preview: the network runs once for each time step."
LITTLE = 4096
"""What a result takes beside its numbers, in bytes."""

Found = tuple[dict[str, "Value"], Sketch | None]
"""What a node gives out by port, and the tiny picture of it."""


class Value(NamedTuple):
    """A tensor and which one it is: equal numbers mean the same tensor."""

    number: int
    tensor: "Values"


class Worker:
    """Answers in a thread, one question at a time; a newer one ends the work on the older."""

    def __init__(self, reader: DataReader) -> None:
        self.newest: Asked | None = None
        """What is wanted now."""
        self._samples = Samples(reader)
        self._numbers: dict[Hashable, int] = {}
        self._results: Shelf[Found] = Shelf(ROOM)
        self._modules: Shelf[Alone] = Shelf(ROOM)

    def __call__(self, asked: Asked) -> Previewed:
        load_torch()
        if len(self._numbers) > MOST:
            self._numbers, self._results = {}, Shelf(ROOM)
        try:
            self._samples.read(asked.project, asked.folder)
            given, plan = self._samples.inputs(asked.project, asked.plan)
        except ProjectProblem as problem:
            return Previewed(problem=str(problem))
        if plan.loops:
            return Previewed(problem=LOOPS)
        walk = Walk(self, asked)
        walk.go(plan, {name: self.value(("data", self._samples.number, name), x) for name, x in given.items()})
        return Previewed(walk.sketches, walk.troubles, worked=tuple(walk.worked))

    def value(self, key: Hashable, tensor: "Values") -> Value:
        """A tensor under the number that its key has; keys that are equal have the same."""
        return Value(self._numbers.setdefault(key, len(self._numbers)), tensor)

    def known(self, key: Hashable) -> Found | None:
        """What came of a node before."""
        return self._results.get(key)

    def work(
        self, key: Hashable, step: Step, plan: Plan, ins: tuple[Value, ...], name: str, *, allow_code: bool
    ) -> Found:
        """What comes of a node now; `name` says from where its weights are drawn."""
        import torch

        from dlstudio.ui.preview.drawn import Drawn

        seed = crc32(name.encode())
        built = declaration(step, name), tuple((tuple(each.tensor.shape), each.tensor.dtype) for each in ins)
        module = self._modules.get(built)
        with torch.no_grad():
            if module is None:
                with Drawn(seed):
                    module = alone(step, plan, allow_code=allow_code)
                self._modules.put(built, module, module.size + LITTLE)
            with Drawn(seed):
                made = module(tuple(each.tensor for each in ins))
        values = {port: self.value((key, port), tensor) for port, tensor in made.items()}
        first = next(iter(made.values()), None)
        found = values, None if first is None else _sketched(first)
        self._results.put(key, found, sum(each.nbytes for each in made.values()) + LITTLE)
        return found

    def sketch(self, value: Value) -> Sketch | None:
        """The tiny picture of what comes in."""
        key = "seen", value.number
        found = self._results.get(key)
        if found is None:
            found = {}, _sketched(value.tensor)
            self._results.put(key, found, LITTLE)
        return found[1]


def _sketched(tensor: "Values") -> Sketch | None:
    from dlstudio.training.questions.thumbs import thumb

    small = thumb(tensor)
    return sketch(small) if small else None


class Walk:
    """One way through a network and the blocks in it."""

    def __init__(self, worker: Worker, asked: Asked) -> None:
        self.worker, self.asked = worker, asked
        self.sketches: dict[str, Sketch] = {}
        self.troubles: dict[str, str] = {}
        self.worked: list[str] = []

    def go(self, plan: Plan, inputs: Mapping[str, Value], way: str = "", seeds: str = "") -> dict[str, Value]:
        """What leaves a network by output; `way` is where it stands, `seeds` the same for all rounds of one weight."""
        made: dict[Origin, Value] = {}
        left: dict[str, Value] = {}
        for node in plan.order if not plan.loops else ():
            step = plan.steps.get(node.id)
            if self.worker.newest is not self.asked:
                break
            if step is None:
                continue
            values = [made[each] for each in step.feeds if each in made]
            if node.kind == INPUT and node.id in inputs:
                made[node.id, "y"] = inputs[node.id]
                self._show(way + node.id, inputs[node.id])
            elif node.kind in (INPUT, DELAY) or len(values) < len(step.feeds):
                continue
            elif node.kind == OUTPUT:
                left[node.id] = values[0]
            elif step.muted:
                made[node.id, next(iter(step.outs))] = values[0]
            else:
                found = self._block(step, made, way, seeds) if node.kind == BLOCK else self._node(
                    step, plan, tuple(values), way, seeds
                )  # fmt: skip
                made |= {(node.id, port): value for port, value in found.items()}
        return left

    def _block(self, step: Step, made: Mapping[Origin, Value], way: str, seeds: str) -> dict[str, Value]:
        """All rounds of a block; each is given what the last one made in the place of its first input."""
        ins = {port: made[origins[0]] for port, origins in step.origins.items()}
        left: dict[str, Value] = {}
        shared = getattr(step.layer, "share", "") == "shared"
        for number, inner in enumerate(step.inner):
            round_seeds = f"{seeds}{step.id}.{0 if shared else number}."
            left = self.go(inner, ins, f"{way}{step.id}.{number}.", round_seeds)
            if left.keys() != step.outs.keys():
                return {}
            ins[next(iter(ins))] = next(iter(left.values()))
        if left:
            self._show(way + step.id, next(iter(left.values())))
        return left

    def _node(self, step: Step, plan: Plan, ins: tuple[Value, ...], way: str, seeds: str) -> dict[str, Value]:
        name = seeds + (weight_owner(plan.network, step.id) or step.id)
        key = (declaration(step, name), tuple(each.number for each in ins))
        found = self.worker.known(key)
        if found is None:
            try:
                found = self.worker.work(key, step, plan, ins, name, allow_code=self.asked.allowed)
            except ProjectProblem:
                return {}  # the check says so, or consent to run code of the project's own is wanted elsewhere
            except Exception as problem:  # noqa: BLE001 - layers and code of the user's own raise what they like
                self.troubles[way + step.id] = f"{type(problem).__name__}: {problem}".split("\n")[0]
                return {}
            self.worked.append(way + step.id)
        values, small = found
        if small:
            self.sketches[way + step.id] = small
        return values

    def _show(self, name: str, value: Value) -> None:
        small = self.worker.sketch(value)
        if small:
            self.sketches[name] = small


def declaration(step: Step, name: str) -> Hashable:
    """What a node is, whatever comes into it: equal ones have equal weights."""
    return step.node.kind, exact(step.layer.values()), name
