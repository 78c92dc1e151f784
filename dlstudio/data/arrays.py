"""Arrays: NumPy's files, read whole, or looked up where they are large; nothing in them is ever unpickled."""

import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from numpy.lib import format as npy_format
from torch import Tensor

from dlstudio.catalog.sources.files import Arrays
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.tensor import CHANNEL, HEIGHT, WIDTH, DType
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.dataset import DTYPES, Column, Dataset, InMemory, Role
from dlstudio.data.loading import Loaded, Place, loads
from dlstudio.data.paths import file, told

Array = npt.NDArray[Any]

TARGETS = ("y", "label", "labels", "target", "targets")
CHANNELS = (1, 3, 4)


@loads("Arrays")
def arrays(source: Arrays, place: Place) -> Loaded:
    path = file(place, source.file, "a .npz or .npy file")
    paths = {
        "x": path,
        **({"y": file(place, source.target_file, "the file of the answers")} if source.target_file else {}),
    }
    if path.suffix.lower() == ".npz":
        found = _npz(path)
        targets = source.targets or tuple(name for name in found if name.lower() in TARGETS)
    else:
        found = {name: _npy(each, source.limit * 2**20) for name, each in paths.items()}
        targets = source.targets or ("y",)
    _equal(path, found)
    columns = {name: _column(path, name, values, name in targets, source.layout) for name, values in found.items()}
    return Loaded(_dataset(columns, found, paths))


DAMAGED = (ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError)
"""What NumPy lets through when a file is not what it says."""


def _npz(path: Path) -> dict[str, Array]:
    with told(path), _whole(path), path.open("rb") as opened, np.load(opened, allow_pickle=False) as archive:
        return {name: _safe(path, name, partial(archive.__getitem__, name)) for name in archive.files}


def _npy(path: Path, limit: int) -> Array:
    with told(path), _whole(path), path.open("rb") as opened:
        if path.stat().st_size > limit:
            return _safe(path, path.stem, partial(npy_format.open_memmap, path, mode="r"))
        return _safe(path, path.stem, partial(npy_format.read_array, opened, allow_pickle=False))


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    try:
        yield
    except DAMAGED as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise ProjectProblem(f"{path} is no whole NumPy file ({reason}). Write it again.") from error


def _safe(path: Path, name: str, get: Callable[[], Any]) -> Array:
    try:
        values: Array = get()
    except ValueError as error:
        if "Object arrays" not in str(error) and "Python objects" not in str(error):
            raise
        text = f"{path}: the array {name} holds Python objects, which could run code when they are read"
        raise ProjectProblem(f"{text}. Save it as numbers, such as np.array(..., dtype=float).") from None
    return values


def _equal(path: Path, found: Mapping[str, Array]) -> None:
    flat = next((name for name, values in found.items() if not values.ndim), None)
    if flat is not None:
        raise ProjectProblem(f"{path}: the array {flat} is a single number; the first axis must count the samples.")
    lengths = {name: len(values) for name, values in found.items()}
    if len(set(lengths.values())) > 1:
        told_lengths = ", ".join(f"{name} has {length:,}" for name, length in lengths.items())
        raise ProjectProblem(
            f"{path}: the arrays have unequal lengths ({told_lengths}). Save as many answers as samples."
        )
    if not lengths:
        raise ProjectProblem(f"{path} holds no arrays. Choose another file.")


def _column(path: Path, name: str, values: Array, target: bool, layout: str) -> Column:
    role: Role = "target" if target else "input"
    dtype = _dtype(path, name, values, target)
    if target and dtype == "int" and values.ndim == 1:
        low, high = int(values.min(initial=0)), int(values.max(initial=0))
        if low < 0:
            raise ProjectProblem(f"{path}: the classes in {name} start at {low}; they are counted from 0.")
        return Column(name, Shape.of(dtype="int"), tuple(map(str, range(high + 1))), "target")
    shape = _shape(values, dtype, layout)
    return Column(name, Shape.of(1, dtype=dtype) if not shape.rank else shape, role=role)


def _dtype(path: Path, name: str, values: Array, target: bool) -> DType:
    kind = values.dtype.kind
    if kind not in "biuf":
        raise ProjectProblem(f"{path}: the array {name} holds {values.dtype}, not numbers. Convert it first.")
    if kind == "b":
        return "bool"
    picture = values.dtype == np.uint8 and values.ndim >= 3 and not target
    return "float" if kind == "f" or picture else "int"


def _shape(values: Array, dtype: DType, layout: str) -> Shape:
    """The shape of one sample, channels first; a stack of byte pictures without channels gets one."""
    shape = values.shape[1:]
    if values.ndim == 4 and layout != "as it is":
        first = shape if not _last(shape, layout) else (shape[2], *shape[:2])
        return Shape(first, (CHANNEL, HEIGHT, WIDTH), dtype)
    if values.ndim == 3 and values.dtype == np.uint8 and layout != "as it is":
        return Shape((1, *shape), (CHANNEL, HEIGHT, WIDTH), dtype)
    return Shape.of(*shape, dtype=dtype)


def _last(shape: tuple[int, ...], layout: str) -> bool:
    return layout == "channels last" or (layout == "auto" and shape[2] in CHANNELS and shape[0] not in CHANNELS)


def _dataset(columns: dict[str, Column], found: dict[str, Array], paths: Mapping[str, Path]) -> Dataset:
    mapped = {name: paths[name] for name, values in found.items() if isinstance(values, np.memmap)}
    if mapped:
        whole = {name: _placed(values, columns[name]) for name, values in found.items() if name not in mapped}
        return Mapped(columns, mapped, whole, len(next(iter(found.values()))))
    values = {name: _placed(values, columns[name]) for name, values in found.items()}
    return InMemory(columns, values, {name: 1.0 for name, value in values.items() if _bytes(value, columns[name])})


def _bytes(value: Tensor, column: Column) -> bool:
    return value.dtype == torch.uint8 and column.tensor.dtype == "float"


def _placed(values: Array, column: Column) -> Tensor:
    """The array as a tensor in the column's order of axes; bytes stay bytes."""
    native = np.require(values, values.dtype.newbyteorder("="), ["C", "W"])
    tensor = torch.from_numpy(
        native if native.dtype.kind != "u" or native.dtype == np.uint8 else native.astype(np.int64)
    )
    if not _bytes(tensor, column):
        tensor = tensor.to(DTYPES[column.tensor.dtype])
    if tensor.shape[1:] != column.tensor.shape and tensor.ndim == 4:
        tensor = tensor.movedim(-1, 1)
    return tensor.reshape(len(tensor), *column.tensor.shape)


class Mapped(Dataset):
    """Arrays that stay on the disk; each process opens the files for itself."""

    def __init__(
        self, columns: Mapping[str, Column], paths: Mapping[str, Path], whole: Mapping[str, Tensor], count: int
    ) -> None:
        self.columns, self.paths, self.whole, self.count = columns, paths, whole, count
        self._open: dict[str, Array] = {}

    def __len__(self) -> int:
        return self.count

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_open": {}}

    def take(self, indices: Tensor, names: Collection[str] | None = None) -> dict[str, Tensor]:
        wanted = self.columns if names is None else names
        return {name: self._taken(name, indices) for name in wanted}

    def _taken(self, name: str, indices: Tensor) -> Tensor:
        column = self.columns[name]
        if name in self.whole:
            value = self.whole[name].index_select(0, indices)
        else:
            value = _placed(self._file(name)[indices.numpy()], column)
        value = value.to(DTYPES[column.tensor.dtype])
        if value.is_floating_point() and not value.isfinite().all():
            lost = int(indices[(~value.isfinite()).flatten(1).any(1).nonzero()[0, 0]])
            raise ProjectProblem(f"{self.paths[name]}: row {lost} holds NaN or infinity. Mend the file.")
        return value

    def _file(self, name: str) -> Array:
        if name not in self._open:
            self._open[name] = _npy(self.paths[name], 0)
        return self._open[name]

    def known(self, name: str) -> Tensor | None:
        if name in self.whole:
            return self._taken(name, torch.arange(self.count))
        return _placed(self._file(name), self.columns[name]) if self.columns[name].label else None

    def where(self, index: int) -> str:
        return f"row {index} of {next(iter(self.paths.values())).name}"
