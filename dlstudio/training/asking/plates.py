"""Plates: looks and answers as bytes and back: safetensors with a header that says what they are, and no code."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import torch
from safetensors.torch import load, save
from torch import Tensor

from dlstudio.training.measures.judgement import Judgement, Mistake, Residuals
from dlstudio.training.probes.snapshot import Cost, Histogram, NodeStats, Picture, Snapshot

T = TypeVar("T")

KINDS: dict[str, type] = {}
"""What may be on a plate, by name."""
HEAD = "plate"


def plate(cls: type[T]) -> type[T]:
    """A frozen dataclass of plain values and tensors that may be kept."""
    assert is_dataclass(cls)
    assert KINDS.setdefault(cls.__name__, cls) is cls
    return cls


_LOOKS: tuple[type, ...] = (Snapshot, NodeStats, Histogram, Picture, Cost)
_JUDGEMENTS: tuple[type, ...] = (Judgement, Mistake, Residuals)
for _each in _LOOKS + _JUDGEMENTS:
    plate(_each)


class Unreadable(Exception):
    """The bytes are no plate, or one of another version."""


def pack(value: Any) -> bytes:
    """Everything of a value as bytes."""
    tensors: dict[str, Tensor] = {}
    places: set[int] = set()

    def plain(part: Any) -> Any:
        if part is None or isinstance(part, bool | int | float | str):
            return part
        if isinstance(part, Tensor):
            name = str(len(tensors))
            held = part.detach().cpu().contiguous()
            place = held.untyped_storage().data_ptr()
            tensors[name] = held.clone() if place in places else held  # safetensors refuses two in one memory
            places.add(place)
            return {"t": name}
        if isinstance(part, Mapping):
            return {"m": [[plain(key), plain(each)] for key, each in part.items()]}
        if isinstance(part, tuple | list):
            return [plain(each) for each in part]
        kind = type(part).__name__
        assert KINDS.get(kind) is type(part), f"{kind} may not be on a plate"
        return {"k": kind, "f": [plain(getattr(part, each.name)) for each in fields(KINDS[kind])]}

    text = json.dumps(plain(value), separators=(",", ":"), ensure_ascii=False)
    return save({**tensors, HEAD: torch.frombuffer(bytearray(text.encode()), dtype=torch.uint8)})


def unpack(body: bytes) -> Any:
    """The value that was packed; Unreadable where that is not possible."""
    try:
        tensors = load(body)
        found = json.loads(tensors.pop(HEAD).numpy().tobytes())
        return _value(found, tensors)
    except Exception as problem:
        raise Unreadable(str(problem)) from problem


def _value(part: Any, tensors: Mapping[str, Tensor]) -> Any:
    if isinstance(part, list):
        return tuple(_value(each, tensors) for each in part)
    if not isinstance(part, dict):
        return part
    if "t" in part:
        return tensors[part["t"]]
    if "m" in part:
        return {_value(key, tensors): _value(each, tensors) for key, each in part["m"]}
    kind = KINDS[part["k"]]
    names = [each.name for each in fields(kind)]
    values = [_value(each, tensors) for each in part["f"]]
    if len(values) > len(names):
        raise ValueError(f"this {part['k']} says more than is known here")
    return kind(**dict(zip(names, values, strict=False)))  # what came later has what it has by itself
