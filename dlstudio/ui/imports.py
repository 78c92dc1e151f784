"""imports: modules come into memory as Python itself loads them, without being read once more as text."""

import builtins

import PySide6.QtCore  # noqa: F401 - what takes the place


def plain() -> None:
    """Puts Python's import back in the place that PySide took.

    PySide's own reads the whole source of every module, torch's too, for a word that nobody writes here (`from
    __feature__ import snake_case`): a fifth of the time that imports take, and a hundred megabytes that stay."""
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
