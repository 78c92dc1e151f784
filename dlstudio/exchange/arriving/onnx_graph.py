"""The graph of an ONNX file as plain things: steps in an order in which they can run, constants, inputs, outputs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import AttributeProto, TensorProto, numpy_helper

from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.onnx_reading import OURS, opset
from dlstudio.exchange.arriving.onnx_tensors import Array, array

NODE = "dlstudio.node"
"""Where a file written here says which node of the canvas a step belongs to."""


@dataclass(frozen=True)
class Op:
    """One step: an operator, what it reads and gives, and its settings."""

    name: str
    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1
    domain: str = ""
    captured: tuple[str, ...] = ()
    """What the graphs in its settings read from around it."""

    @property
    def reads(self) -> tuple[str, ...]:
        """All that has to be there before it."""
        return (*self.inputs, *self.captured)

    @property
    def output(self) -> str:
        return self.outputs[0]

    def get(self, attribute: str, usual: Any = None) -> Any:
        return self.attributes.get(attribute, usual)

    def input(self, index: int) -> str:
        """The name of an input, or nothing where it was left out."""
        return self.inputs[index] if index < len(self.inputs) else ""

    @property
    def attributes_plain(self) -> Mapping[str, Any]:
        """The settings as ONNX's own tools take them."""
        return {
            name: numpy_helper.from_array(value) if isinstance(value, np.ndarray) else value
            for name, value in self.attributes.items()
        }

    @property
    def what(self) -> str:
        return f"{self.domain}.{self.kind}" if self.domain else f"onnx.{self.kind}"

    def __str__(self) -> str:
        return f"“{self.name}” ({self.kind})"


@dataclass(frozen=True)
class Body:
    """A graph in the settings of a step: a branch, or what a loop repeats."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    ops: tuple[Op, ...]
    constants: Mapping[str, Array]

    @property
    def captured(self) -> tuple[str, ...]:
        """What it reads from around it."""
        made = {*self.inputs, *self.constants, *(name for op in self.ops for name in op.outputs)}
        read = dict.fromkeys((*(name for op in self.ops for name in op.reads), *self.outputs))
        return tuple(name for name in read if name and name not in made)

    def __str__(self) -> str:
        return f"{len(self.ops)} step{'' if len(self.ops) == 1 else 's'}"


@dataclass(frozen=True)
class Entry:
    """An input of the file: its lengths, of which some may only have a name, and its kind of number."""

    name: str
    dims: tuple[int | str, ...]
    dtype: str
    place: int = 0
    """The axis of the samples, where nothing else is said of it: recurrent steps have time before them."""


@dataclass
class Graph:
    """What a file says, before anything of it is understood."""

    ops: list[Op]
    constants: dict[str, Array]
    entries: list[Entry]
    outputs: list[str]
    trained: frozenset[str] = frozenset()
    """Constants that are weights rather than settings."""

    def __post_init__(self) -> None:
        self.users = Counter(name for op in self.ops for name in op.reads)
        self.users.update(self.outputs)
        self.makers = {name: op for op in self.ops for name in op.outputs if name}

    def unfold(self, ops: Sequence[Op]) -> None:
        """Takes in steps that stood within another one."""
        self.users.update(name for op in ops for name in op.reads)
        self.makers.update({name: op for op in ops for name in op.outputs if name})


def graph_of(model: Any, folder: Path | None) -> Graph:
    """The graph of a model; a ProjectProblem names what is missing or goes in a circle."""
    proto, version = model.graph, opset(model)
    constants = {text(each.name): array(each, folder) for each in proto.initializer}
    entries = [_entry(each) for each in proto.input if text(each.name) not in constants]
    outputs = [text(each.name) for each in proto.output]
    taken = {*outputs, *(each.name for each in entries)}
    ops = [_op(each, version, folder, taken) for each in proto.node]
    if not outputs:
        raise ProjectProblem("The graph has no output, so there is nothing to open.")
    given = {each.name for each in entries} | constants.keys()
    entries = [replace(each, place=1) if _time_first(each, ops) else each for each in entries]
    weights = frozenset(name for name, value in constants.items() if value.dtype.kind == "f")
    return Graph(_in_order(ops, outputs, given), constants, entries, outputs, weights)


def _time_first(entry: Entry, ops: Sequence[Op]) -> bool:
    """Whether a recurrent step reads an input, which then has the samples along its second axis."""
    reading = [op for op in ops if op.kind in ("LSTM", "GRU", "RNN") and entry.name in op.inputs]
    return len(entry.dims) == 3 and any(not op.get("layout", 0) for op in reading)


_WORDS = {"float": "FLOAT DOUBLE FLOAT16 BFLOAT16", "int": "INT64 INT32 INT16 INT8 UINT8 UINT16 UINT32 UINT64"}
_KINDS = {TensorProto.DataType.Value(name): word for word, names in _WORDS.items() for name in names.split()}


def dtype_of(kind: int) -> str | None:
    """What numbers of that type are called here, if they are known here."""
    return "bool" if kind == TensorProto.BOOL else _KINDS.get(kind)


def _entry(value: Any) -> Entry:
    if value.type.WhichOneof("value") != "tensor_type":
        raise ProjectProblem(
            f"The input “{text(value.name)}” is no tensor but a list or a map; such inputs are not known."
        )
    said = value.type.tensor_type
    dtype = dtype_of(said.elem_type)
    if dtype is None:
        raise ProjectProblem(
            f"The input “{value.name}” takes texts or complex numbers; no network calculates with them."
        )
    if not said.HasField("shape"):
        raise ProjectProblem(f"The file does not say the shape of the input “{value.name}”; save it with its shapes.")
    dims = tuple(_dim(axis, place) for place, axis in enumerate(said.shape.dim))
    return Entry(text(value.name), dims, dtype)


def _dim(axis: Any, place: int) -> int | str:
    if axis.WhichOneof("value") == "dim_value" and axis.dim_value > 0:
        return int(axis.dim_value)
    return text(axis.dim_param) or f"axis {place}"


def _op(proto: Any, version: int, folder: Path | None, taken: set[str]) -> Op:
    """A step; it does not take the name away from an input or an output of the file."""
    noted = next((text(entry.value) for entry in proto.metadata_props if entry.key == NODE), "")
    kind, domain = text(proto.op_type), "" if proto.domain in OURS else text(proto.domain)
    inputs, outputs = tuple(map(text, proto.input)), tuple(map(text, proto.output))
    first = next((name for name in outputs if name), "")
    name = noted.rpartition("/")[2] or text(proto.name) or first
    name = name if name and name not in taken else kind.lower()
    name = f"{name}_step" if name in taken else name
    attributes = {text(each.name): _value(each, version, folder) for each in proto.attribute}
    bodies = [each.captured for each in attributes.values() if isinstance(each, Body)]
    captured = tuple(dict.fromkeys(name for each in bodies for name in each))
    return Op(name, kind, inputs, outputs, attributes, version, domain, captured)


def _body(proto: Any, version: int, folder: Path | None) -> Body:
    constants = {text(each.name): array(each, folder) for each in proto.initializer}
    ops = [_op(each, version, folder, set()) for each in proto.node]
    inputs, outputs = (tuple(text(each.name) for each in side) for side in (proto.input, proto.output))
    body = Body(inputs, outputs, tuple(ops), constants)
    given = {*inputs, *constants, *body.captured}
    return replace(body, ops=tuple(_in_order(ops, list(outputs), given)))


def _value(attribute: Any, version: int, folder: Path | None) -> Any:
    if attribute.type == AttributeProto.GRAPH:
        return _body(attribute.g, version, folder)
    if attribute.type == AttributeProto.TENSOR:
        return array(attribute.t, folder, attribute.name)
    if attribute.type in (AttributeProto.FLOAT, AttributeProto.INT, AttributeProto.FLOATS, AttributeProto.INTS):
        found = onnx.helper.get_attribute_value(attribute)
        return found if isinstance(found, int | float) else tuple(found)
    if attribute.type in (AttributeProto.STRING, AttributeProto.STRINGS):
        found = onnx.helper.get_attribute_value(attribute)
        return text(found) if isinstance(found, str | bytes) else tuple(map(text, found))
    return AttributeProto.AttributeType.Name(attribute.type).lower()


def text(said: str | bytes) -> str:
    """A name of the file; protocol buffers hand out bytes where it is no proper text."""
    return said if isinstance(said, str) else said.decode("utf8", "replace")


def _in_order(ops: list[Op], outputs: list[str], given: set[str]) -> list[Op]:
    """The steps that the outputs need, each after those that it reads."""
    makers: dict[str, Op] = {}
    for op in ops:
        for name in filter(None, op.outputs):
            if name in makers or name in given:
                raise ProjectProblem(f"Two steps of the file give “{name}”; it is damaged.")
            makers[name] = op
    ordered: list[Op] = []
    done: set[int] = set()
    for output in outputs:
        if output not in makers and output not in given:
            raise ProjectProblem(f"Nothing in the file gives its output “{output}”; it is damaged.")
        _visit(output, makers, given, ordered, done)
    return ordered


def _visit(output: str, makers: Mapping[str, Op], given: set[str], ordered: list[Op], done: set[int]) -> None:
    """Adds what one output needs, without recursion, since graphs are deep."""
    if output not in makers:
        return
    path: dict[int, tuple[Op, Iterator[str]]] = {}
    stack = [makers[output]]
    while stack:
        op = stack[-1]
        if id(op) not in path:
            if id(op) in done:
                stack.pop()
                continue
            path[id(op)] = (op, iter(op.reads))
        following = next((name for name in path[id(op)][1] if _needed(name, op, makers, given, done)), None)
        if following is None:
            stack.pop()
            del path[id(op)]
            done.add(id(op))
            ordered.append(op)
        elif id(makers[following]) in path:
            raise ProjectProblem(f"The graph goes in a circle: {op} reads “{following}”, which depends on it.")
        else:
            stack.append(makers[following])


def _needed(name: str, op: Op, makers: Mapping[str, Op], given: set[str], done: set[int]) -> bool:
    if not name or name in given:
        return False
    if name not in makers:
        raise ProjectProblem(f"The step {op} reads “{name}”, which nothing in the file gives; it is damaged.")
    return id(makers[name]) not in done
