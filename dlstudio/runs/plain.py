"""Plain: weights and states as files may hold them, numbers, texts, containers and tensors that share nothing."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor


def separate(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights with memory of their own each, which is what safetensors can write; tied ones are written twice."""
    seen: set[int] = set()
    found = {}
    for name, tensor in weights.items():
        whole = tensor.detach().to("cpu").contiguous()
        place = whole.untyped_storage().data_ptr()
        if place in seen and whole.numel():
            whole = whole.clone()
        seen.add(place)
        found[name] = whole
    return found


def plain(value: Any, place: str = "state") -> Any:
    """The value in plain containers; a TypeError names the place of what torch would not load without a pickle."""
    if value is None or isinstance(value, bool | str | bytes):
        return value
    if isinstance(value, int | float):
        return value if type(value) in (int, float) else value.real
    if isinstance(value, Tensor):
        return _small(value.detach())
    if isinstance(value, Mapping):
        return {_key(key, place): plain(item, f"{place}[{key!r}]") for key, item in value.items()}
    if isinstance(value, list | tuple):
        items = [plain(item, f"{place}[{i}]") for i, item in enumerate(value)]
        return tuple(items) if isinstance(value, tuple) else items
    raise TypeError(f"{place} is a {type(value).__name__}: a checkpoint holds numbers, texts, containers and tensors")


def weight_of(value: Any) -> int:
    """About how many bytes a plain value takes in a file."""
    if isinstance(value, Tensor):
        return value.nbytes
    if isinstance(value, Mapping):
        return sum(map(weight_of, value.values()))
    return sum(map(weight_of, value)) if isinstance(value, list | tuple) else 16


def _key(key: Any, place: str) -> Any:
    if type(key) not in (str, int, float, bool):
        raise TypeError(f"{place} has the key {key!r}: a checkpoint's keys are numbers and texts")
    return key


def _small(tensor: Tensor) -> Tensor:
    """A view of something larger with memory of its own: torch writes the whole of what a tensor looks at."""
    if tensor.layout is torch.strided and tensor.untyped_storage().nbytes() > tensor.nbytes:
        return tensor.clone()
    return tensor
