"""Overrides: a mistake in a method that Qt calls is told as every mistake is, and ends nothing."""

import sys
from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any

from shiboken6 import Shiboken

HALF_MADE = sys.version_info < (3, 12)
"""Before Python 3.12 an exception of Python's own, as by 1 / 0, is half made until somebody catches it; PySide (6.9 to
6.11) takes it for a whole one where it comes out of a method that Qt called, and the program breaks down."""


def mend() -> None:
    """Whatever class is made on one of Qt's from now on raises whole exceptions."""
    if HALF_MADE:
        Shiboken.Object.__init_subclass__ = classmethod(_complete)  # type: ignore[assignment]


def _complete(cls: type, /, **named: Any) -> None:
    super(Shiboken.Object, cls).__init_subclass__(**named)  # type: ignore[misc]
    known = [vars(base) for base in cls.__mro__ if base.__module__.startswith("PySide6")]
    for name, method in list(vars(cls).items()):
        if isinstance(method, FunctionType) and not name.startswith("_") and any(name in each for each in known):
            setattr(cls, name, _whole(method))


def _whole(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, whose exceptions are caught once and go on."""

    @wraps(method)
    def override(*given: Any, **named: Any) -> Any:
        try:
            return method(*given, **named)
        except BaseException:
            raise

    return override
