"""Slicing: parts of a tensor by their places, and a tensor cut into parts."""

from collections.abc import Iterator
from typing import Any

from dlstudio.exchange.arriving.scribe import Scribe, Unfit
from dlstudio.exchange.arriving.steps.arithmetic import as_kind, filled
from dlstudio.exchange.arriving.steps.rule import RULES, Told, does, name_of, number, only
from dlstudio.exchange.arriving.trace import Step, Value

MOST_PARTS = 64
"""Stretches of an axis that are worth drawing."""


@does("getitem")
def getitem(scribe: Scribe, step: Step) -> None:
    """x[:, 0, 1:, None] as a Select or Slice for each axis."""
    told = Told(step, "input index")
    value, index = told.value("input"), told["index"]
    parts = list(index) if isinstance(index, tuple | list) else [index]
    if _looks_up(value, parts):
        RULES["embedding"](scribe, Step(step.name, "embedding", (value, parts[0]), {}, step.out, path=step.path))
        return
    if (chosen := _one_for_each(value, parts)) is not None:
        _choose(scribe, step, value, chosen)
        return
    parts = [_fixed(part) for part in parts]
    count = sum(part is not None and part is not Ellipsis for part in parts)
    if Ellipsis not in parts:
        parts.append(Ellipsis)
    at = parts.index(Ellipsis)
    parts[at : at + 1] = [slice(None)] * (value.rank - count)
    kept = [part for part in parts if part is not None]
    name = scribe.known(value)
    out = only(step)
    if value.lone and not (isinstance(kept[0], slice) and _whole(kept[0], 1)):
        name = scribe.shaped(name, value.shape)
        value = Value(value.name, value.shape, value.dtype)
    scribe.give(out, _cut(scribe, step, value, name, kept))


def _cut(scribe: Scribe, step: Step, value: Value, name: str, parts: list[Any]) -> str:
    """One layer for each axis of which a part is taken, the last axis first."""
    for dim in reversed(range(value.rank)):
        part = parts[dim]
        if isinstance(part, slice) and _whole(part, value.shape[dim]):
            continue
        place = scribe.sample_axis(value, dim)
        if isinstance(part, int):
            name = scribe.layer("Select", name_of(scribe, step), {"index": part, "axis": str(place)}, {"x": name})[0]
        elif isinstance(part, tuple):
            name = _picked(scribe, step, name, place, part)
        else:
            name = _sliced(scribe, step, name, part, place)
    return name


def _looks_up(value: Value, parts: list[Any]) -> bool:
    """Whether rows of a trained table are taken by their numbers, which is what an Embedding does."""
    return len(parts) == 1 and value.trained and value.rank == 2 and isinstance(parts[0], Value) and parts[0].rank > 0


def _one_for_each(value: Value, parts: list[Any]) -> Value | None:
    """What says which place is taken of each sample, in x[arange(len(x)), places]."""
    if len(parts) != 2 or not all(isinstance(part, Value) for part in parts) or value.batch != 0 or value.fold > 1:
        return None
    samples, places = parts
    counted = samples.data is not None and samples.rank == 1 and samples.data.tolist() == list(range(value.shape[0]))
    return places if counted and places.batch == 0 and places.sample == () and value.rank == 3 else None


def _choose(scribe: Scribe, step: Step, value: Value, places: Value) -> None:
    """A row of zeros with a one at the place, times the table."""
    length, width = value.sample
    flags = scribe.layer("OneHot", scribe.fresh("place"), {"classes": (length,)}, {"x": scribe.known(places)})[0]
    inputs = {"a": scribe.shaped(flags, (1, length)), "b": scribe.known(value)}
    made = scribe.layer("MatMul", name_of(scribe, step), {}, inputs)[0]
    scribe.give(only(step), scribe.shaped(made, (width,)))


def _fixed(part: Any) -> Any:
    """What says which places are taken; a row of fixed numbers as those numbers."""
    if isinstance(part, Value) and part.data is not None and not part.path and part.rank == 1 and part.kind == "int":
        part = tuple(part.data.tolist())
    if isinstance(part, Value | bool) or (isinstance(part, list | tuple) and not all(type(n) is int for n in part)):
        raise Unfit("it picks places that are calculated")
    return part


def _picked(scribe: Scribe, step: Step, name: str, place: int, places: tuple[int, ...]) -> str:
    """Single places of an axis, one after the other: as few slices as they make, joined."""
    length = scribe.tensor(name).shape[place]
    parts = list(_stretches([n % length for n in places]))
    if len(parts) > MOST_PARTS or not parts:
        raise Unfit(f"it picks {len(places)} places that do not follow one another")
    names = [name if _whole(part, length) else _sliced(scribe, step, name, part, place) for part in parts]
    if len(names) == 1:
        return names[0]
    inputs = {f"x{i + 1}": each for i, each in enumerate(names)}
    return scribe.layer("Concat", scribe.fresh("picked"), {"axis": str(place)}, inputs)[0]


def _stretches(places: list[int]) -> Iterator[slice]:
    """The places as stretches without gaps."""
    start = 0
    for i in range(1, len(places) + 1):
        if i == len(places) or places[i] != places[i - 1] + 1:
            yield slice(places[start], places[i - 1] + 1)
            start = i


def _sliced(scribe: Scribe, step: Step, name: str, part: slice, place: int) -> str:
    return scribe.layer("Slice", name_of(scribe, step), _slice(part, place), {"x": name})[0]


def _whole(part: slice, length: int) -> bool:
    return part.indices(length) == (0, length, 1)


def _slice(part: slice, place: int) -> dict[str, Any]:
    if part.step is not None and part.step < 1:
        raise Unfit("it walks backwards")
    if part.stop == 0:
        raise Unfit("it takes nothing")
    return {"start": part.start or 0, "stop": part.stop or 0, "step": part.step or 1, "axis": str(place)}


@does("select")
def select(scribe: Scribe, step: Step) -> None:
    told = Told(step, "input dim index")
    _one(scribe, step, told.value("input"), told["dim"], told["index"])


@does("gather")
def gather(scribe: Scribe, step: Step) -> None:
    """Places that are calculated, in a table where all of them hold the same."""
    value, out = Told(step, "input dim index").value("input"), only(step)
    if value.data is None or value.path or not bool((value.data == value.data.flatten()[0]).all()):
        raise Unfit("it picks places that are calculated")
    out.data = value.data.flatten()[0].expand(out.shape)


@does("assign")
def assign(scribe: Scribe, step: Step) -> None:
    """x[:, 1:] = y as what stands before, y, and what stands behind, side by side."""
    told = Told(step, "input index other")
    value, other = told.value("input"), told["other"]
    dim, part = _stretch(told["index"], value)
    place, name = scribe.sample_axis(value, dim), scribe.known(value)
    start, stop, _ = part.indices(value.shape[dim])
    size = (*value.sample[:place], stop - start, *value.sample[place + 1 :])
    new = filled(scribe, fixed, size, value.kind) if (fixed := number(other)) is not None else scribe.known(other)
    new = as_kind(scribe, scribe.shaped(new, size), value.kind)
    around = [slice(0, start), slice(stop, None)] if stop < value.shape[dim] else [slice(0, start)]
    parts = [new if each is None else _sliced(scribe, step, name, each, place) for each in _laid(around, start)]
    made = parts[0]
    if len(parts) > 1:
        inputs = {f"x{i + 1}": each for i, each in enumerate(parts)}
        made = scribe.layer("Concat", scribe.fresh("assigned"), {"axis": str(place)}, inputs)[0]
    scribe.give(only(step), made)


def _laid(around: list[slice], start: int) -> list[slice | None]:
    """What lies beside one another: None stands for what is new."""
    return [*(around[:1] if start else []), None, *around[1:]]


def _stretch(index: Any, value: Value) -> tuple[int, slice]:
    """The one axis of which a stretch is replaced."""
    parts = list(index) if isinstance(index, tuple) else [index]
    if any(part is None or part is Ellipsis or isinstance(part, Value | tuple | bool) for part in parts):
        raise Unfit("it writes to places that are calculated")
    cut = [(dim, part) for dim, part in enumerate(parts) if part != slice(None)]
    if len(cut) != 1:
        raise Unfit("it writes to a part of several axes")
    dim, part = cut[0]
    part = slice(part, part + 1 or None) if isinstance(part, int) else part
    if part.step not in (None, 1):
        raise Unfit("it writes to every second place")
    return dim, part


@does("index_select")
def index_select(scribe: Scribe, step: Step) -> None:
    told = Told(step, "input dim index")
    _one(scribe, step, told.value("input"), told["dim"], _fixed(told["index"]))


@does("narrow")
def narrow(scribe: Scribe, step: Step) -> None:
    told = Told(step, "input dim start length")
    start = told["start"]
    _one(scribe, step, told.value("input"), told["dim"], slice(start, start + told["length"]))


@does("slice")
def aten_slice(scribe: Scribe, step: Step) -> None:
    told = Told(step, "input dim start end step", dim=0, start=None, end=None, step=1)
    value = told.value("input")
    length = value.shape[told["dim"]] if value.rank else 0
    end = told["end"]
    part = slice(told["start"], None if end is None or end >= length else end, told["step"])
    _one(scribe, step, value, told["dim"], part)


def _one(scribe: Scribe, step: Step, value: Value, dim: int, part: Any) -> None:
    if not isinstance(part, int | slice | tuple):
        raise Unfit("it picks places that are calculated")
    index: list[int | slice | tuple[int, ...]] = [slice(None)] * value.rank
    index[dim % value.rank] = part
    getitem(scribe, Step(step.name, "getitem", (value, tuple(index)), {}, step.out, path=step.path))


@does("chunk", "split", "split_with_sizes", "tensor_split", "unsafe_chunk", "unsafe_split")
def split(scribe: Scribe, step: Step) -> None:
    """Parts of equal or given lengths, each from an output of its own."""
    value = Told(step, "input").value("input")
    dim = Told(step, "input parts dim", dim=0).get("dim")
    if not isinstance(step.out, tuple):
        raise Unfit("it gives no parts")
    lengths = [part.shape[dim] for part in step.out]
    if len(lengths) == 1:
        scribe.give(step.out[0], scribe.known(value))
        return
    fields: dict[str, Any] = {"axis": str(scribe.sample_axis(value, dim))}
    fields |= {"parts": len(lengths)} if len(set(lengths)) == 1 else {"sizes": tuple(lengths)}
    ports = [f"y{i + 1}" for i in range(len(lengths))]
    made = scribe.layer("Split", name_of(scribe, step), fields, {"x": scribe.known(value)}, ports)
    for part, name in zip(step.out, made, strict=True):
        scribe.give(part, name)


@does("unbind")
def unbind(scribe: Scribe, step: Step) -> None:
    """Each entry of an axis by itself."""
    told = Told(step, "input dim", dim=0)
    value = told.value("input")
    place = scribe.sample_axis(value, told["dim"])
    for index, part in enumerate(step.out):
        fields = {"index": index, "axis": str(place)}
        name = f"{name_of(scribe, step)}{index + 1}"
        scribe.give(part, scribe.layer("Select", scribe.fresh(name), fields, {"x": scribe.known(value)})[0])


@does("one_hot")
def one_hot(scribe: Scribe, step: Step) -> None:
    told = Told(step, "input num_classes", num_classes=-1)
    if told["num_classes"] < 2:
        raise Unfit("the number of classes is not said")
    inputs = {"x": scribe.known(told.value("input"))}
    made = scribe.layer("OneHot", name_of(scribe, step), {"classes": (told["num_classes"],)}, inputs)[0]
    if scribe.tensor(made).shape != only(step).sample:
        raise Unfit("the layer lays its classes along another axis")
    scribe.draft.alias(only(step).name, made)  # real numbers already, where torch gives whole ones first
