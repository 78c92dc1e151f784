"""Migrations: what brings the file of an older dlstudio up to the present format, one step for each number."""

from collections.abc import Callable
from typing import Any

from dlstudio.core.issue import ProjectProblem

FORMAT = 1
"""The format that this dlstudio writes, and the newest that it reads."""

Raw = dict[str, Any]
Migration = Callable[[Raw], Raw]

_steps: dict[int, Migration] = {}


def migration(*, from_format: int) -> Callable[[Migration], Migration]:
    """Registers the step from one format to the next: it takes the file as plain JSON and gives it back changed."""

    def register(step: Migration) -> Migration:
        if from_format in _steps:
            raise TypeError(f"two migrations start from format {from_format}")
        _steps[from_format] = step
        return step

    return register


def migrate(raw: Raw) -> Raw:
    """The file in the present format, or a ProjectProblem that says why that cannot be."""
    start = _format(raw)
    for number in range(start, FORMAT):
        raw = {**_step(number, raw), "format": number + 1}
    return raw


def _format(raw: Raw) -> int:
    if "format" not in raw:
        raise ProjectProblem("The file names no format, so it is no dlstudio project; choose a .dls file.")
    number = raw["format"]
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise ProjectProblem("format: must be a whole number from 1; the file is damaged, so open an older copy of it.")
    if number > FORMAT:
        shown = number if number < 10**9 else "very large"
        raise ProjectProblem(
            f"This project was written by a newer dlstudio (format {shown}; this one reads up to {FORMAT}). "
            "Update dlstudio to open it."
        )
    return number


def _step(number: int, raw: Raw) -> Raw:
    try:
        return _steps[number](raw)
    except (LookupError, TypeError, ValueError, AttributeError) as problem:
        raise ProjectProblem(
            f"The project is of format {number} and cannot be brought up to format {number + 1}; "
            "the file is damaged, so open an older copy of it."
        ) from problem
