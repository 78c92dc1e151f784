"""System packages on Debian and its relatives."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from dlstudio.bootstrap.speech import say

OS_RELEASE = Path("/etc/os-release")
APT = ("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120")


def is_debian() -> bool:
    """Whether this machine takes its packages from apt."""
    try:
        lines = OS_RELEASE.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    family = f"{values.get('ID', '')} {values.get('ID_LIKE', '')}".replace('"', "").split()
    return not {"debian", "ubuntu"}.isdisjoint(family) and shutil.which("apt-get") is not None


def is_root() -> bool:
    """Whether this process may install system packages."""
    return sys.platform != "win32" and os.geteuid() == 0


def command(packages: list[str]) -> str:
    """The one command that installs the packages."""
    return f"sudo apt-get install -y {' '.join(packages)}"


def install(packages: list[str]) -> bool:
    """Install the packages; whether that went well."""
    say(f"installing with apt-get: {' '.join(packages)}")
    # A failed update need not matter: the package lists may be there already.
    _run([*APT, "update"])
    done = _run([*APT, "install", "--no-install-recommends", *packages])
    if done.returncode:
        say(f"apt-get failed: {_last_line(done.stdout)}")
    return done.returncode == 0


def _run(arguments: list[str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        arguments,
        check=False,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _last_line(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return next((line for line in lines if line.startswith("E:")), lines[-1] if lines else "it said nothing")
