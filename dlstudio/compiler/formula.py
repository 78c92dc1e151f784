"""formula: a declared piece of source as the line that a script would hold, and as the function that it is."""

import linecache
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from dlstudio.catalog.code import Code

if TYPE_CHECKING:
    from torch import Tensor

OURS = re.compile(r"(?<![\w)\]}'\"])\.([a-z_][a-z0-9_]*)\.([A-Za-z_][A-Za-z0-9_]*)(?=\()")
"""A call of what dlstudio.modules holds: `.dice.dice_loss(`."""


@dataclass(frozen=True)
class Formula:
    """One expression of Python, the names that it is a function of, and what it calls of ours, by file and name."""

    text: str
    names: tuple[str, ...]
    carried: tuple[tuple[str, str], ...] = ()

    def function(self) -> "Callable[..., Tensor]":
        """The same text as a function."""
        return _function(self)


def formula(code: Code, names: Sequence[str]) -> Formula:
    """The expression with its values written in; its other holes are the names."""
    holes = {**{name: name for name in names}, **{name: repr(value) for name, value in code.values.items()}}
    text = OURS.sub(r"\2", code.text).format(**holes)
    return Formula(text, tuple(names), tuple(dict.fromkeys(OURS.findall(code.text))))


@lru_cache(maxsize=1024)
def _function(made: Formula) -> "Callable[..., Tensor]":
    import torch
    import torch.nn.functional as F

    known: dict[str, Any] = {"torch": torch, "F": F}
    known |= {name: getattr(import_module(f"dlstudio.modules.{file}"), name) for file, name in made.carried}
    source = f"def formula({', '.join(made.names)}):\n    return {made.text}\n"
    place = f"<dlstudio formula {made.text}>"
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    exec(compile(source, place, "exec"), known)  # noqa: S102 - from declarations; values stand in it by repr alone
    found: Callable[..., Tensor] = known["formula"]
    return found
