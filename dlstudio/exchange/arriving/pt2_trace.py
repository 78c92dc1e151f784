"""PT2 trace: the graph of an exported program as a trace, with its modules as they were called."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.following import MADE
from dlstudio.exchange.arriving.pt2_folding import worked_out
from dlstudio.exchange.arriving.pt2_lengths import length, symbols
from dlstudio.exchange.arriving.pt2_wholes import put_together
from dlstudio.exchange.arriving.recorded import FEW, MORE, made, output_names
from dlstudio.exchange.arriving.trace import Frame, Step, Trace, Value, taken, values

IDLE = {"_assert_tensor_metadata", "_assert_scalar", "sym_constrain_range_for_size", "_assert_async", "sym_size"}
DTYPES = {
    1: torch.uint8,
    2: torch.int8,
    3: torch.int16,
    4: torch.int32,
    5: torch.int64,
    6: torch.float16,
    7: torch.float32,
    8: torch.float64,
    12: torch.bool,
    13: torch.bfloat16,
}
"""What torch's numbers for kinds of number mean."""


def traced(graph: Mapping[str, Any], held: Mapping[str, Tensor], saved: frozenset[str]) -> Trace:
    """The trace of a program, with the tensors that it holds."""
    return put_together(_Reader(graph["graph_module"], held, saved).trace())


class _Reader:
    def __init__(self, module: Mapping[str, Any], held: Mapping[str, Tensor], saved: frozenset[str]) -> None:
        self.graph, self.signature = module["graph"], module["signature"]
        self.module_calls = module["module_call_graph"]
        self.calls = [str(call["fqn"]) for call in self.module_calls]
        self.held, self.saved = held, saved
        self.now: dict[str, Value] = {}
        self.inputs: dict[str, Value] = {}
        self.parameters: set[str] = set()

    def trace(self) -> Trace:
        self.samples = self._symbol()
        for spec in self.signature["input_specs"]:
            self._input(spec)
        root = Frame("", "Model")
        self._fill(root)
        found = [
            self._given(spec["user_output"]["arg"]) for spec in self.signature["output_specs"] if "user_output" in spec
        ]
        out = tuple(value for each in found for value in values(each))
        names = self._told_names(len(out)) or output_names(out, len(out))
        answers = dict.fromkeys(names, torch.empty(0))
        return Trace(root, self.inputs, out, self.saved, answers, families=self._families())

    def _told_names(self, count: int) -> list[str]:
        """What a model that gives its results by name calls them."""
        told = next((call.get("signature") or {} for call in self.module_calls if call["fqn"] == ""), {})
        _, spec = json.loads(told.get("out_spec") or '[1, {"context": null}]')
        said = json.loads(spec["context"] or "null") if isinstance(spec["context"], str) else None
        names = list(map(str, said)) if isinstance(said, list) else []
        return names if len(names) == len(set(names)) == count > 1 else []

    # what comes in

    def _symbol(self) -> str:
        """The name of the number of samples: the first axis of what comes in, where that is left open."""
        for name in self._inputs():
            sizes = self.graph["tensor_values"][name]["sizes"]
            if sizes and "as_expr" in sizes[0]:
                return next(iter(symbols(str(sizes[0]["as_expr"]["expr_str"]))), "")
        return ""

    def _inputs(self) -> Iterator[str]:
        for spec in self.signature["input_specs"]:
            if "user_input" in spec and "as_tensor" in spec["user_input"]["arg"]:
                yield str(spec["user_input"]["arg"]["as_tensor"]["name"])

    def _input(self, spec: Mapping[str, Any]) -> None:
        (kind, told), *_ = spec.items()
        if kind == "user_input":
            if "as_tensor" in told["arg"]:
                name = str(told["arg"]["as_tensor"]["name"])
                self.inputs[name] = self.now[name] = self._value(name)
            return
        if kind not in ("parameter", "buffer", "tensor_constant"):
            raise ProjectProblem(f"The program holds a {kind.replace('_', ' ')}, which cannot be read here.")
        path = str(next(value for key, value in told.items() if key.endswith("_name")))
        name, tensor = str(told["arg"]["name"]), self.held[path]
        value: Value = made(name, tensor, tensor, kind == "parameter")
        value.data, value.path = tensor, path if kind == "parameter" or path in self.saved else ""
        if value.path:
            self.parameters.add(path)
        self.now[name] = value

    def _value(self, name: str) -> Value:
        told = self.graph["tensor_values"][name]
        few, more = (self._empty(told, count) for count in (FEW, MORE))
        value: Value = made(name, few, more, trained=False)
        if not self.samples and few.ndim and not value.lone:
            value.batch = 0
        return value

    def _empty(self, told: Mapping[str, Any], count: int) -> Tensor:
        sizes = [self._length(each, count) for each in told["sizes"]]
        return torch.empty(sizes, dtype=DTYPES[told["dtype"]], device="meta")

    def _length(self, told: Mapping[str, Any], count: int) -> int:
        if "as_int" in told:
            return int(told["as_int"])
        return length(str(told["as_expr"]["expr_str"]), {self.samples: count})

    # what happens

    def _fill(self, root: Frame) -> None:
        """The steps in the frames of the modules that they belong to."""
        stack: list[tuple[str, Frame]] = [("", root)]
        for node in self.graph["nodes"]:
            for step in self._step(node):
                wanted = list(_modules(str(node.get("metadata", {}).get("nn_module_stack", ""))))
                self._move(stack, wanted)
                stack[-1][1].items.append(step)

    def _move(self, stack: list[tuple[str, Frame]], wanted: list[tuple[str, str, str]]) -> None:
        """Leaves the modules that are done, and enters those that begin."""
        same = 1
        while same < len(stack) and same <= len(wanted) and stack[same][0] == wanted[same - 1][0]:
            same += 1
        del stack[same:]
        for key, path, name in wanted[same - 1 :]:
            frame = Frame(path, name, stateful=any(each.startswith(f"{path}.") for each in self.parameters))
            stack[-1][1].items.append(frame)
            stack.append((key, frame))

    def _step(self, node: Mapping[str, Any]) -> Iterator[Step]:
        parts = str(node["target"]).removeprefix("torch.ops.").split(".")
        op = parts[1] if len(parts) > 1 else parts[0]
        tensors = [name for each in node["outputs"] for name in _named(each)]
        if op in IDLE or not tensors:
            return
        args = tuple(self._given(each["arg"]) for each in node["inputs"] if each.get("kind", 1) == 1)
        kwargs = {each["name"]: self._given(each["arg"]) for each in node["inputs"] if each.get("kind", 1) != 1}
        outs = [self._output(each) for each in node["outputs"]]
        step = Step(tensors[0], op, args, kwargs, outs[0] if len(outs) == 1 else tuple(outs))
        if isinstance(step.out, Value) and (worked := worked_out(step)) is not None:
            step.out.data = worked
            return
        if op in MADE and isinstance(step.out, Value) and (fixed := _fixed(op, step)) is not None:
            step.out.data = fixed
            return
        if op in ("arange", "zeros", "ones", "full", "scalar_tensor") and not list(taken(step)):
            fixed = _calculated(op, step)
            if fixed is not None and isinstance(step.out, Value):
                step.out.data = fixed
                return
        yield step

    def _output(self, told: Mapping[str, Any]) -> Any:
        found = []
        for name in _named(told):
            self.now[name] = self._value(name)
            found.append(self.now[name])
        return found[0] if "as_tensor" in told and found else tuple(found)

    def _given(self, told: Mapping[str, Any]) -> Any:
        """An argument: a value, a number, a text, or a list."""
        (kind, part), *_ = told.items()
        if kind == "as_tensor":
            return self.now[part["name"]]
        if kind in ("as_tensors", "as_nested_tensors"):
            return tuple(self.now[each["name"]] for each in part)
        if kind == "as_optional_tensors":
            return tuple(self._given(each) for each in part)
        if kind in ("as_sym_int", "as_sym_float", "as_sym_bool"):
            return part.get("as_int", part.get("as_float", -1))
        if kind == "as_sym_ints":
            return tuple(each.get("as_int", -1) for each in part)
        if kind == "as_none":
            return None
        return tuple(part) if isinstance(part, list) else part

    def _families(self) -> dict[str, tuple[str, ...]]:
        paths = {*self.calls, *(each.rpartition(".")[0] for each in self.parameters)} - {""}
        every = {".".join(path.split(".")[:i]) for path in paths for i in range(1, path.count(".") + 2)}
        found: dict[str, tuple[str, ...]] = {}
        for path in sorted(every):
            home, _, name = path.rpartition(".")
            found[home] = (*found.get(home, ()), name)
        return found


def _named(told: Mapping[str, Any]) -> list[str]:
    """The tensors in one output of a node."""
    if "as_tensor" in told:
        return [str(told["as_tensor"]["name"])]
    return [str(each["name"]) for each in told.get("as_tensors", ())]


def _modules(stack: str) -> Iterator[tuple[str, str, str]]:
    """The calls around a step, outermost first, without the model itself: a key, the place, and the class."""
    for part in stack.split(";"):
        key, _, rest = part.partition(",")
        path, _, name = rest.rpartition(",")
        if path:
            yield key, path.partition("@")[0], name.rpartition(".")[2]


def _fixed(op: str, step: Step) -> Tensor | None:
    """What is made in the shape of something else."""
    fill = {"new_zeros": 0.0, "zeros_like": 0.0, "new_ones": 1.0, "ones_like": 1.0}.get(op)
    return None if fill is None else torch.full(step.out.shape, fill).to(step.out.dtype)


def _calculated(op: str, step: Step) -> Tensor | None:
    numbers = [each for each in step.args if isinstance(each, int | float)]
    if op == "arange" and len(numbers) == len(step.args):
        return torch.arange(*numbers).to(step.out.dtype)
    fill = {"zeros": 0.0, "ones": 1.0}.get(op, step.args[-1] if op in ("full", "scalar_tensor") else None)
    if not isinstance(fill, int | float) or not all(n < 2**24 for n in step.out.shape):
        return None
    return torch.full(step.out.shape, float(fill)).to(step.out.dtype)
