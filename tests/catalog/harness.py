"""The one harness that every registered layer goes through: what to try, and how to try it."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import nn

from dlstudio.catalog.layer import Layer, Port
from dlstudio.catalog.layers import layers
from dlstudio.catalog.refusal import Refused
from dlstudio.compiler.load import build
from dlstudio.core.document import INPUT, OUTPUT, Network, Node, Project, Wire
from dlstudio.core.fields import Choice, Declared, Flag, Int, Ints, Marker, Real, Reals, Size, Words
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import BadFields, make
from dlstudio.core.tensor import FORMS, Tensor

STRUCTURE = {"Input", "Output", "Delay", "Block", "Custom"}
"""Kinds that mean something only inside a network or with the user's own code; other tests try them."""

KINDS = [cls.kind for cls in layers if cls.kind not in STRUCTURE]

MAP = FORMS["a map"]
CLIP = FORMS["a clip"]
SIGNAL = FORMS["a signal"]
TIMES = FORMS["a row of steps"]

POOL = (
    Tensor.of(6),
    Tensor.of(4, 6),
    Tensor((4, 6), SIGNAL),
    Tensor((6, 1), SIGNAL),
    Tensor.of(6, 5, 7),
    Tensor.of(3, 8, 8),
    Tensor.of(8, 1, 1),
    Tensor.of(4, 3, 4, 5),
    Tensor((5, 6), MAP),
    Tensor((3, 4, 5, 5), CLIP),
    Tensor.of(5, dtype="int"),
    Tensor((5,), ("feature",), "int"),
    Tensor.of(6, 5, 7, dtype="int"),
    Tensor.of(6, dtype="bool"),
    Tensor.of(),
)
"""One tensor of every form that layers meet."""


OPTIONS = (*POOL, Tensor.of(2, 3), Tensor.of(2, 6), Tensor.of(3, 6), Tensor.of(4, dtype="bool"), Tensor.of(2))
"""What is tried at optional ports."""


@dataclass(frozen=True)
class Case:
    """One layer with its inputs, and what its shape rule says to them."""

    layer: Layer
    raw: Frozen[str, Value]
    ins: Mapping[str, Any]
    outs: Mapping[str, Tensor] | None

    def __str__(self) -> str:
        return f"{self.layer.kind}({dict(self.raw)}) of { ({n: str(x) for n, x in self.ins.items()}) }"


def tries(marker: Marker, default: Value) -> list[Value]:
    """A few values of a field that are worth trying."""
    if isinstance(marker, Flag):
        return [True, False]
    if isinstance(marker, Choice):
        return list(marker.options)
    if isinstance(marker, Int):
        return [n for n in (-3, -2, -1, 0, 1, 2, 3, 4, 6) if marker.low <= n <= marker.high]
    if isinstance(marker, Size):
        sizes: list[Value] = [(n,) * marker.dims for n in (0, 1, 2, 3, 9) if marker.low <= n <= marker.high]
        uneven = tuple(range(1, marker.dims + 1))
        extra: list[Value] = ["same"] if _accepts(marker, "same") else []
        return [*sizes, uneven, *extra]
    if isinstance(marker, Real):
        return [n for n in (0.0, 0.25, 0.5, 1.0, 2.0, -1.0) if _accepts(marker, n)]
    if isinstance(marker, Ints):
        return [n for n in ((), (1,), (2, 3), (6,), (0, 2, 1), (2, 1), (3, 2, 1)) if _accepts(marker, n)]
    if isinstance(marker, Reals):
        return [n for n in ((0.5,), (0.1,) * 6) if _accepts(marker, n)]
    if isinstance(marker, Words) and marker.options:
        return [(), marker.options[:1], marker.options]
    if isinstance(marker, Declared):
        return [Frozen()]
    return [default]


def _accepts(marker: Marker, value: Value) -> bool:
    try:
        marker.accept(value)
    except ValueError:
        return False
    return True


def settings(cls: type[Layer]) -> Iterator[Frozen[str, Value]]:
    """The defaults, each field varied alone, and some pairs varied together."""
    yield Frozen()
    varied = {name: tries(field.marker, field.default) for name, field in cls.specs.items()}
    for name, values in varied.items():
        yield from (Frozen({name: value}) for value in values)
    for (a, first), (b, second) in itertools.combinations(varied.items(), 2):
        pairs = list(itertools.product(first, second))
        alike = [(x, x) for x in first[-4:] if x in second and a != b and not isinstance(x, bool)]
        yield from (Frozen({a: x, b: y}) for x, y in [*pairs[:: max(1, len(pairs) // 4)], *alike])
    yield from (Frozen(example) for example in cls.examples)


def inputs(ports: tuple[Port, ...]) -> Iterator[dict[str, Any]]:
    """Tensors from the pool for the ports; optional ports both with and without."""
    needed = [port for port in ports if not port.optional]
    if not needed:
        yield {}
        return
    for first in POOL:
        for rest in itertools.product(_partners(first), repeat=len(needed) - 1):
            chosen = [first, *rest]
            yield {p.name: (x, first, x) if p.many else x for p, x in zip(needed, chosen, strict=True)}
            if needed[0].many:
                for other in _partners(first):
                    yield {needed[0].name: (first, other)}


def _partners(x: Tensor) -> tuple[Tensor, ...]:
    """What might stand beside a tensor at another port."""
    swapped = Tensor(tuple(reversed(x.shape)), x.axes, x.dtype)
    others = [
        x.cast("int"),
        x.cast("bool"),
        *([Tensor(x.shape[:1], x.axes[:1], "bool")] if x.axes[:1] == TIMES else []),
    ]
    return tuple(dict.fromkeys((x, swapped, Tensor.of(6), Tensor.of(4, 6), Tensor.of(3), *others)))


def with_options(ports: tuple[Port, ...], ins: dict[str, Any], layer: Layer) -> Iterator[dict[str, Any]]:
    """The same inputs, and again with each optional port filled by something that the layer takes."""
    yield ins
    names = [port.name for port in ports if port.optional]
    if not names or judge(layer, ins) is None:
        return
    for name in names:
        yield from itertools.islice((w for x in OPTIONS if judge(layer, w := {**ins, name: x}) is not None), 2)
    for x in OPTIONS if len(names) > 1 else ():
        together = {**ins, **dict.fromkeys(names, x)}
        if judge(layer, together) is not None:
            yield together


def judge(layer: Layer, ins: Mapping[str, Any]) -> dict[str, Tensor] | None:
    """What the shape rule says: the outputs, or None for a refusal. Anything else is a defect."""
    try:
        made = layer.shape(**ins)
    except Refused:
        return None
    return {layer.ports_out()[0].name: made} if isinstance(made, Tensor) else dict(made)


@cache
def cases(kind: str) -> tuple[Case, ...]:
    """Every case that is worth trying for a kind, the refused ones too."""
    cls = layers[kind]
    found: dict[tuple[Any, ...], Case] = {}
    for raw in settings(cls):
        try:
            layer = make(cls, raw, {})
        except BadFields:
            continue
        for ins in inputs(layer.ports_in()):
            for chosen in with_options(layer.ports_in(), ins, layer):
                case = Case(layer, raw, chosen, judge(layer, chosen))
                found[layer, tuple(chosen.items())] = case
    return tuple(found.values())


def accepted(kind: str, most: int) -> list[Case]:
    """Cases that the rule takes, spread over all that there are."""
    return spread([case for case in cases(kind) if case.outs], most)


def refused(kind: str, most: int) -> list[Case]:
    """Cases that the rule refuses, spread over all that there are."""
    return spread([case for case in cases(kind) if case.outs is None], most)


def spread(found: list[Case], most: int) -> list[Case]:
    """About so many of the cases, and at least one of each sort of input: which ports, and what form at each."""
    sorts: dict[tuple[Any, ...], list[Case]] = {}
    for case in found:
        sorts.setdefault(tuple((port, form(x)) for port, x in case.ins.items()), []).append(case)
    each = max(1, most // max(1, len(sorts)))
    return [case for group in sorts.values() for case in evenly(group, each)]


def evenly(group: list[Case], most: int) -> list[Case]:
    """The first, the last, and so many in all."""
    if len(group) <= most:
        return group
    return [group[round(i * (len(group) - 1) / max(1, most - 1))] for i in range(most)]


def form(x: Any) -> Any:
    """What the tensors at a port are, apart from their lengths."""
    return (x.axes, x.dtype) if isinstance(x, Tensor) else tuple(map(form, x))


NAME = "node1"


def project(case: Case, outputs: tuple[str, ...] = ()) -> Project:
    """A project of inputs, the one node, and an output for each of its ports, or for those named."""
    nodes = [Node(NAME, case.layer.kind, case.raw)]
    wires = []
    for port, tensors in case.ins.items():
        members = tensors if isinstance(tensors, tuple) and not isinstance(tensors, Tensor) else None
        for i, x in enumerate(members or (tensors,)):
            name, target = (f"in_{port}{i + 1}", f"{port}{i + 1}") if members else (f"in_{port}", port)
            nodes.append(Node(name, INPUT, Frozen({"size": x.shape, "form": form_of(x), "dtype": x.dtype})))
            wires.append(Wire(name, "y", NAME, target))
    if not case.ins:
        nodes.append(Node("in_x", INPUT))
    for out in outputs or tuple(port.name for port in case.layer.ports_out()):
        nodes.append(Node(f"out_{out}", OUTPUT))
        wires.append(Wire(NAME, out, f"out_{out}", "x"))
    return Project(networks=Frozen({"model": Network.of(nodes, wires)}))


WORDS = {
    "a vector": "features",
    "a row of steps": "tokens",
    "a sequence": "sequence",
    "a signal": "signal",
    "a map": "map",
    "an image": "image",
    "a volume": "volume",
    "a clip": "clip",
}


def form_of(x: Tensor) -> str:
    return WORDS.get(x.form, "auto")


DTYPES = {"float": torch.float32, "int": torch.int64, "bool": torch.bool}
BATCH = 2


def sample(x: Tensor, *, device: str = "cpu", dtype: torch.dtype | None = None) -> torch.Tensor:
    """A random batch of a tensor; whole numbers stay small, so that they can be looked up in tables."""
    shape = (BATCH, *x.shape)
    if x.dtype == "float":
        return torch.randn(shape, device=device, dtype=dtype or torch.float32)
    if x.dtype == "int":
        return torch.randint(0, 2, shape, device=device)
    return torch.rand(shape, device=device) > 0.5


def flat(ins: Mapping[str, Any]) -> list[Tensor]:
    """The inputs in the order of the built module's arguments."""
    named = {}
    for port, tensors in ins.items():
        if isinstance(tensors, tuple):
            named.update({f"in_{port}{i + 1}": x for i, x in enumerate(tensors)})
        else:
            named[f"in_{port}"] = tensors
    return [named[name] for name in sorted(named)]


def built(case: Case, device: str = "cpu") -> nn.Module:
    with torch.device(device):
        return build(project(case))


def refusal(case: Case) -> Refused:
    """What the rule says to a case that it refuses."""
    try:
        case.layer.shape(**case.ins)
    except Refused as said:
        return said
    raise AssertionError(f"{case} is taken")


def draws(module: nn.Module, given: list[torch.Tensor]) -> bool:
    """Whether the module gives something else each time."""
    torch.manual_seed(1)
    first = results(module(*given))
    again = results(module(*given))
    return not all(torch.allclose(a, b, equal_nan=True) for a, b in zip(first, again, strict=True))


def results(made: Any) -> list[torch.Tensor]:
    return list(made) if isinstance(made, tuple) else [made]


def direct(case: Case, device: str = "cpu") -> nn.Module | None:
    """The same layer made by hand from its constructor call, without any generated source."""
    call = case.layer.construct(**case.ins)
    if call is None:
        return None
    with torch.device(device):
        module: nn.Module = find(call.callee)(*(value for _, value in call.positional), **dict(call.keywords))
        return module


def find(callee: str) -> Any:
    """The class behind a callee: nn.Linear, or .rbf.RBF from dlstudio.modules."""
    if callee.startswith("."):
        module, name = callee[1:].split(".")
        return getattr(__import__(f"dlstudio.modules.{module}", fromlist=[name]), name)
    value: Any = {"nn": nn, "torch": torch}[callee.split(".", maxsplit=1)[0]]
    for part in callee.split(".")[1:]:
        value = getattr(value, part)
    return value
