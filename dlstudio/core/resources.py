"""Resources: where the pictures, templates and pinned versions lie, in a clone and in an installed package."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def resource(*parts: str) -> Path:
    """The path of something in `resources/`, whichever way dlstudio came onto this machine."""
    return root(_PACKAGE).joinpath(*parts)


def root(package: Path) -> Path:
    """The folder of resources that belongs to a package folder."""
    clone = package.parent
    if (clone / "pyproject.toml").is_file() and (clone / "resources").is_dir():
        return clone / "resources"
    return package / "_resources"
