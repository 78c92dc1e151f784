"""Plain: anything that a model's step was told, as a value that a document can hold."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

MOST = 256
"""How many entries of a list are kept."""


def plain(value: Any) -> Any:
    """Numbers, texts and lists as they are; everything else as the text that names it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return _list(value)
    if callable(getattr(value, "tolist", None)) and getattr(value, "size", 0) != 0:
        return _numbers(value)
    return str(value)[:200]


def _list(value: Sequence[Any]) -> Any:
    return tuple(plain(each) for each in value[:MOST])


def _numbers(value: Any) -> Any:
    """A small array as its numbers, a large one as its shape."""
    shape = tuple(value.shape)
    count = 1
    for length in shape:
        count *= length
    return plain(value.tolist()) if count <= MOST else f"{'×'.join(map(str, shape))} numbers"
