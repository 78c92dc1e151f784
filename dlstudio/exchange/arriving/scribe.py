"""Scribe: writes the steps of one call into a draft, and brings values into the forms that layers want."""

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

from torch import Tensor as Weight

from dlstudio.catalog.forms import WORDS
from dlstudio.catalog.layer import Layer
from dlstudio.catalog.layers import layers
from dlstudio.core.document import INPUT
from dlstudio.core.tensor import FORMS, OTHER, Tensor, usual_axes
from dlstudio.exchange.arriving.draft import MOST, Draft, written_out
from dlstudio.exchange.arriving.trace import Frame, Trace, Value

WORD_OF = {FORMS[form]: word for word, form in WORDS.items()}
"""The word of a form field, by the axes that it stands for."""


class Unfit(Exception):
    """Why a step cannot be a layer, in words."""


class TimeFirst(Unfit):
    """A module that reads its steps along the axis of the samples."""


def _one_sample(value: Value, data: Weight) -> Weight:
    """What is fixed for each sample alike, as it is for the first."""
    if value.batch is None:
        return data
    return data.narrow(value.batch, 0, value.fold).clone() if value.fold > 1 else data.select(value.batch, 0).clone()


class Scribe:
    """One network while its steps are written."""

    def __init__(self, draft: Draft, frame: Frame, trace: Trace, outer: "Scribe | None" = None) -> None:
        self.draft, self.frame, self.trace, self.outer = draft, frame, trace, outer
        self.reserved: set[str] = set()
        """Names that belong to modules and parameters, which nothing else may take."""
        self.modules: dict[str, str] = {}
        """The node of each module that was called already, by its path."""
        self.grids: dict[str, tuple[Value, bool]] = {}
        """The grids of spatial transforms: what turns them, and whether corners are aligned."""
        self._formed: dict[tuple[str, str], str] = {}
        self.entered: dict[str, Value] = {}
        """What came in from outside, by the Input that it came through."""
        self.leaving: dict[str, str] = {}
        """The Output of each value that goes out, by the value's name."""
        self._count = 0

    # where values come from

    def known(self, value: Value) -> str:
        """The name of a value in this network; it comes in through an Input where it was made outside."""
        if value.name in self.draft.values:
            return value.name
        if value.odd:
            raise Unfit("the shape of what it reads depends on the number of samples")
        if value.data is not None and (self.outer is None or not value.path or self._owns(value)):
            self._held(value)
        elif self.outer is None:
            raise Unfit("what it reads was left out")
        else:
            self._enter(value)
        return value.name

    def _owns(self, value: Value) -> bool:
        return value.path.startswith(f"{self.frame.path}.") or not self.frame.path

    def _enter(self, value: Value) -> None:
        assert self.outer is not None
        tensor = self.outer.tensor(self.outer.known(value))
        name = next((name for name, given in self.frame.given.items() if given is value), "")
        wanted = self.fresh(name if name and name != "input" else "x")
        node = self.draft.input(wanted, tensor.shape, tensor.dtype, WORD_OF.get(tensor.axes, "auto"))
        self.draft.values[value.name] = self.draft.values.pop(wanted, (node, "y"))
        self.draft.tensors[node, "y"] = tensor
        self.entered[node] = value

    def _held(self, value: Value) -> None:
        """A parameter, a buffer, or something fixed, as a node."""
        assert value.data is not None
        leading = value.lone
        data = value.data if leading else _one_sample(value, value.data)
        size = tuple(data.shape[1:]) if leading else tuple(data.shape)
        fields: dict[str, Any] = {"size": size, "leading": leading}
        name = self.local(value.path) if value.path else self.fresh("constant")
        kind, weights = "Parameter", {"": data}
        if not value.trained:
            kind, fields["dtype"] = "Constant", value.kind
            numbers = None if value.path or data.numel() > MOST else written_out(data[0] if leading else data)
            if numbers is not None:
                fields["value"], weights = numbers, {}
        self.put(kind, name, fields, {"x": self.any_input()}, {"y": value.name}, weights)

    def any_input(self) -> str:
        """Some value of the batch, from which the number of samples is known."""
        for name, (node, _) in self.draft.values.items():
            if self.draft.nodes[node].kind == INPUT:
                return name
        if self.outer is None:
            raise Unfit("no input of the model counts the samples")
        value = next(iter(self.frame.given.values()), None) or next(iter(self.trace.inputs.values()))
        self._enter(value)
        return value.name

    def tensor(self, name: str) -> Tensor:
        found = self.draft.tensor(name)
        if found is None:
            raise Unfit("the shape of what it reads is not known")
        return found

    # names

    def local(self, path: str) -> str:
        """What a module or a parameter is called inside this one."""
        return path.removeprefix(f"{self.frame.path}.") if self.frame.path else path

    def fresh(self, wanted: str) -> str:
        """A name that no module and no parameter needs."""
        return f"{wanted}_" if wanted in self.reserved else wanted

    def temporary(self, of: str) -> str:
        self._count += 1
        return f"{of}\0{self._count}"

    # what is written

    def put(
        self,
        kind: str,
        name: str,
        fields: Mapping[str, Any],
        inputs: Mapping[str, str],
        outputs: Mapping[str, str],
        weights: Mapping[str, Any] | None = None,
    ) -> str:
        """A node as it is."""
        return self.draft.node(kind, name, fields, inputs, outputs, weights)

    def layer(
        self,
        kind: str,
        name: str,
        fields: Mapping[str, Any],
        inputs: Mapping[str, str],
        outputs: Sequence[str] = ("y",),
        weights: Mapping[str, Any] | None = None,
    ) -> list[str]:
        """A layer that takes these values, brought into a form that it likes; Unfit with its reason otherwise."""
        layer, seen = self.fitting(kind, fields, inputs)
        wired = {port: self.formed(value, seen[value].axes, name) for port, value in inputs.items()}
        made = {port: self.temporary(name) for port in outputs}
        self.put(layer.kind, name, fields, wired, made, weights)
        return list(made.values())

    def fitting(
        self, kind: str, fields: Mapping[str, Any], inputs: Mapping[str, str]
    ) -> tuple[Layer, Mapping[str, Tensor]]:
        """The layer, and its inputs in the first of the forms that it takes."""
        reason = ""
        for seen in self._forms(kind, inputs):
            judged = self.draft.judged(kind, fields, inputs, seen)
            if judged is None:
                raise Unfit(f"{kind} lacks an input")
            if judged.layer and not judged.refusal:
                return judged.layer, seen
            reason = reason or str(judged.refusal)
        raise Unfit(reason.rstrip(".") or f"there is no layer {kind}")

    def _forms(self, kind: str, inputs: Mapping[str, str]) -> Iterator[dict[str, Tensor]]:
        """The inputs as they are, all in a usual form, and the first of them in each form that it can have."""
        plain = {value: self.tensor(value) for value in inputs.values()}
        yield plain
        if kind not in layers or not plain:
            return
        usual = {name: Tensor(t.shape, usual_axes(t.rank, t.dtype), t.dtype) for name, t in plain.items()}
        yield usual
        first, tensor = next(iter(plain.items()))
        for axes in WORD_OF:
            if len(axes) == tensor.rank:
                changed = Tensor(tensor.shape, axes, tensor.dtype)
                yield {**plain, first: changed}
                alike = {n: Tensor(t.shape, axes, t.dtype) for n, t in plain.items() if t.rank == tensor.rank}
                if len(plain) > 1:
                    yield {**plain, **alike}
                    yield {**usual, **alike}

    def formed(self, value: str, axes: tuple[str, ...], name: str = "") -> str:
        """A value whose axes are called so."""
        tensor = self.tensor(value)
        if tensor.axes == axes:
            return value
        usual = usual_axes(tensor.rank, tensor.dtype)
        if axes != usual and axes not in WORD_OF:
            raise Unfit(f"axes cannot be called {', '.join(axes)}")
        return self.shaped(value, tensor.shape, "auto" if axes == usual else WORD_OF[axes], name)

    def shaped(self, value: str, shape: Sequence[int], form: str = "auto", name: str = "") -> str:
        """A value with the same numbers in the same order under another shape."""
        shape = tuple(shape)
        tensor = self.tensor(value)
        axes = usual_axes(len(shape), tensor.dtype) if form == "auto" else FORMS[WORDS[form]]
        if (tensor.shape, tensor.axes) == (shape, axes) or (form == "auto" and tensor.shape == shape and not shape):
            return value
        key = value, f"{shape} {form}"
        if key not in self._formed or self._formed[key] not in self.draft.values:
            self._formed[key] = self._reshape(value, tensor, shape, form, name)
        return self._formed[key]

    def _reshape(self, value: str, tensor: Tensor, shape: tuple[int, ...], form: str, name: str) -> str:
        if prod(shape) != tensor.size:
            raise Unfit(f"{tensor} cannot be read as {Tensor.of(*shape)}")
        kind, fields = "Reshape", dict[str, Any](size=shape, form=form)
        if not shape:
            kind, fields = "Squeeze", {}
        elif len(shape) == 1 and tensor.rank > 1 and form == "auto" and tensor.dtype == "float":
            kind, fields = "Flatten", {}
        made = self.temporary(value)
        node = self.draft.values[value][0]
        self.put(kind, self.fresh(f"{node}_{kind.lower()}"), fields, {"x": value}, {"y": made})
        return made

    def give(self, out: Value, made: str, *, rows: bool = False) -> None:
        """Says which value a step gave; its shape must be what it was when the model ran.

        `rows` says that a layer of the last axis may have read all others as one, which is undone here."""
        tensor = self.tensor(made)
        if tensor.dtype != out.kind:
            raise Unfit(f"it gives {out.dtype}, not numbers of the kind {tensor.dtype}")
        if tensor.shape != out.sample:
            merged = rows and tensor.shape == (prod(out.sample[:-1]), *out.sample[-1:])
            if not merged and [n for n in tensor.shape if n != 1] != [n for n in out.sample if n != 1]:
                raise Unfit(f"it gives {'×'.join(map(str, out.sample))} for each sample, the layer {tensor}")
            made = self.shaped(made, out.sample)
        if out.name != made:
            self.draft.alias(out.name, made)

    def assume(self, node: str, outs: Mapping[str, Value]) -> None:
        """Takes the shapes of a kept node's results from the run, so that what follows can be written."""
        for port, value in outs.items():
            axes = usual_axes(len(value.sample), value.kind)  # type: ignore[arg-type]
            self.draft.tensors[node, port] = Tensor(value.sample, axes, value.kind)  # type: ignore[arg-type]

    def named(self, value: str) -> tuple[str, Tensor]:
        """A value each of whose axes has a name of its own, and its tensor."""
        tensor = self.tensor(value)
        if OTHER in tensor.axes or len(set(tensor.axes)) < tensor.rank:
            value = self.formed(value, usual_axes(tensor.rank, tensor.dtype))
            tensor = self.tensor(value)
        return value, tensor

    def sample_axis(self, value: Value, dim: int) -> int:
        """Where an axis stands in one sample."""
        if not -value.rank <= dim < max(value.rank, 1):
            raise Unfit(f"there is no axis {dim}")
        place = value.place(dim)
        if place is None:
            raise Unfit("it works across the samples of a batch")
        return place

    def renamed(self, path: str, node: str) -> None:
        """Remembers that a module has another name here."""
        local = self.local(path)
        if local != node:
            self.draft.report.renamed[path] = f"{path.removesuffix(local)}{node}"

    def renamed_key(self, path: str, local: str) -> None:
        """Remembers that a weight has another name here."""
        there = f"{self.frame.path}.{local}" if self.frame.path else local
        if path != there:
            self.draft.report.renamed[path] = there
