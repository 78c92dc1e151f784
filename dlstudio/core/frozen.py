"""Frozen: the immutable, hashable mapping that documents are made of."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")

Value = Any
"""A document value: None, bool, int, float, str, a tuple of values, or a Frozen of values."""


class Frozen(dict[K, V]):
    """A dict that never changes: `put` and `drop` return a changed copy that shares every value."""

    __slots__ = ("_exact", "_hash")
    _exact: Hashable
    _hash: int

    def put(self, key: K, value: V) -> "Frozen[K, V]":
        return Frozen({**self, key: value})

    def drop(self, *keys: K) -> "Frozen[K, V]":
        copy = dict(self)
        for key in keys:
            copy.pop(key, None)
        return Frozen(copy)

    def merge(self, other: Mapping[K, V] | Iterable[tuple[K, V]]) -> "Frozen[K, V]":
        return Frozen({**self, **dict(other)})

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has none
        try:
            return self._hash
        except AttributeError:
            self._hash = hash(frozenset(self.items()))
            return self._hash

    @property
    def exact(self) -> Hashable:
        """A key for memories in which 1, 1.0 and True must not pass for one another."""
        try:
            return self._exact
        except AttributeError:
            self._exact = exact(self)
            return self._exact

    def __copy__(self) -> "Frozen[K, V]":
        return self

    def __deepcopy__(self, _memo: object) -> "Frozen[K, V]":
        return self

    def __reduce__(self) -> Any:
        return Frozen, (dict(self),)

    def _refuse(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise TypeError("a Frozen mapping never changes: use put, drop or merge")

    __setitem__ = __delitem__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse
    __ior__ = _refuse


def freeze(value: Value) -> Value:
    """The same value with every list turned into a tuple and every dict into a Frozen."""
    if isinstance(value, Frozen):
        return value
    if isinstance(value, Mapping):
        return Frozen({key: freeze(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(item) for item in value)
    return value


def exact(value: Value) -> Hashable:
    """A key that is equal only for values that are `same`."""
    if isinstance(value, Mapping):
        return frozenset((key, exact(item)) for key, item in value.items())
    return tuple(map(exact, value)) if isinstance(value, tuple) else (type(value), repr(value))


def same(one: Value, other: Value) -> bool:
    """Whether two values are equal and of equal types all through; Python's own == takes 1, 1.0 and True for one."""
    if one is other:
        return True
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other) and repr(one) == repr(other)
