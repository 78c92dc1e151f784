"""Census: what an ONNX file holds, counted on its bytes before anything is made of it: a small file stays small.

A message of two bytes takes a hundred bytes of memory once it is parsed, and a number of one byte takes eight."""

from collections.abc import Mapping
from mmap import mmap

from dlstudio.core.issue import ProjectProblem

MOST_FIELDS = 1_000_000
MOST_DEPTH = 24
MOST_NUMBERS = 2**24
"""Bytes of numbers that are written one by one, in each of which may be a number."""

_SHAPE = {1: "dim"}
_WITHIN: Mapping[str, Mapping[int, str]] = {
    "model": {7: "graph", 8: "opset", 14: "entry", 20: "training", 25: "function", 26: "other"},
    "training": {1: "graph", 2: "graph", 3: "entry", 4: "entry"},
    "function": {7: "node", 9: "opset", 11: "attribute", 12: "value", 14: "entry"},
    "graph": {1: "node", 5: "tensor", 11: "value", 12: "value", 13: "value", 14: "other", 15: "sparse", 16: "entry"},
    "node": {5: "attribute", 9: "entry", 10: "other"},
    "attribute": {
        5: "tensor",
        6: "graph",
        10: "tensor",
        11: "graph",
        14: "type",
        15: "type",
        22: "sparse",
        23: "sparse",
    },
    "tensor": {3: "other", 13: "entry", 16: "entry"},
    "sparse": {1: "tensor", 2: "tensor"},
    "value": {2: "type", 4: "entry"},
    "type": {1: "tensor_type", 4: "type", 5: "type", 8: "tensor_type", 9: "type"},
    "tensor_type": {2: "shape"},
    "shape": _SHAPE,
    "other": {1: "entry", 2: "entry", 3: "entry"},
}
"""Which fields of a message are messages themselves."""
_NUMBERS: Mapping[str, frozenset[int]] = {
    "tensor": frozenset({1, 5, 7, 11}),
    "attribute": frozenset({8}),
    "sparse": frozenset({3}),
}
"""Fields with rows of numbers in which each takes as few bytes as its size allows."""


class Census:
    """Walks through the fields of a file; `counted` grows, and what is too much is refused."""

    def __init__(self, data: mmap | bytes, name: str) -> None:
        self.data, self.name = data, name
        self.counted = self.numbers = 0

    def take(self) -> None:
        """Counts everything; a ProjectProblem says why the file cannot be opened."""
        self._walk("model", 0, len(self.data), 0)

    def _walk(self, message: str, at: int, end: int, depth: int) -> None:
        if depth > MOST_DEPTH:
            raise ProjectProblem(f"{self.name} holds graphs within graphs, {depth} deep; no model needs that.")
        within, rows = _WITHIN.get(message, {}), _NUMBERS.get(message, frozenset())
        while at < end:
            key, at = self._number(at, end)
            start, at = self._skip(key & 7, at, end)
            self.counted += 1
            field = key >> 3
            if key & 7 == 2 and field in within:
                self._walk(within[field], start, at, depth + 1)
            elif field in rows:
                self.numbers += at - start
            if self.counted > MOST_FIELDS or self.numbers > MOST_NUMBERS:
                raise ProjectProblem(f"{self.name} holds more parts than a model has ({MOST_FIELDS:,}); it is damaged.")

    def _skip(self, kind: int, at: int, end: int) -> tuple[int, int]:
        """Where a field's value begins and ends."""
        start = at
        if kind == 0:
            _, at = self._number(at, end)
        elif kind == 2:
            length, start = self._number(at, end)
            at = start + length
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            raise self._damaged()
        if at > end:
            raise self._damaged()
        return start, at

    def _number(self, at: int, end: int) -> tuple[int, int]:
        value = shift = 0
        while at < end and shift < 70:
            byte = self.data[at]
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value, at
            shift += 7
        raise self._damaged()

    def _damaged(self) -> ProjectProblem:
        return ProjectProblem(f"{self.name} is damaged, cut off, or no ONNX file; save or download it again.")
