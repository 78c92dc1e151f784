"""Cache: where weights lie whose project has no file yet, each under the name of its content."""

import hashlib
import os
import sys
import tempfile
from pathlib import Path

from dlstudio.core.files import write
from dlstudio.core.issue import ProjectProblem

PLACE = "DLSTUDIO_CACHE"
"""The environment variable that says where the cache is, for tests and for programs without a home."""


def keep(data: bytes) -> Path:
    """Puts the bytes of a .safetensors file into the cache, once."""
    path = folder() / f"{hashlib.sha256(data).hexdigest()[:24]}.safetensors"
    if not path.is_file():
        write(path, data)
    return path


def folder() -> Path:
    """The cache folder for weights; it is made when it is first asked for."""
    for place in _folders():
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            continue
        if os.access(place, os.W_OK):
            return place
    raise ProjectProblem(f"There is no folder for the weights; set {PLACE} to one, or say weights=PATH.")


def _folders() -> list[Path]:
    if said := os.environ.get(PLACE):
        return [Path(said)]
    home = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    user = "dlstudio" if sys.platform == "win32" else f"dlstudio-{os.getuid()}"
    return [Path(home) / "dlstudio" / "weights", Path(tempfile.gettempdir()) / user / "weights"]
