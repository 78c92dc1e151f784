"""What holds for every declaration, whichever registry it stands in."""

import inspect
from typing import Any

import torch.nn.functional as F

from dlstudio.catalog.code import Call
from dlstudio.core.frozen import Frozen, freeze
from dlstudio.core.spec import Declaration, make
from tests.catalog.harness import find


def sound(cls: type[Declaration]) -> None:
    """A purpose in one line, a help text on every field, and defaults that the markers themselves accept."""
    assert cls.purpose().endswith((".", ":"))
    assert cls.title
    for field in cls.specs.values():
        assert field.marker.help, field.name
        assert field.marker.accept(field.default) == field.default, field.name
    defaults = make(cls, {name: field.default for name, field in cls.specs.items()}, {})
    assert defaults == cls()
    assert freeze(cls().values()) == Frozen(cls().values())
    hash(Frozen(cls().values()))


def resolve(source: str) -> Any:
    """The class or function that a source names: torch.optim.Adam, F.cross_entropy or .ftrl.Ftrl."""
    return getattr(F, source[2:]) if source.startswith("F.") else find(source)


def omitted_defaults_are_theirs(call: Call) -> None:
    """A keyword that is left out, since it says the default, means the same to the constructor."""
    theirs = {name: p.default for name, p in inspect.signature(resolve(call.callee)).parameters.items()}
    for name, value in call.keywords:
        assert name in theirs, name
        if name in call.defaults:
            assert theirs[name] == call.defaults[name], (name, value)
