"""Makes, repairs and updates the virtual environment of a clone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import deque
from collections.abc import Callable
from pathlib import Path

from dlstudio.bootstrap import debian
from dlstudio.bootstrap.lock import Lock, locked
from dlstudio.bootstrap.place import Place
from dlstudio.bootstrap.speech import Refusal, say

OLDEST = (3, 11)
# What pip says right before it changes anything.
INSTALLING = "Installing collected packages: "
# Settings that would send packages elsewhere than into the environment.
ASTRAY = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_CONSTRAINT")

Maker = Callable[[Place, Lock], None]
Installer = Callable[[Place, list[str], Lock], None]


def prepare(
    place: Place, extras: tuple[str, ...], *, make: Maker | None = None, install: Installer | None = None
) -> None:
    """Bring the environment to what the clone asks for, whatever state it was left in."""
    with locked(place.lock) as lock:
        if place.is_ready(extras):
            return
        wanted = place.stamped_extras() | set(extras)
        if lock.interrupted or not is_sound(place):
            lock.begin()
            clear(place.folder)
            (make or make_environment)(place, lock)
            lock.end()
        (install or install_requirements)(place, requirements(place.root, wanted), lock)
        link(place)
        place.write_stamp(wanted)
        lock.end()


def requirements(root: str, extras: set[str]) -> list[str]:
    """What the clone depends on, as its pyproject lists it."""
    try:
        project = tomllib.loads((Path(root) / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    except tomllib.TOMLDecodeError as error:
        raise Refusal(f"{root}/pyproject.toml is damaged: {error}") from error
    optional = project.get("optional-dependencies", {})
    return [*project["dependencies"], *(line for extra in sorted(extras) for line in optional.get(extra, ()))]


def is_sound(place: Place) -> bool:
    """Whether the environment has a python that is new enough, and a pip."""
    probe = f"import sys; sys.exit(sys.version_info < {OLDEST} or sys.prefix == sys.base_prefix)"
    return _succeeds(place.python, "-c", probe) and (
        _succeeds(place.python, "-c", "import pip") or _succeeds(place.python, "-m", "ensurepip")
    )


def clear(folder: str) -> None:
    """Remove what stands where the environment shall be; of a link, only the link."""
    path = Path(folder)
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        say(f"{path.name} is not complete, it is made anew")
        shutil.rmtree(path)


def make_environment(place: Place, lock: Lock) -> None:
    """Make an empty environment with the python that runs this."""
    say(f"first start: making an environment in {place.folder} (once, about a minute)")
    python = getattr(sys, "_base_executable", None) or sys.executable
    if not _succeeds(python, "-c", "import venv, ensurepip"):
        _provide_venv(python)
    lines = _stream([python, "-I", "-m", "venv", place.folder], pip_settings(), lock)
    if lines is not None:
        raise Refusal(_with_last_words(f"{python} could not make an environment in {place.folder}.", lines))


def install_requirements(place: Place, wanted: list[str], lock: Lock) -> None:
    """Install the packages at the versions that the constraints name."""

    def follow(line: str) -> None:
        if line.startswith(INSTALLING):
            lock.begin()
            place.remove_stamp()
        _report(line)

    say("installing packages")
    constraints = str(Path(place.root, "resources", "constraints.txt"))
    pip = [place.python, "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    lines = _stream([*pip, "--progress-bar", "off", "-c", constraints, *wanted], pip_settings(), lock, follow)
    if lines is not None:
        raise Refusal(_with_last_words("pip could not install what dlstudio needs (is this machine online?).", lines))


def pip_settings() -> dict[str, str]:
    """The environment variables pip runs with: the user's own, less those that lead it astray."""
    settings = {name: value for name, value in os.environ.items() if name not in ASTRAY}
    settings["PIP_USER"] = "0"
    if not {"PIP_CACHE_DIR", "XDG_CACHE_HOME"} & settings.keys() and not os.access(Path("~").expanduser(), os.W_OK):
        settings["PIP_NO_CACHE_DIR"] = "1"
    return settings


def link(place: Place) -> None:
    """Let the environment's python import dlstudio from the clone, whatever the working directory."""
    found = subprocess.run(
        [place.python, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    Path(found.stdout.strip(), "dlstudio-clone.pth").write_text(f"{place.root}\n", encoding="utf-8")


def _provide_venv(python: str) -> None:
    """Debian keeps a part of the standard library that makes environments in a package of its own."""
    if not debian.is_debian():
        raise Refusal(f"{python} cannot make environments: it comes without the ensurepip module.")
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    installed = debian.is_root() and debian.install([package]) and _succeeds(python, "-c", "import venv, ensurepip")
    if not installed:
        raise Refusal(f"{python} needs the package {package} to make environments: {debian.command([package])}")


def _succeeds(python: str, *arguments: str) -> bool:
    try:
        done = subprocess.run([python, "-I", *arguments], check=False, capture_output=True, stdin=subprocess.DEVNULL)
    except OSError:
        return False
    return done.returncode == 0


def _stream(
    arguments: list[str], settings: dict[str, str], lock: Lock, follow: Callable[[str], None] | None = None
) -> list[str] | None:
    """Run to the end, handing each line to `follow`; the last lines when it failed."""
    last: deque[str] = deque(maxlen=40)
    with subprocess.Popen(
        arguments,
        env=settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=lock.inherited(),
    ) as child:
        for line in child.stdout or ():
            last.append(line.strip())
            if follow:
                follow(line.strip())
    return list(last) if child.returncode else None


def _report(line: str) -> None:
    download = re.match(r"Downloading ([^\s/]+?)-\d.*\((.*[MG]B)\)", line)
    if download:
        say(f"  downloading {download[1]} ({download[2]})")
    elif line.startswith(INSTALLING):
        say(f"  installing {line.count(',') + 1} packages")


def _with_last_words(sentence: str, lines: list[str]) -> str:
    broken = [line.rpartition(">: ")[2] for line in lines if line.startswith("WARNING: Retrying")]
    errors = [line for line in lines if line.startswith("ERROR") and "for help visit" not in line]
    errors = errors or [line for line in lines if line]
    return "\n    ".join([sentence, *broken[-1:], *errors[-3:]])
