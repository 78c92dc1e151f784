"""Version: which dlstudio this is, in a clone and in an installed package."""

import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parents[1]
UNKNOWN = "0+unknown"


def version() -> str:
    """The version of the code that runs; a clone's own file goes before what is installed beside it."""
    declared = clone()
    if declared:
        return str(declared.get("version", UNKNOWN))
    try:
        return metadata.version("dlstudio")
    except metadata.PackageNotFoundError:
        return UNKNOWN


def clone(package: Path = _PACKAGE) -> dict[str, Any]:
    """What the clone that holds a package folder declares about itself; nothing for an installed package."""
    try:
        text = (package.parent / "pyproject.toml").read_text("utf-8")
        project: dict[str, Any] = tomllib.loads(text).get("project", {})
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}
    return project if project.get("name") == "dlstudio" else {}
