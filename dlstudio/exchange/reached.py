"""Reached: what a run measured when its weights were as they are exported, as people write it."""

import numpy as np

from dlstudio.runs.folder import RunFolder
from dlstudio.runs.metrics import MetricReader

SHARES = ("accuracy", "precision", "recall", "f1", "iou", "dice")
"""Measures that are shares of a whole."""
HIDDEN = "learning_rate"


def reached(run: RunFolder, step: int | None = None) -> dict[str, str]:
    """The last value of each measure up to a step (or of all), by its name in words."""
    reader = MetricReader(run.metrics)
    found: dict[str, str] = {}
    for name in reader.names():
        steps, values = reader.read(name)
        until = len(steps) if step is None else int(np.searchsorted(steps, step, "right"))
        if until and not name.startswith(HIDDEN):
            found[words(name)] = number(name, float(values[until - 1]))
    return found


def words(name: str) -> str:
    """The name of a measure as it is read: validation/accuracy is Validation accuracy."""
    text = name.replace("/", " ").replace("_", " ")
    return text[:1].upper() + text[1:]


def number(name: str, value: float) -> str:
    """A value to four digits; shares of a whole in percent."""
    last = name.rpartition("/")[2]
    return f"{value:.1%}" if any(last.startswith(share) for share in SHARES) and 0 <= value <= 1 else f"{value:.4g}"
