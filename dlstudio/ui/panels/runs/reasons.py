"""Reasons: why something cannot be done with the runs that are chosen."""

from collections.abc import Sequence

from dlstudio.runs.census import Record
from dlstudio.ui.panels.runs.bar import BUTTONS

CHOOSE_ONE = "Choose a run first."


def reasons(chosen: Sequence[Record], *, trains: bool) -> dict[str, str]:
    """By its action why it cannot be done now, or nothing."""
    one = "" if len(chosen) == 1 else CHOOSE_ONE if not chosen else "Choose one run alone."
    some = "" if chosen else CHOOSE_ONE
    written = next((record.run.name for record in chosen if record.alive), "")
    free = f"The run “{written}” is being written." if written else ""
    busy = "This window trains already." if trains else ""
    return {
        **dict.fromkeys((name for name, _, _ in BUTTONS), one),
        "run-delete": some or free, "run-rename": one or free, "run-resume": one or free or busy,
        "run-csv": some, "run-tensorboard": some,
    }  # fmt: skip
