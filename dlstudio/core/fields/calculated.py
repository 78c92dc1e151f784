"""Values that an `=expression` stands in."""

from collections.abc import Mapping
from typing import Any

from dlstudio.core import expression
from dlstudio.core.frozen import Frozen, Value


def calculate(value: Value, arguments: Mapping[str, Any]) -> Value:
    """The value with every `=expression` in it replaced by its number."""
    if isinstance(value, str):
        return expression.evaluate(value[1:], arguments) if value.startswith("=") else value
    if isinstance(value, tuple | list):
        return tuple(calculate(item, arguments) for item in value)
    if isinstance(value, Mapping):
        return Frozen({key: calculate(item, arguments) for key, item in value.items()})
    return value


def is_calculated(value: Value) -> bool:
    """Whether an `=expression` stands anywhere in the value."""
    if isinstance(value, str):
        return value.startswith("=")
    if isinstance(value, Mapping):
        return any(is_calculated(item) for item in value.values())
    return isinstance(value, tuple | list) and any(is_calculated(item) for item in value)
