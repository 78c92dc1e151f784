"""Where the environment of a clone lies, and whether it is complete.

Every start of dlstudio from a clone runs this file, so it imports next to nothing: pathlib alone costs as much as the
whole check.
"""

from __future__ import annotations

import hashlib
import os
import sys

from dlstudio.bootstrap.speech import Refusal

PYTHON = os.path.join("Scripts", "python.exe") if sys.platform == "win32" else os.path.join("bin", "python")
SOURCES = ("pyproject.toml", os.path.join("resources", "constraints.txt"))


class Place:
    """The clone at `root` and the folder of its virtual environment."""

    def __init__(self, root: str, folder: str) -> None:
        self.root = root
        self.folder = folder
        self.python = os.path.join(folder, PYTHON)
        self.stamp = os.path.join(folder, "dlstudio-stamp")
        self.lock = f"{folder}.lock"

    def imprint(self) -> str:
        """What a complete environment of this clone is stamped with, except for its extras."""
        digest = hashlib.sha256()
        for source in SOURCES:
            with open(os.path.join(self.root, source), "rb") as file:
                digest.update(file.read())
        return f"{digest.hexdigest()}\n{self.root}\n{os.path.realpath(self.python)}\n"

    def stamped_extras(self) -> set[str]:
        """The extras that were installed when the stamp was written."""
        return set(self._read_stamp().rpartition("\n")[2].split())

    def is_ready(self, extras: tuple[str, ...] = ()) -> bool:
        """Whether the environment holds what the clone asks for now, with these extras."""
        imprint, _, installed = self._read_stamp().rpartition("\n")
        return (
            f"{imprint}\n" == self.imprint()
            and set(extras) <= set(installed.split())
            and os.access(self.python, os.X_OK)
        )

    def write_stamp(self, extras: set[str]) -> None:
        """Record that the environment is complete."""
        with open(self.stamp, "w", encoding="utf-8") as file:
            file.write(self.imprint() + " ".join(sorted(extras)))

    def remove_stamp(self) -> None:
        """Record that the environment is about to change: a stamp from before must not fit it again."""
        if os.path.exists(self.stamp):
            os.remove(self.stamp)

    def is_current(self) -> bool:
        """Whether this very process runs in the environment."""
        return os.path.realpath(sys.prefix) == os.path.realpath(self.folder)

    def is_writable(self) -> bool:
        """Whether the environment can be made or changed here."""
        folder = self.folder if os.path.isdir(self.folder) else os.path.dirname(self.folder)
        beside = self.lock if os.path.exists(self.lock) else os.path.dirname(self.lock)
        return os.access(folder, os.W_OK | os.X_OK) and os.access(beside, os.W_OK)

    def _read_stamp(self) -> str:
        try:
            with open(self.stamp, encoding="utf-8") as file:
                return file.read()
        except (OSError, UnicodeDecodeError):
            return ""


def find_place(root: str, extras: tuple[str, ...] = ()) -> Place:
    """Choose `.venv` in the clone, or a folder of the user's own where the clone cannot be written."""
    beside = Place(root, os.path.join(root, ".venv"))
    if beside.is_ready(extras) or beside.is_writable():
        return beside
    name = f"{os.path.basename(root)}-{hashlib.sha256(root.encode()).hexdigest()[:12]}"
    for parent in cache_folders():
        if _is_mine(parent):
            return Place(root, os.path.join(parent, name))
    raise Refusal(f"{root} cannot be written, and no cache folder of yours can; set XDG_CACHE_HOME to one that can be.")


def cache_folders() -> list[str]:
    """The folders that may hold an environment outside the clone, best first."""
    import tempfile

    home = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    user = f"dlstudio-{os.getuid()}" if sys.platform != "win32" else "dlstudio"
    return [os.path.join(home, "dlstudio"), os.path.join(tempfile.gettempdir(), user)]


def _is_mine(folder: str) -> bool:
    """Make the folder if need be; one that another user owns could hold a python of theirs, so it does not count."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        owned = sys.platform == "win32" or os.lstat(folder).st_uid == os.getuid()
    except OSError:
        return False
    return owned and os.access(folder, os.W_OK | os.X_OK)
