"""Fitting: which kinds of layer take what flows out of a port, and which give what a port wants."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any

from dlstudio.catalog.layers import layers
from dlstudio.compiler.fit import mismatch
from dlstudio.compiler.judge import judge
from dlstudio.core.document import BLOCK, DELAY, INPUT, Wire
from dlstudio.core.frozen import Frozen
from dlstudio.core.tensor import Tensor
from dlstudio.ui.canvas.scene import Spot
from dlstudio.ui.session import State

PROBES = (
    Tensor.of(16), Tensor.of(8, 16), Tensor.of(8, 16, 16), Tensor.of(8, 8, 16, 16),
    Tensor((8, 16), ("channel", "time")), Tensor((16, 16), ("height", "width")),
    Tensor.of(16, dtype="int"), Tensor.of(),
)  # fmt: skip
"""What is put into a layer to see what may come out."""


def gives(kind: str, x: Tensor | None) -> Tensor | None:
    """What a layer with its usual settings makes of a tensor; nothing where that depends on more."""
    needed = [port for port in layers[kind].inputs if not port.optional]
    if x is None or len(needed) != 1:
        return None
    ins: dict[str, Any] = {needed[0].name: (x,) if needed[0].many else x}
    return next(iter(judge(kind, Frozen(), Frozen(), tuple(ins.items())).outs.values()), None)


def takes(kind: str, x: Tensor | None) -> bool:
    """Whether a layer with its usual settings takes a tensor at one of its inputs, as far as is known."""
    cls = layers[kind]
    needed = [port for port in cls.inputs if not port.optional]
    if not cls.inputs or x is None or kind in (DELAY, BLOCK) or len(needed) > 1:
        return bool(cls.inputs)
    port = (needed or cls.inputs)[0]
    ins: dict[str, Any] = {port.name: (x, x) if port.many else x}
    return judge(kind, Frozen(), Frozen(), tuple(ins.items())).refusal is None


@lru_cache(maxsize=1024)
def results(kind: str) -> tuple[Tensor, ...]:
    """What may come out of a layer with its usual settings."""
    return tuple(dict.fromkeys(_results(kind)))


def _results(kind: str) -> Iterator[Tensor]:
    for probe in PROBES:
        ins = tuple(
            (port.name, (probe, probe) if port.many else probe) for port in layers[kind].inputs if not port.optional
        )
        yield from judge(kind, Frozen(), Frozen(), ins).outs.values()


@lru_cache(maxsize=1)
def _cold() -> Iterator[str]:
    """The kinds that nobody has asked for yet."""
    return iter([cls.kind for cls in layers if cls.kind != BLOCK])


def warm(count: int = 4) -> bool:
    """Finds out what some more kinds give, ahead of being asked; False when all are known."""
    asked = list(islice(_cold(), count))
    for kind in asked:
        results(kind)
    return bool(asked)


class Wanted:
    """What a port wants that nothing is wired into: asked with each kind of tensor once."""

    def __init__(self, state: State, spot: Spot) -> None:
        self.state, self.spot = state, spot
        self._answers: dict[Tensor, bool] = {}

    def takes(self, kind: str) -> bool:
        """Whether something that the kind may give out would do."""
        if kind == INPUT:
            return True
        return bool(layers[kind].outputs) and any(self._would_do(x) for x in results(kind))

    def _would_do(self, x: Tensor) -> bool:
        if x not in self._answers:
            self._answers[x] = self._asked(x)
        return self._answers[x]

    def _asked(self, x: Tensor) -> bool:
        plan = self.state.plan
        node = self.state.network.nodes[self.spot.node]
        if plan is None or node.kind == DELAY:
            return True
        probe = replace(plan, shapes={**plan.shapes, ("", "y"): x})
        return mismatch(probe, self.state.project, Wire("", "y", self.spot.node, self.spot.port)) is None
