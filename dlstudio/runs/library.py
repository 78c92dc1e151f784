"""The library: the runs in a folder, listed, chosen, put in order, renamed, noted and deleted."""

import math
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlstudio.core import files
from dlstudio.core.document import natural
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.meant import closest, did_you_mean
from dlstudio.runs.folder import ALIVE, NOTE, RunFolder, is_run
from dlstudio.runs.metrics import last_numbers
from dlstudio.runs.names import proper
from dlstudio.runs.trouble import told

INTERRUPTED, DAMAGED = "interrupted", "damaged"
"""What a run can be beside what its writer says: its process ended without a word; it cannot be read."""

COLUMNS = ("name", "status", "step", "epoch", "started", "updated", "note")


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run in a list."""

    name: str
    path: Path
    status: str
    reason: str = ""
    step: int = 0
    epoch: int = 0
    started: str = ""
    updated: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    note: str = ""


def list_runs(root: Path) -> list[RunSummary]:
    """The runs in a folder, the oldest first; what is no run is passed over, a damaged one says so."""
    with told(f"The runs in {root}", "be listed"):
        if not root.exists():
            return []
        with os.scandir(root) as found:
            paths = [Path(each.path) for each in found if not each.name.startswith(".") and each.is_dir()]
    return order([summary(RunFolder(path)) for path in paths if is_run(path)], by="started")


def summary(run: RunFolder) -> RunSummary:
    """What a list says about a run; damage is a status here, not an exception."""
    try:
        status, circumstances = run.status(), run.environment()
        settings = circumstances.get("settings")
        gone = status.status in ALIVE and not run.locked
        return RunSummary(
            run.name,
            run.path,
            INTERRUPTED if gone else status.status,
            status.reason,
            status.step,
            status.epoch,
            str(circumstances.get("started", "")),
            status.updated,
            settings if isinstance(settings, dict) else {},
            last_numbers(run.metrics),
            note_of(run),
        )
    except ProjectProblem as problem:
        return RunSummary(run.name, run.path, DAMAGED, str(problem), note=note_of(run))


def choose(runs: Iterable[RunSummary], *, status: str = "", text: str = "") -> list[RunSummary]:
    """Those of a status, and with a text in their name, note or settings."""
    wanted = text.casefold()
    return [run for run in runs if (not status or run.status == status) and wanted in _searchable(run)]


def order(runs: Iterable[RunSummary], by: str = "started", *, down: bool = False) -> list[RunSummary]:
    """By a column, a metric or a setting; those that have no such value come last."""
    have: list[tuple[Any, Any, RunSummary]] = []
    lack: list[tuple[Any, RunSummary]] = []
    for run in runs:
        value = _value(run, by)
        if value is None:
            lack.append((natural(run.name), run))
        else:
            have.append((_key(value), natural(run.name), run))
    have.sort(key=lambda each: each[:2], reverse=down)
    lack.sort(key=lambda each: each[0])
    return [*(run for _, _, run in have), *(run for _, run in lack)]


def find(root: Path, name: str) -> RunFolder:
    """The run of a name, or a ProjectProblem that offers the names that come close."""
    path = root / proper(name)
    if is_run(path):
        return RunFolder(path)
    if path.is_dir():
        return RunFolder.open(path)
    close = closest(name, [run.name for run in list_runs(root)])
    advice = did_you_mean(close, "dlstudio runs lists those that there are.")
    raise ProjectProblem(f"There is no run “{name}” in {root}.{advice}")


def delete(root: Path, name: str) -> None:
    """Deletes a run with everything in it; one that is being written is refused."""
    run = find(root, name)
    _free(run, "deleted")
    gone = root / f".gone-{secrets.token_hex(6)}"
    with told(f"The run “{name}”", "be deleted"):
        run.path.rename(gone)
        shutil.rmtree(gone)


def rename(root: Path, name: str, new: str) -> RunFolder:
    """Gives a run another name; one that is being written is refused."""
    run, target = find(root, name), root / proper(new)
    _free(run, "renamed")
    if target.exists():
        raise ProjectProblem(f"There is already a run “{new}” in {root}; choose another name.")
    with told(f"The run “{name}”", "be renamed"):
        return RunFolder(run.path.rename(target))


def note(root: Path, name: str, text: str) -> None:
    """Writes down what a run was about; an empty text takes the note away."""
    path = find(root, name).path / NOTE
    if text:
        files.write(path, text.encode(errors="replace"))
        return
    with told(f"The note of the run “{name}”", "be taken away"):
        path.unlink(missing_ok=True)


def note_of(run: RunFolder) -> str:
    """What was written down about a run."""
    try:
        return (run.path / NOTE).read_text("utf-8", errors="replace").strip()
    except OSError:
        return ""


def _free(run: RunFolder, what: str) -> None:
    if run.locked:
        raise ProjectProblem(f"The run “{run.name}” is being written; it can be {what} when it has ended.")


def _searchable(run: RunSummary) -> str:
    return " ".join([run.name, run.note, *(f"{key}={value}" for key, value in run.settings.items())]).casefold()


def _value(run: RunSummary, by: str) -> Any:
    value = getattr(run, by) if by in COLUMNS else run.metrics.get(by, run.settings.get(by))
    return None if isinstance(value, float) and math.isnan(value) else value


def _key(value: Any) -> tuple[int, float, tuple[object, ...]]:
    """Numbers before texts, each among their own."""
    return (0, value, ()) if isinstance(value, int | float) else (1, 0.0, natural(str(value)))
