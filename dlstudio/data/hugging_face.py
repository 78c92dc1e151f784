"""Hugging Face data sets: those saved on this machine, or from the hub when the user allows it."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlstudio.catalog.sources.files import HuggingFace
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.columns import Pair, classes, images, in_memory, numbers
from dlstudio.data.dataset import Column, Role
from dlstudio.data.loading import Loaded, PartName, Place, loads
from dlstudio.data.paths import PART_WORDS
from dlstudio.data.progress import counted

TARGETS = ("label", "labels", "target", "targets", "y", "coarse_label", "fine_label")


@loads("HuggingFace")
def hugging_face(source: HuggingFace, place: Place) -> Loaded:
    found = _opened(source, place)
    splits: Mapping[str, Any] = found if hasattr(found, "keys") else {"train": found}
    named = {name: PART_WORDS.get(name.lower()) for name in splits}
    used = [name for name in splits if named[name]] or list(splits)[:1]
    first = splits[used[0]]
    roles = _roles(source, first.column_names)
    wanted = counted(roles.items(), "Reading columns", len(roles))
    pairs = [_pair(name, role, [splits[split] for split in used]) for name, role in wanted]
    return Loaded(in_memory(*pairs), _given([(named[split], len(splits[split])) for split in used]))


def _opened(source: HuggingFace, place: Place) -> Any:
    try:
        import datasets
    except ImportError:
        raise ProjectProblem("Hugging Face data sets need their library: pip install dlstudio[hub]") from None
    if not source.name:
        raise ProjectProblem("The data names no Hugging Face data set; give a folder, or a name on the hub.")
    folder = place.folder / source.name
    try:
        if folder.is_dir():
            return datasets.load_from_disk(str(folder))
        with _only_here(not source.online):
            return datasets.load_dataset(source.name, source.subset or None)
    except (OSError, ValueError) as error:
        more = "" if source.online else " Set online to let it be downloaded."
        reason = str(error).partition("\n")[0].rstrip(".")
        raise ProjectProblem(f"The data set {source.name} cannot be opened: {reason}.{more}") from error


@contextmanager
def _only_here(offline: bool) -> Iterator[None]:
    """Keeps the library from asking the hub, unless the user allows it."""
    import datasets

    before = datasets.config.HF_HUB_OFFLINE
    datasets.config.HF_HUB_OFFLINE = offline or before or os.environ.get("HF_HUB_OFFLINE") == "1"
    try:
        yield
    finally:
        datasets.config.HF_HUB_OFFLINE = before


def _roles(source: HuggingFace, names: Sequence[str]) -> dict[str, Role]:
    for name in (*source.inputs, *source.targets):
        if name not in names:
            raise ProjectProblem(f"The data set has no column “{name}”; it has {', '.join(names)}.")
    targets = source.targets or tuple(name for name in names if name.lower() in TARGETS)[:1]
    inputs = source.inputs or tuple(name for name in names if name not in targets)
    return {**dict.fromkeys(inputs, "input"), **dict.fromkeys(targets, "target")}


def _pair(name: str, role: Role, parts: Sequence[Any]) -> Pair:
    feature = parts[0].features[name]
    kind = type(feature).__name__
    if kind == "ClassLabel":
        return classes(name, _joined(name, parts), feature.names, role)
    if kind == "Image":
        return _pictures(name, parts)
    if str(getattr(feature, "dtype", "")) in ("string", "large_string"):
        return _words(name, role, parts)
    values = _joined(name, parts)
    if values.is_floating_point():
        return numbers(name, values, role)
    shape = Shape.of(*values.shape[1:], dtype="bool" if values.dtype == torch.bool else "int")
    return Column(name, shape, role=role), values


def _joined(name: str, parts: Sequence[Any]) -> Tensor:
    try:
        return torch.cat([torch.from_numpy(np.asarray(part[name][:])) for part in parts])
    except (TypeError, ValueError) as error:
        raise ProjectProblem(f"The rows of the column {name} have unequal lengths, or hold no numbers.") from error


def _pictures(name: str, parts: Sequence[Any]) -> Pair:
    arrays = [
        np.asarray(picture.convert("RGB"))
        for part in parts
        for picture in counted(part[name], f"Reading pictures of {name}", len(part))
    ]
    sizes = {array.shape for array in arrays}
    if len(sizes) > 1:
        raise ProjectProblem(f"The pictures of the column {name} have {len(sizes)} different sizes; resize them first.")
    values = torch.from_numpy(np.stack(arrays)).movedim(-1, 1)
    if (values[:, 0] == values[:, 1]).all() and (values[:, 0] == values[:, 2]).all():
        values = values[:, :1]
    return images(name, values.float() / 255)


def _words(name: str, role: Role, parts: Sequence[Any]) -> Pair:
    """Words as classes, where there are few of them."""
    found = [str(word) for part in parts for word in part[name]]
    kinds = sorted(set(found))
    if len(kinds) > 1000:
        raise ProjectProblem(f"The column {name} holds texts; leave it out of the inputs, or make them tokens first.")
    code = {word: i for i, word in enumerate(kinds)}
    return classes(name, torch.tensor([code[word] for word in found]), kinds, role)


def _given(sizes: Sequence[tuple[PartName | None, int]]) -> dict[PartName, Tensor]:
    if len(sizes) == 1:
        return {}
    start, given = 0, dict[PartName, Tensor]()
    for part, size in sizes:
        if part:
            given[part] = torch.cat(
                [given.get(part, torch.empty(0, dtype=torch.long)), torch.arange(start, start + size)]
            )
        start += size
    return given
