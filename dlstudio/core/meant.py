"""Meant: the known name that a mistyped one comes closest to, and the question that offers it."""

import difflib
from collections.abc import Iterable


def closest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known name that may have been meant, if any comes close."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=cutoff)), None)


def did_you_mean(close: str | None, otherwise: str = "") -> str:
    """The end of a message about an unknown name: the question, or other advice where nothing comes close."""
    advice = f"Did you mean “{close}”?" if close else otherwise
    return advice and f" {advice}"
