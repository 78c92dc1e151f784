"""Disk: what a file held when it was last read or written, to notice when somebody else changes it."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was: its time, its size, and a digest of what it holds."""

    time: int
    size: int
    digest: str


def stamp(path: Path) -> Stamp | None:
    """How a file is now; None where there is none that can be read."""
    try:
        found = path.stat()
        return Stamp(found.st_mtime_ns, found.st_size, sha256(path.read_bytes()).hexdigest())
    except OSError:
        return None


def changed(path: Path, before: Stamp | None) -> bool:
    """Whether a file holds something else than before; one that is gone can be written without loss."""
    try:
        found = path.stat()
    except OSError:
        return False
    if before and (found.st_mtime_ns, found.st_size) == (before.time, before.size):
        return False
    now = stamp(path)
    return before is None or (now is not None and now.digest != before.digest)
