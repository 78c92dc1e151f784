"""Axes: how a field names an axis of a tensor, where it stands, and what the axes that are left are called."""

from dlstudio.catalog.refusal import Insert, Put, Refused
from dlstudio.core.fields import Choice
from dlstudio.core.frozen import Value
from dlstudio.core.tensor import CHANNEL, DEPTH, FEATURE, HEIGHT, TIME, WIDTH, DType, Tensor

NAMED = (CHANNEL, DEPTH, HEIGHT, WIDTH, TIME, FEATURE)
SPATIAL = (DEPTH, HEIGHT, WIDTH)
PLACES = tuple("012345")

AXIS_WORDS: dict[str, tuple[str, Value]] = {name: ("axis", name) for name in NAMED}
"""The plain words of the line that choose an axis."""


def axis_field(what: str) -> Choice:
    """A field that names an axis; numbers count the axes of a sample from 0."""
    return Choice(options=("auto", *NAMED, *PLACES), help=f"{what}; a number counts the axes from 0, without the batch")


def new_axis_field(what: str) -> Choice:
    """A field that names an axis which is not there yet."""
    return Choice(options=("auto", CHANNEL, DEPTH, HEIGHT, TIME, FEATURE), help=what)


def mixing(x: Tensor) -> int:
    """The axis that layers mix: the channels of an image, the features of anything else."""
    return x.channel_position


def moving(x: Tensor) -> int:
    """The axis along which things follow one another: time where there is time."""
    return x.axes.index(TIME) if TIME in x.axes else x.channel_position


def position(x: Tensor, axis: str, auto: int, by: str) -> int:
    """Where the axis stands that a field names, or Refused where the tensor has no such axis."""
    if not x.rank:
        raise Refused(
            f"{by} works along an axis, and a number has none. Put an Unsqueeze between.", Insert("Unsqueeze")
        )
    if axis == "auto":
        return auto
    place = int(axis) if axis.isdecimal() else x.position(axis)
    if place is None or place >= x.rank:
        others = dict.fromkeys(name for name in x.axes if name in NAMED)
        raise Refused(
            f"{by} works along the axis “{axis}”, but {x.describe()} has {', '.join(x.axes)}. Choose one of those.",
            *(Put("axis", name) for name in ("auto", *others)),
        )
    return place


def called(axes: tuple[str, ...], dtype: DType) -> tuple[str, ...]:
    """The usual names for what is left of a tensor after axes were taken out: an image's row is a signal."""
    if len(axes) == 1:
        return axes if dtype != "float" and axes == (TIME,) else (FEATURE,)
    if axes[0:1] == (CHANNEL,) and all(axis in SPATIAL for axis in axes[1:]):
        return {2: (CHANNEL, TIME), 3: (CHANNEL, HEIGHT, WIDTH)}.get(len(axes), axes)
    return (TIME, FEATURE) if axes == (TIME, CHANNEL) else axes


def without(x: Tensor, *places: int) -> Tensor:
    """The tensor with axes taken out."""
    kept = [i for i in range(x.rank) if i not in places]
    axes = called(tuple(x.axes[i] for i in kept), x.dtype)
    return Tensor(tuple(x.shape[i] for i in kept), axes, x.dtype)


def at(place: int, inner: str) -> str:
    """The text that indexes one axis of a batch and takes all of the axes before it."""
    return f"[{':, ' * (place + 1)}{inner}]"


_NEW: dict[tuple[str, ...], tuple[tuple[str, int, tuple[str, ...]], ...]] = {
    (): ((FEATURE, 0, (FEATURE,)),),
    (FEATURE,): ((TIME, 0, (TIME, FEATURE)), (FEATURE, 1, (TIME, FEATURE)), (CHANNEL, 0, (CHANNEL, TIME))),
    (TIME,): ((FEATURE, 1, (TIME, FEATURE)), (CHANNEL, 0, (CHANNEL, TIME))),
    (HEIGHT, WIDTH): ((CHANNEL, 0, (CHANNEL, HEIGHT, WIDTH)),),
    (TIME, FEATURE): ((CHANNEL, 0, (CHANNEL, HEIGHT, WIDTH)),),
    (CHANNEL, TIME): ((HEIGHT, 1, (CHANNEL, HEIGHT, WIDTH)),),
    (CHANNEL, HEIGHT, WIDTH): ((TIME, 0, (TIME, CHANNEL, HEIGHT, WIDTH)), (DEPTH, 1, (CHANNEL, DEPTH, HEIGHT, WIDTH))),
}
"""Where a new axis may stand in a tensor with these axes, and what the axes are called then; the likeliest first."""


def added(x: Tensor, axis: str, length: int, by: str) -> tuple[int, Tensor]:
    """The place of a new axis and the tensor with it, or Refused where it has no meaning there."""
    choices = _NEW.get(x.axes, ())
    for name, place, axes in choices:
        if axis in ("auto", name):
            return place, Tensor((*x.shape[:place], length, *x.shape[place:]), axes, x.dtype)
    known = ", ".join(name for name, _, _ in choices)
    raise Refused(
        f"{by} knows no place for a new {axis if axis != 'auto' else ''} axis in {x.describe()}"
        f"{f' (it can add: {known})' if known else '; use a Reshape'}.".replace("  ", " "),
        *(Put("axis", name) for name, _, _ in choices),
    )
