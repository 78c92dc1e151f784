"""CSV: every number of a run as a table, a row for each step."""

import csv
import io
import math
from pathlib import Path

from dlstudio.core import files
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.metrics import MetricReader
from dlstudio.runs.trouble import told


def write(run: RunFolder, file: Path) -> None:
    """Writes what was measured, whole: step, epoch, seconds since the first step, and each measure."""
    with told(f"The file {file}", "be written"):
        files.write(file, table(run).encode())


def table(run: RunFolder) -> str:
    """What was not measured at a step is empty there."""
    reader = MetricReader(run.metrics)
    names = reader.names()
    made = io.StringIO(newline="")
    lines = csv.writer(made, lineterminator="\n")
    lines.writerow(["step", "epoch", "seconds", *names])
    began = math.nan
    for row in reader.rows():
        began = row.time if math.isnan(began) else began
        values = [repr(row.values[name]) if name in row.values else "" for name in names]
        lines.writerow([row.step, row.epoch, f"{row.time - began:.3f}", *values])
    return made.getvalue()
