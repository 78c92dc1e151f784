"""RunFolder: one training on disk."""

import json
import secrets
import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from dlstudio.core import files
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.environment import environment, now
from dlstudio.runs.lock import held, locked
from dlstudio.runs.names import made, proper
from dlstudio.runs.trouble import told

PROJECT, SOURCE, ENVIRONMENT, STATE = "project.dls", "model.py", "environment.json", "state.json"
METRICS, CHECKPOINTS, SAMPLES, LOCK, NOTE = "metrics.sqlite", "checkpoints", "samples", "writer.lock", "note.txt"
LOG, ALBUM = "log.txt", "album.sqlite"

STATUSES = ("running", "paused", "finished", "early", "stopped", "failed")
"""What a run can be; early is one that stopped since it no longer got better."""
ALIVE = ("running", "paused")
"""What only a run with a living process can be."""


@dataclass(frozen=True, slots=True)
class Status:
    """Where a run stands, as its writer said last."""

    status: str = "running"
    reason: str = ""
    step: int = 0
    epoch: int = 0
    updated: str = ""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A folder with a project as it was, its source, its circumstances, numbers, checkpoints and samples."""

    path: Path

    @classmethod
    def create(
        cls, root: Path, project: Project, source: str, *, name: str | None = None, settings: Mapping[str, Any]
    ) -> "RunFolder":
        """A new run in a folder of runs; it is there whole or not at all. Without a name it is named by its project."""
        chosen = proper(name) if name is not None else None
        part = root / f".new-{secrets.token_hex(6)}"
        with told(f"A run in {root}", "be made"):
            root.mkdir(parents=True, exist_ok=True)
            try:
                _fill(part, project, source, settings)
                return cls(_settle(part, root, chosen, made(project.name)))
            except BaseException:
                shutil.rmtree(part, ignore_errors=True)
                raise

    @classmethod
    def open(cls, path: Path) -> "RunFolder":
        """A run that is there, or a ProjectProblem that says why the folder is none."""
        run = cls(Path(path))
        with told(f"The run {path}", "be opened"):
            if not run.path.exists():
                raise ProjectProblem(f"There is no run {path}; dlstudio runs lists those that there are.")
            if not run.path.is_dir():
                raise ProjectProblem(f"{path} is a file and no run: a run is a folder that dlstudio train makes.")
        if not is_run(run.path):
            raise ProjectProblem(f"{path} is no run: a run holds {PROJECT}, {ENVIRONMENT} and {STATE}.")
        return run

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def metrics(self) -> Path:
        return self.path / METRICS

    @property
    def album(self) -> Path:
        return self.path / ALBUM

    @property
    def checkpoints(self) -> Path:
        return self.path / CHECKPOINTS

    @property
    def samples(self) -> Path:
        return self.path / SAMPLES

    def project(self) -> Project:
        """The project as it was when the run began."""
        return files.load(self.path / PROJECT)

    def source(self) -> str:
        """The source that was trained."""
        with told(f"The source of the run “{self.name}”", "be read"):
            return (self.path / SOURCE).read_text("utf-8", errors="replace")

    def environment(self) -> dict[str, Any]:
        """Versions, platform, device, seed, settings and when it started."""
        return self._json(ENVIRONMENT)

    def settings(self) -> dict[str, Any]:
        """What the training was asked for."""
        found = self.environment().get("settings")
        return found if isinstance(found, dict) else {}

    def status(self) -> Status:
        """Where the run stands, as its writer said last; `interrupted` tells whether that is still so."""
        found = self._json(STATE)
        known = {each.name: found[each.name] for each in fields(Status) if each.name in found}
        sound = known.get("status") in STATUSES and all(
            isinstance(known.get(each, 0), int) for each in ("step", "epoch")
        )
        if not sound:
            raise ProjectProblem(f"{STATE} of the run “{self.name}” is damaged; its checkpoints can still be used.")
        return Status(**known)

    def set_status(self, status: str, reason: str = "", *, step: int | None = None, epoch: int | None = None) -> Status:
        """Says where the run stands; step and epoch stay what they were unless they are given."""
        if status not in STATUSES:
            raise ValueError(f"a run cannot be {status!r}; it is one of {', '.join(STATUSES)}")
        before = Status() if step is not None and epoch is not None else self.status()
        at = before.step if step is None else step
        said = Status(status, reason, at, before.epoch if epoch is None else epoch, now())
        _write(self.path / STATE, asdict(said))
        return said

    def log(self, text: str) -> None:
        """Adds a line to what happened in this run."""
        with told(f"The log of the run “{self.name}”", "be written"), (self.path / LOG).open("ab") as file:
            file.write(f"{now()} {' '.join(text.split())}\n".encode(errors="replace"))

    def said(self) -> list[str]:
        """What happened in this run, line by line with the time, the oldest first."""
        path = self.path / LOG
        with told(f"The log of the run “{self.name}”", "be read"):
            return path.read_text("utf-8", errors="replace").splitlines() if path.exists() else []

    @property
    def interrupted(self) -> bool:
        """Whether its process ended without a word: killed, crashed, or the machine went off."""
        return self.status().status in ALIVE and not self.locked

    @property
    def locked(self) -> bool:
        """Whether a living process writes the run."""
        return held(self.path / LOCK)

    def lock(self) -> AbstractContextManager[None]:
        """Held while the run is written: a second writer gets a ProjectProblem that names the first."""
        return locked(self.path / LOCK, self.name)

    def _json(self, name: str) -> dict[str, Any]:
        with told(f"{name} of the run “{self.name}”", "be read"):
            text = (self.path / name).read_bytes()
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ProjectProblem(f"{name} of the run “{self.name}” is damaged; its checkpoints can still be used.")
        return found


def is_run(path: Path) -> bool:
    """Whether a folder is a run, if perhaps a damaged one."""
    return sum((path / each).is_file() for each in (STATE, PROJECT, ENVIRONMENT)) >= 2


def _fill(folder: Path, project: Project, source: str, settings: Mapping[str, Any]) -> None:
    for each in (CHECKPOINTS, SAMPLES):
        (folder / each).mkdir(parents=True)
    files.save(project, folder / PROJECT)
    files.write(folder / SOURCE, source.encode())
    _write(folder / ENVIRONMENT, environment(settings))
    _write(folder / STATE, asdict(Status(updated=now())))


def _write(path: Path, value: Mapping[str, Any]) -> None:
    files.write(path, json.dumps(value, indent=1, ensure_ascii=False).encode(errors="replace") + b"\n")


def _settle(part: Path, root: Path, chosen: str | None, base: str) -> Path:
    """Gives the finished folder its name: the one that was chosen, or the first that is free."""
    number = 1
    while True:
        target = root / (chosen or (f"{base}-{number}"))
        if not target.exists():
            try:
                return part.rename(target)
            except OSError:
                if not target.exists():
                    raise
        if chosen is not None:
            raise ProjectProblem(f"There is already a run “{chosen}” in {root}; choose another name or delete it.")
        number += 1
