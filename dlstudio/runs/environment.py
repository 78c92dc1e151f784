"""The environment of a run: what it was trained with, where, and with which settings."""

import platform
import socket
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from dlstudio.core.version import version

PACKAGES = ("torch", "numpy", "safetensors", "networkx")


def now() -> str:
    """The time as runs write it: in UTC, to the millisecond, so that texts sort as times do."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def environment(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Everything about the circumstances that may matter when a run is looked at later."""
    return {
        "started": now(),
        "versions": {"dlstudio": version(), "python": platform.python_version(), **_versions()},
        "platform": platform.platform(),
        "machine": platform.machine(),
        "host": socket.gethostname(),
        "command": list(sys.argv),
        "device": settings.get("device"),
        "seed": settings.get("seed"),
        "settings": dict(settings),
    }


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
