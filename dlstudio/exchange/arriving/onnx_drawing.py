"""Drawing: what is known while an ONNX graph becomes a network: constants, views of values, and the draft itself."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
import torch

from dlstudio.catalog.forms import WORDS
from dlstudio.catalog.layer import Trained
from dlstudio.catalog.layers import layers
from dlstudio.catalog.refusal import SEQUENCE, SIGNAL, VECTOR
from dlstudio.core.tensor import FORMS, Tensor, usual_axes
from dlstudio.exchange.arriving.draft import Draft
from dlstudio.exchange.arriving.onnx_graph import Graph, Op
from dlstudio.exchange.arriving.onnx_tensors import Array
from dlstudio.exchange.arriving.onnx_views import BATCH, View

Axes = tuple[str, ...]
FORM_OF: Mapping[Axes, str] = {FORMS[called]: word for word, called in WORDS.items()}


class Unknown(Exception):
    """A step that cannot be a layer here, with the reason in words."""


class Drawing:
    """A network that grows step by step."""

    def __init__(self, draft: Draft, graph: Graph, batch: int, any_batch: bool = False) -> None:
        self.draft, self.graph, self.batch = draft, graph, batch
        self.any = any_batch
        """Whether the file takes any number of samples, even while it is read with a single one."""
        self.constants: dict[str, Array] = dict(graph.constants)
        self.trained = set(graph.trained)
        """Constants that are weights rather than settings."""
        self.views: dict[str, View] = {}
        self.readers = {name: op for op in graph.ops for name in op.reads}
        """One of the steps that read a value."""
        self.done: set[str] = set()
        """What was given by a layer that does the work of several steps."""
        self.called: dict[View, str] = {}
        """What a step is called that only turned or reshaped."""
        self._settled: dict[tuple[View, Axes | None], View] = {}
        self._holders: dict[Hashable, tuple[str, tuple[Array, ...]]] = {}
        """The node that has weights of the file, and these, so that nothing else lies where they do."""
        self._count = 0

    # what is known of a name

    def view(self, name: str) -> View:
        if name in self.views:
            return self.views[name]
        if name in self.constants:
            raise Unknown("it reads a fixed tensor where it should read a result")
        raise Unknown("the shape of what it reads is not known" if name else "an input is missing")

    def constant(self, name: str, what: str = "an input") -> Array:
        """The numbers behind a name that has to be fixed."""
        if name not in self.constants:
            raise Unknown(f"{what} is calculated, and here it has to be fixed")
        return self.constants[name]

    def numbers(self, name: str, usual: Any = None) -> tuple[int, ...] | Any:
        """Whole numbers behind a name, such as axes; what is usual where none are given."""
        return tuple(int(n) for n in self.constant(name).reshape(-1)) if name else usual

    def tensor(self, view: View) -> Tensor:
        found = self.draft.tensor(view.value)
        if found is None:
            raise Unknown("the shape of what it reads is not known")
        return found

    def length(self, name: str, axis: int) -> int | None:
        """How long a value is along an axis of the file."""
        known = self.views.get(name, self.constants.get(name))
        shape = known.shape if known is not None else ()
        return shape[axis] if -len(shape) <= axis < len(shape) else None

    def unfold(self, ops: Sequence[Op], constants: Mapping[str, Array]) -> None:
        """Takes in steps that stood within another one, which come next."""
        self.graph.unfold(ops)
        self.constants.update(constants)
        self.trained.update(name for name, value in constants.items() if value.dtype.kind == "f")
        self.readers.update({name: op for op in ops for name in op.reads})

    # what is drawn

    def node(
        self,
        kind: str,
        name: str,
        fields: Mapping[str, Any],
        inputs: Mapping[str, View],
        outputs: Sequence[str] = ("y",),
        weights: Mapping[str, Any] | None = None,
    ) -> list[str]:
        """A layer that takes these values as they are; the names of what it gives. Unknown, where it refuses them."""
        wired = {port: view.value for port, view in inputs.items()}
        judged = self.draft.judged(kind, fields, wired)
        if judged is None or judged.refusal:
            reason = str(judged.refusal) if judged else f"{kind} cannot take what it reads"
            raise Unknown(reason.rstrip("."))
        self._count += 1
        made = {port: f"{name}\0{self._count}.{port}" for port in outputs}
        key = (kind, str(sorted(fields.items())), *(_place(value) for value in (weights or {}).values()))
        if weights and key in self._holders and issubclass(layers[kind], Trained):
            fields, weights = {**fields, "same_weights_as": self._holders[key][0]}, {}
        tensors = {key: torched(value) for key, value in (weights or {}).items()}
        node = self.draft.node(kind, name, fields, wired, made, tensors)
        if weights:
            self._holders[key] = node, tuple(weights.values())
        return list(made.values())

    def give(self, op: Op, value: str, place: int | None = 0, output: int = 0) -> None:
        """Says that a value is what a step gives."""
        shape = self.draft.tensors[self.draft.values[value]].shape
        self.views[op.outputs[output]] = View.of(value, shape, self.batch, place or 0)

    def like(self, value: str, view: View) -> View:
        """A value that lies as another one does."""
        return replace(view, value=value)

    # how values are brought into shape

    def settled(self, view: View, axes: Axes | None = None) -> View:
        """The view of a value whose axes are those of the file, of that form where one is wanted."""
        known = self._settled.get((view, axes))
        if known is None:
            known = self._settled[view, axes] = self._settle(view, axes)
        return known

    def plain(self, view: View, axes: Axes | None = None) -> View:
        """A settled view with the batch first and alone, as layers want it."""
        made = self.settled(self.batched(view), axes)
        if made.place != 0 or made.joined:
            raise Unknown("the samples of the batch are not along its first axis")
        return made

    def batched(self, view: View) -> View:
        """A view with a batch: a first axis of length 1 can be one where the file has a single sample."""
        if view.place is None and view.batch == 1 and view.rank and view.shape[0] == 1:
            return replace(view, axes=((BATCH, *view.axes[0]), *view.axes[1:]))
        return view

    def _settle(self, view: View, axes: Axes | None) -> View:
        base, shape = self.tensor(view), view.sample
        name = self.called.get(view, f"{self._node(view.value)}_as")
        if view.straight:
            value = self._reshape(view.value, base, shape, axes, name)
        else:
            value = self._permute(view, base, shape, axes, name)
        return whole(value, view)

    def _node(self, value: str) -> str:
        return self.draft.values[value][0]

    def _reshape(self, value: str, base: Tensor, shape: tuple[int, ...], axes: Axes | None, name: str) -> str:
        """The value with another shape, in the same order, if it has not got it already."""
        if base.shape == shape and axes in (None, base.axes):
            return value
        if not shape:
            return self._single("Squeeze", value, {}, name)
        if len(shape) == 1 and base.rank > 1 and axes in (None, VECTOR) and base.dtype == "float":
            return self._single("Flatten", value, {}, name)
        fields = {"size": shape, "form": form_word(shape, base.dtype, axes)}
        return self._single("Reshape", value, fields, name)

    def _permute(self, view: View, base: Tensor, shape: tuple[int, ...], axes: Axes | None, name: str) -> str:
        alone = all(len(axis) == 1 for axis in view.axes) and not view.joined
        if alone and base.shape == view.sizes:
            order = view.order
            if base.axes in (SEQUENCE, SIGNAL) and axes in (None, _TURNED[base.axes]):
                return self._single("Transpose", view.value, {}, name)
            word = form_word(shape, base.dtype, axes, permuted=True)
            return self._single("Permute", view.value, {"order": order, "form": word}, name)
        sizes, order = _coarse(view)
        value = self._reshape(view.value, base, sizes, None, f"{name}_split")
        turned = tuple(sizes[i] for i in order)
        word = form_word(turned, base.dtype, axes if turned == shape else None, permuted=True)
        value = self._single("Permute", value, {"order": order, "form": word}, name)
        return self._reshape(value, self.draft.tensors[self.draft.values[value]], shape, axes, f"{name}_joined")

    def _single(self, kind: str, value: str, fields: Mapping[str, Any], name: str) -> str:
        return self.node(kind, name, fields, {"x": View(value, (), (), self.batch)})[0]


_TURNED = {SEQUENCE: SIGNAL, SIGNAL: SEQUENCE}


def _place(value: Array) -> Hashable:
    """Where an array lies in memory, and how: the same for two that are the same numbers of the file."""
    return value.__array_interface__["data"][0], value.shape, value.strides


def whole(value: str, view: View) -> View:
    """The view of a value that was brought into the shape of the file's axes."""
    axes: list[tuple[int, ...]] = []
    count = 0
    for axis in view.axes:
        if axis == (BATCH,):
            axes.append(axis)
            continue
        axes.append(_single_atom(axis, count))
        count += 1
    return View(value, view.sample, tuple(axes), view.batch)


def _single_atom(axis: tuple[int, ...], atom: int) -> tuple[int, ...]:
    """An axis whose lengths are one now; the batch stays before it, or behind it."""
    if BATCH not in axis:
        return (atom,)
    if axis[0] == BATCH:
        return (BATCH, atom)
    if axis[-1] == BATCH:
        return (atom, BATCH)
    raise Unknown("the samples of the batch lie in the middle of an axis")


def _coarse(view: View) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The lengths in memory, and their new order, with all joined that stays together."""
    order = [atom for atom in view.order if view.sizes[atom] != 1]
    runs: list[list[int]] = []
    lying = {atom: place for place, atom in enumerate(sorted(order))}
    for atom in order:
        if runs and lying[runs[-1][-1]] + 1 == lying[atom]:
            runs[-1].append(atom)
        else:
            runs.append([atom])
    lying_runs = sorted(runs)
    sizes = tuple(prod(view.sizes[atom] for atom in run) for run in lying_runs)
    return sizes, tuple(lying_runs.index(run) for run in runs)


def form_word(shape: tuple[int, ...], dtype: str, axes: Axes | None, *, permuted: bool = False) -> str:
    """What a form field says for these axes; "auto" where they are the usual ones anyway."""
    usual = usual_axes(len(shape), dtype)  # type: ignore[arg-type]
    wanted = axes or usual
    if len(wanted) != len(shape):
        raise Unknown(f"it needs {len(wanted)} axes beside the batch, and there are {len(shape)}")
    if wanted == usual and not permuted:
        return "auto"
    return FORM_OF.get(wanted, "auto")


def torched(value: Array) -> torch.Tensor:
    """An array as a tensor of its own; one number in many places stays one number."""
    spread = value.size > 1 and not any(value.strides)
    kept = value.reshape(-1)[:1] if spread else value
    kind = {"b": np.bool_, "i": np.int64, "u": np.int64}.get(value.dtype.kind, np.float32)
    made = torch.from_numpy(np.array(kept, kind))
    return made.reshape((1,) * value.ndim).expand(value.shape) if spread else made


Translate = Callable[[Drawing, Op], None]
TRANSLATORS: dict[str, Translate] = {}


def translates(*kinds: str) -> Callable[[Translate], Translate]:
    """Registers what makes layers of operators."""

    def register(made: Translate) -> Translate:
        TRANSLATORS.update(dict.fromkeys(kinds, made))
        return made

    return register
