"""Agreement: whether tensors that meet in one node fit together, and what would make those fit that do not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from dlstudio.catalog.forms import WORDS
from dlstudio.catalog.refusal import IMAGE, SEQUENCE, SIGNAL, VECTOR, VOLUME, Insert, Refused, bridge
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import FORMS, TIME, Tensor

CONVOLUTIONS = {SIGNAL: "1d", IMAGE: "2d", VOLUME: "3d"}


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the tensors that meet, and the port at which it comes in."""

    port: str
    x: Tensor


def branches(xs: Sequence[Tensor], port: str = "x") -> list[Branch]:
    """The members of a many-port."""
    return [Branch(f"{port}{i + 1}", x) for i, x in enumerate(xs)]


def agree(by: str, meeting: Sequence[Branch], *, apart: int | None = None, stretch: bool = True) -> Tensor:
    """What the tensors are together, or Refused with the branch and the axes that do not fit.

    They may differ along the axis `apart`; an axis of length 1 is stretched to the others' where that is allowed."""
    first = meeting[0].x
    if all(branch.x == first for branch in meeting):
        return first
    pair = next((p for p in combinations(_usual_first(meeting), 2) if _clash(p[0].x, p[1].x, apart, stretch)), None)
    if pair:
        raise _mismatch(by, meeting, *pair, apart)
    lengths = zip(*(branch.x.shape for branch in meeting), strict=True)
    return Tensor(tuple(map(max, lengths)), first.axes, first.dtype)


def _usual_first(meeting: Sequence[Branch]) -> list[Branch]:
    """Those that most others are like come first, so that the odd one is blamed."""
    counts = Counter(branch.x for branch in meeting)
    return sorted(meeting, key=lambda branch: -counts[branch.x])


def _clash(a: Tensor, b: Tensor, apart: int | None, stretch: bool) -> bool:
    return a.axes != b.axes or bool(_differing(a, b, apart, stretch))


def _differing(a: Tensor, b: Tensor, apart: int | None, stretch: bool = True) -> list[str]:
    """The axes whose lengths do not fit."""
    pairs = enumerate(zip(a.axes, a.shape, b.shape, strict=True))
    return [axis for i, (axis, n, m) in pairs if n != m and i != apart and not (stretch and 1 in (n, m))]


def _mismatch(by: str, meeting: Sequence[Branch], usual: Branch, odd: Branch, apart: int | None) -> Refused:
    equal = "equal shapes" if apart is None else "otherwise equal shapes"
    first, second = sorted((usual, odd), key=meeting.index)
    same_form = usual.x.axes == odd.x.axes
    told = (f"{each.port} is {each.x if same_form else each.x.describe()}" for each in (first, second))
    differing = _differing(usual.x, odd.x, apart, stretch=apart is None) if same_form else []
    reason = f" ({_listed(differing)} differ{'s' if len(differing) == 1 else ''})" if differing else ""
    remedies = list(_remedies(meeting, usual, odd, apart))
    advice = f" Put a {remedies[0].note}." if remedies else ""
    return Refused(f"{by} needs {equal}; {', '.join(told)}{reason}.{advice}", *remedies, port=odd.port)


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _remedies(meeting: Sequence[Branch], usual: Branch, odd: Branch, apart: int | None) -> Iterator[Insert]:
    """What may be put on the odd branch; where neither is odd, first on the one that is more easily changed."""
    same_form = usual.x.axes == odd.x.axes
    shapes = Counter(branch.x for branch in meeting)
    pairs = [(odd, usual)]
    if shapes[usual.x] == shapes[odd.x]:
        pairs = sorted([(odd, usual), (usual, odd)], key=lambda pair: _order(pair[0].x, same_form))
    for of, to in pairs:
        yield from _changes(of, to.x, apart) if same_form else _other_form(of, to.x, apart)


def _order(x: Tensor, same_form: bool) -> tuple[int, int]:
    """A large image is made smaller rather than the other way round; a vector is spread rather than an image lost."""
    return (-_area(x), x.size) if same_form else (x.rank, x.size)


def _area(x: Tensor) -> int:
    return x.size // max(x.channels, 1) if x.rank else 0


def _changes(of: Branch, to: Tensor, apart: int | None) -> Iterator[Insert]:
    """Nodes that make a tensor of the same form fit."""
    x = of.x
    channels = x.channels if apart == x.channel_position else to.channels
    if x.axes in CONVOLUTIONS:
        yield from _convolved(of, to, channels)
        if channels == x.channels:
            yield from _resized(of, to)
    elif x.axes == VECTOR or (x.axes == SEQUENCE and x.shape[0] == to.shape[0]):
        yield _insert("Linear", of, f"to {channels}", out_features=channels)


def _convolved(of: Branch, to: Tensor, channels: int) -> Iterator[Insert]:
    steps = [_stride(n, m) for n, m in zip(of.x.shape[1:], to.shape[1:], strict=True)]
    stride = tuple(step for step in steps if step)
    if len(stride) < len(steps):
        return
    kernel = "×".join("1" * len(stride))
    written = str(stride[0]) if len(set(stride)) == 1 else "×".join(map(str, stride))
    note = f"{channels} filters of {kernel}" + (f", stride {written}" if set(stride) != {1} else "")
    fields: dict[str, Value] = {"out_channels": channels, "kernel_size": (1,) * len(stride), "stride": stride}
    yield _insert(f"Conv{CONVOLUTIONS[of.x.axes]}", of, note, **fields)
    if channels == of.x.channels and set(stride) != {1}:
        yield _insert(f"AvgPool{len(stride)}d", of, written, kernel_size=stride, stride=stride)


def _stride(length: int, wanted: int) -> int | None:
    """The stride at which a kernel of 1 makes one length of another."""
    return next((s for s in range(1, length + 1) if (length - 1) // s + 1 == wanted), None)


def _resized(of: Branch, to: Tensor) -> Iterator[Insert]:
    size = to.shape[1:]
    if all(n >= m for n, m in zip(of.x.shape[1:], size, strict=True)):
        yield _insert("Crop", of, f"to {Tensor.of(*size)}", size=size)
    yield _insert("Resize", of, f"to {Tensor.of(*size)}", size=size)


_FORM_WORDS = {FORMS[form]: word for word, form in WORDS.items()}


def _other_form(of: Branch, to: Tensor, apart: int | None) -> Iterator[Insert]:
    """Nodes that make a tensor of another form fit."""
    x = of.x
    if apart is None and x.rank <= 1 < to.rank and to.axes in _FORM_WORDS and x.size in (1, to.channels):
        shape = [1] * to.rank
        shape[to.channel_position] = x.size
        size = tuple(shape)
        yield _insert("Reshape", of, f"to {Tensor.of(*size)}", size=size, form=_FORM_WORDS[to.axes])
    if to.axes[0:1] == (TIME,) and x.rank == to.rank - 1:
        yield _insert("Repeat", of, f"{to.shape[0]} times", times=to.shape[0])
    for found in bridge(x, to.axes, of.port):
        yield _insert(found.kind, of, "", **found.fields)


def _insert(kind: str, of: Branch, how: str, **fields: Value) -> Insert:
    return Insert(kind, Frozen(fields), of.port, f"{kind} on {of.port}" + (f" ({how})" if how else ""))
