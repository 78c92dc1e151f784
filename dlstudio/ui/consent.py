"""Consent: Python that a project carries, and whether the user said that it may run."""

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from dlstudio.core.document import Project
from dlstudio.ui.settings import settings

KEY, MOST = "allowed-code", 500
KIND = "Custom"
"""The kind of node that carries Python."""


def own_code(project: Project) -> tuple[tuple[str, str, str], ...]:
    """The Python in a project: network, node and text."""
    return tuple(
        (name, node.id, str(node.fields.get("code", "")))
        for name, network in project.networks.items()
        for node in network.of_kind(KIND)
    )


def allowed(project: Project) -> bool:
    """Whether all of the project's own Python may run: there is none, or the user allowed just this text before."""
    known = set(_known())
    return all(_digest(text) in known for _, _, text in own_code(project) if text)


def allow(project: Project) -> None:
    """Lets the Python in a project run, now and when the file is opened again with the same text."""
    _keep(dict.fromkeys([*(_digest(text) for _, _, text in own_code(project) if text), *_known()]))


def knows(path: Path) -> bool:
    """Whether the user let just this Python file run before."""
    digest = _of_file(path)
    return bool(digest) and digest in _known()


def know(path: Path) -> None:
    """Remembers that the user lets this Python file run."""
    _keep(dict.fromkeys([_of_file(path), *_known()]))


def _of_file(path: Path) -> str:
    """The digest of a file; none is like that of a file that cannot be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _known() -> list[str]:
    try:
        found = json.loads(str(settings().value(KEY, "[]")))
    except ValueError:
        return []
    return [str(each) for each in found] if isinstance(found, list) else []


def _keep(digests: Iterable[str]) -> None:
    settings().setValue(KEY, json.dumps(list(digests)[:MOST]))
