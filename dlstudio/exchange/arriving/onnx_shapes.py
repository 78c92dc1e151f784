"""ONNX steps that change the shape alone: most of them only change how the file looks at a value."""

from collections.abc import Sequence
from dataclasses import replace
from math import prod

from dlstudio.exchange.arriving.onnx_drawing import Drawing, Unknown, translates
from dlstudio.exchange.arriving.onnx_graph import Op
from dlstudio.exchange.arriving.onnx_views import BATCH, View


def axes_of(d: Drawing, op: Op, index: int = 1) -> tuple[int, ...] | None:
    """Axes, which older files say as a setting and newer ones as an input."""
    if "axes" in op.attributes:
        return tuple(op.get("axes"))
    found: tuple[int, ...] | None = d.numbers(op.input(index))
    return found


def looked(d: Drawing, op: Op, view: View | None) -> None:
    """Says how the file looks at a value from here on."""
    if view is None:
        raise Unknown("it reshapes across the samples of a batch")
    d.views[op.output] = view
    d.called.setdefault(view, op.name)


@translates("Reshape")
def reshape(d: Drawing, op: Op) -> None:
    view = d.view(op.input(0))
    wanted = d.numbers(op.input(1)) if op.input(1) else tuple(op.get("shape"))
    if not op.get("allowzero", 0):
        wanted = tuple(view.shape[i] if n == 0 and i < view.rank else n for i, n in enumerate(wanted))
    looked(d, op, recut(d, view, filled(wanted, prod(view.shape))))


def recut(d: Drawing, view: View, shape: Sequence[int]) -> View | None:
    """The view under another shape; where axes lie too twisted for that, they are laid out first."""
    made = view.reshaped(shape)
    if made is None:
        settled = d.settled(view)
        if settled.place == 0 and not settled.joined and shape and shape[0] == view.batch:
            made = View.of(settled.value, shape[1:], view.batch)
    return made


def filled(wanted: Sequence[int], size: int) -> tuple[int, ...]:
    """The shape with −1 replaced by what is left."""
    given = prod(n for n in wanted if n != -1)
    if wanted.count(-1) > 1 or (-1 not in wanted and given != size) or not given or size % given:
        raise Unknown(f"{size:,} numbers do not fill its shape")
    return tuple(size // given if n == -1 else n for n in wanted)


@translates("Flatten")
def flatten(d: Drawing, op: Op) -> None:
    view = d.view(op.input(0))
    axis = op.get("axis", 1)
    axis = axis + view.rank if axis < 0 else axis
    looked(d, op, recut(d, view, (prod(view.shape[:axis]), prod(view.shape[axis:]))))


@translates("Transpose")
def transpose(d: Drawing, op: Op) -> None:
    view = d.view(op.input(0))
    looked(d, op, view.turned(op.get("perm", tuple(reversed(range(view.rank))))))


@translates("Squeeze")
def squeeze(d: Drawing, op: Op) -> None:
    view, axes = d.view(op.input(0)), axes_of(d, op)
    places = [i for i, n in enumerate(view.shape) if n == 1] if axes is None else [a % view.rank for a in axes]
    made = view.narrowed(places)
    if made is None:
        raise Unknown("it takes out axes that are longer than 1")
    looked(d, op, made)


@translates("Unsqueeze")
def unsqueeze(d: Drawing, op: Op) -> None:
    view, axes = d.view(op.input(0)), axes_of(d, op) or ()
    looked(d, op, view.widened([axis % (view.rank + len(axes)) for axis in axes]))


@translates("Expand")
def expand(d: Drawing, op: Op) -> None:
    view, wanted = d.view(op.input(0)), d.numbers(op.input(1))
    rank = max(view.rank, len(wanted))
    view = view.widened(range(rank - view.rank))
    shape = tuple(max(n, m) for n, m in zip(view.shape, (1,) * (rank - len(wanted)) + wanted, strict=True))
    if shape == view.shape:
        d.views[op.output] = view
        return
    stretched(d, op, view, shape)


def stretched(d: Drawing, op: Op, view: View, shape: Sequence[int]) -> None:
    """Axes of length 1 made longer, but not the batch."""
    if view.place is None and d.batch in shape and view.shape[place := list(shape).index(d.batch)] == 1:
        view = replace(view, axes=(*view.axes[:place], (BATCH, *view.axes[place]), *view.axes[place + 1 :]))
    settled = d.settled(d.batched(view))
    sample = list(settled.sizes)
    for axis, (old, new) in enumerate(zip(settled.shape, shape, strict=True)):
        own = [atom for atom in settled.axes[axis] if atom != BATCH]
        if old != new and (old != 1 or not own or BATCH in settled.axes[axis]):
            raise Unknown("it repeats the samples of a batch")
        if old != new:
            sample[own[0]] = new
    if tuple(sample) == settled.sizes:
        d.views[op.output] = settled
        return
    made = d.node("Expand", op.name, {"size": tuple(sample)}, {"x": settled})[0]
    d.views[op.output] = replace(settled, value=made, sizes=tuple(sample))


@translates("DepthToSpace", "SpaceToDepth")
def pixels(d: Drawing, op: Op) -> None:
    """Both are a Reshape, a Transpose and a Reshape; as torch's PixelShuffle where the order is the same."""
    view = d.plain(d.view(op.input(0)))
    if view.rank != 4:
        raise Unknown("it is for images")
    r, (n, c, h, w) = op.get("blocksize"), view.shape
    if op.kind == "SpaceToDepth" and op.get("mode", "DCR") == "CRD":
        d.give(op, d.node("PixelUnshuffle", op.name, {"downscale_factor": r}, {"x": view})[0])
    elif op.kind == "SpaceToDepth":
        apart = view.reshaped((n, c, h // r, r, w // r, r))
        made = None if apart is None else apart.turned((0, 3, 5, 1, 2, 4)).reshaped((n, c * r * r, h // r, w // r))
        looked(d, op, made)
    elif op.get("mode", "DCR") == "CRD":
        d.give(op, d.node("PixelShuffle", op.name, {"upscale_factor": r}, {"x": view})[0])
    else:
        apart = view.reshaped((n, r, r, c // r**2, h, w))
        whole = (n, c // r**2, h * r, w * r)
        looked(d, op, None if apart is None else apart.turned((0, 3, 4, 1, 5, 2)).reshaped(whole))
