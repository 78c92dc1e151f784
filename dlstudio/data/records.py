"""Records: the two old binary formats of picture sets, IDX and CIFAR's, with every byte counted."""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from dlstudio.catalog.sources.files import IDX, CIFARBinary
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.columns import Pair, classes, images, in_memory, numbers
from dlstudio.data.loading import Loaded, PartName, Place, loads
from dlstudio.data.paths import file, folder, told

KINDS = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
"""The number formats of IDX by their code."""


@loads("IDX")
def idx(source: IDX, place: Place) -> Loaded:
    pictures, labels = _both(place, source.images, source.labels)
    given: dict[PartName, Tensor] = {}
    if source.test_images:
        more, answers = _both(place, source.test_images, source.test_labels)
        if more.shape[1:] != pictures.shape[1:] or (labels is None) != (answers is None):
            raise ProjectProblem(f"{source.test_images} does not go with {source.images}: other sizes, or no labels.")
        count, total = len(pictures), len(pictures) + len(more)
        given = {"train": torch.arange(count), "test": torch.arange(count, total)}
        pictures = torch.cat([pictures, more])
        labels = torch.cat([labels, answers]) if labels is not None and answers is not None else None
    pairs: list[Pair] = [_pictured(pictures)]
    if labels is not None:
        pairs.append(classes("label", labels, list(map(str, range(int(labels.max()) + 1)))))
    return Loaded(in_memory(*pairs, scales={"image": 1 / 255} if pictures.dtype == torch.uint8 else None), given)


def _pictured(values: Tensor) -> Pair:
    return images("image", values.unsqueeze(1)) if values.ndim == 3 else numbers("image", values)


def _both(place: Place, pictures: str, labels: str) -> tuple[Tensor, Tensor | None]:
    path = file(place, pictures, "the IDX file of the pictures")
    values = read_idx(path)
    if not labels:
        return values, None
    other = file(place, labels, "the IDX file of the labels")
    answers = read_idx(other)
    if answers.ndim != 1 or len(answers) != len(values):
        text = f"{path.name} holds {len(values):,} pictures, but {other.name} {len(answers):,} labels"
        raise ProjectProblem(f"{text}. Choose the two files that belong together.")
    return values, answers.long()


def read_idx(path: Path) -> Tensor:
    """The array in an IDX file, packed or not."""
    with told(path):
        data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = _unpacked(path, data)
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in KINDS or not data[3]:
        raise ProjectProblem(f"{path} is no IDX file: its first bytes say something else. Choose another file.")
    start = 4 + 4 * data[3]
    sizes = [int.from_bytes(data[place : place + 4], "big") for place in range(4, min(start, len(data)), 4)]
    kind = np.dtype(KINDS[data[2]])
    wanted = math.prod(sizes) * kind.itemsize
    if len(sizes) < data[3] or len(data) - start != wanted:
        shape = "×".join(map(str, sizes))
        held = f"its header promises {shape} numbers in {wanted:,} bytes, but {max(len(data) - start, 0):,} follow"
        raise ProjectProblem(f"{path} is cut short or damaged: {held}. Get the file again.")
    values = np.frombuffer(data, dtype=kind, offset=start).reshape(sizes)
    return torch.from_numpy(values.astype(kind.newbyteorder("=")))


def _unpacked(path: Path, data: bytes) -> bytes:
    try:
        return gzip.decompress(data)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ProjectProblem(f"{path} is cut short or damaged ({error}). Get the file again.") from error


PIXELS = 3 * 32 * 32
PICKLED = ("data_batch_1", "train", "batches.meta", "meta")


@loads("CIFARBinary")
def cifar(source: CIFARBinary, place: Place) -> Loaded:
    base = folder(place, source.folder, "the folder of CIFAR's binary files")
    train, test, marks = _files(base)
    coarse = marks == 2 and source.labels == "coarse"
    parts = [_records(path, marks) for path in (*train, *test)]
    data = torch.cat(parts)
    labels = data[:, 0 if coarse or marks == 1 else 1].long()
    pixels = data[:, marks:].reshape(-1, 3, 32, 32)
    count = sum(len(part) for part in parts[: len(train)])
    given: dict[PartName, Tensor] = (
        {"train": torch.arange(count), "test": torch.arange(count, len(data))} if test else {}
    )
    pair = classes("label", labels, _names(base, labels, marks, coarse))
    return Loaded(in_memory(images("image", pixels), pair, scales={"image": 1 / 255}), given if test else {})


def _files(base: Path) -> tuple[list[Path], list[Path], int]:
    """The training files, the test file, and how many bytes of labels stand before each picture."""
    batches = sorted(base.glob("data_batch_*.bin"))
    if batches:
        return batches, [path for path in [base / "test_batch.bin"] if path.is_file()], 1
    if (base / "train.bin").is_file():
        return [base / "train.bin"], [path for path in [base / "test.bin"] if path.is_file()], 2
    if any((base / name).is_file() for name in PICKLED):
        text = f"{base} holds the Python version of CIFAR, whose files are pickles and could run code"
        raise ProjectProblem(f"{text}. Get the binary version (cifar-10-binary.tar.gz, cifar-100-binary.tar.gz).")
    raise ProjectProblem(f"{base} holds neither data_batch_1.bin nor train.bin. Choose the unpacked folder of CIFAR.")


def _records(path: Path, marks: int) -> Tensor:
    with told(path):
        data = path.read_bytes()
    size = marks + PIXELS
    if not data or len(data) % size:
        whole, rest = divmod(len(data), size)
        text = f"{path} is cut short: after {whole:,} pictures of {size:,} bytes, {rest:,} bytes are left over"
        raise ProjectProblem(f"{text}. Get the file again.")
    return torch.from_numpy(np.frombuffer(data, dtype=np.uint8).copy()).reshape(-1, size)


def _names(base: Path, labels: Tensor, marks: int, coarse: bool) -> list[str]:
    """The names of the classes, from the list that lies beside the files, or numbers."""
    listed = base / ("batches.meta.txt" if marks == 1 else f"{'coarse' if coarse else 'fine'}_label_names.txt")
    most = int(labels.max()) + 1
    names: list[str] = []
    if listed.is_file():
        with told(listed):
            names = listed.read_text(encoding="utf-8", errors="replace").split()
    return names if len(names) >= most else list(map(str, range(most)))
