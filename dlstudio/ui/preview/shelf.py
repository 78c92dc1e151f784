"""Shelf: keeps what was made until it becomes too much; what was not used for longest goes first."""

from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """Things by key, each with its size in bytes."""

    def __init__(self, room: int) -> None:
        self.room, self.used = room, 0
        self._kept: OrderedDict[object, tuple[T, int]] = OrderedDict()

    def get(self, key: object) -> T | None:
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: object, thing: T, size: int) -> None:
        """Keeps it, unless it takes more than half of the room alone."""
        if size > self.room // 2:
            return
        self._kept[key] = thing, size
        self.used += size
        while self.used > self.room:
            _, (_, gone) = self._kept.popitem(last=False)
            self.used -= gone

    def __len__(self) -> int:
        return len(self._kept)
