"""Entry: a checkpoint on disk, found and described without loading anything of it."""

import hashlib
import json
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

MANIFEST, WEIGHTS, STATE = "manifest.json", "weights.safetensors", "state.pt"
PART, GONE = ".part-", ".gone-"
"""How folders begin that are still being written, and that are being deleted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One checkpoint; `best` marks the one that was best last."""

    step: int
    path: Path
    best: bool
    time: float

    @property
    def number(self) -> int:
        """Counts the checkpoints of a run in the order in which they were saved."""
        return number_of(self.path)


class Damaged(Exception):
    """A checkpoint is not what was written; its text says in which way."""


def number_of(path: Path) -> int:
    """The number in front of "000012-step-3400", or 0 for a folder that is no checkpoint."""
    front, _, rest = path.name.partition("-")
    return int(front) if front.isdecimal() and rest.startswith("step-") else 0


def folders(folder: Path) -> list[Path]:
    """All folders of checkpoints, sound or not, the newest first."""
    try:
        found = [each for each in folder.iterdir() if number_of(each) and each.is_dir()]
    except OSError:
        return []
    return sorted(found, key=number_of, reverse=True)


def entries(folder: Path) -> list[Entry]:
    """The checkpoints that say what they are, the oldest first."""
    found: list[Entry] = []
    best = False
    for path in folders(folder):
        with suppress(Damaged):
            entry = described(path)
            found.append(replace(entry, best=entry.best and not best))
            best = best or entry.best
    return found[::-1]


def described(path: Path) -> Entry:
    """What the manifest of a checkpoint says."""
    manifest = read_manifest(path)
    return Entry(manifest["step"], path, manifest["best"], manifest["time"])


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest, or Damaged."""
    try:
        found = json.loads((path / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise Damaged("its manifest cannot be read") from error
    if not isinstance(found, dict) or not _whole(found):
        raise Damaged("its manifest is not whole")
    return found


def _whole(manifest: dict[str, Any]) -> bool:
    sums = manifest.get("sha256")
    sums_whole = isinstance(sums, dict) and sums.keys() == {WEIGHTS, STATE}
    numbers = isinstance(manifest.get("step"), int) and isinstance(manifest.get("time"), int | float)
    return sums_whole and numbers and isinstance(manifest.get("best"), bool)


def verify(path: Path) -> None:
    """Holds the files against the manifest's checksums; Damaged names the first that differs."""
    for name, wanted in read_manifest(path)["sha256"].items():
        try:
            if checksum(path / name) != wanted:
                raise Damaged(f"{name} is not what was written")
        except OSError as error:
            raise Damaged(f"{name} cannot be read") from error


def checksum(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove(path: Path) -> None:
    """Takes a checkpoint away so that no half of it is ever taken for one."""
    gone = path.with_name(GONE + path.name)
    with suppress(OSError):
        path.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Takes away what a killed process left half-written or half-deleted; for the run's one writer only."""
    for each in folder.glob(".*"):
        if each.name.startswith((PART, GONE)):
            shutil.rmtree(each, ignore_errors=True)
