"""A clone makes, repairs and updates its own environment."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import venv
from pathlib import Path

import pytest

from dlstudio import bootstrap
from dlstudio.bootstrap import debian, environment, libraries
from dlstudio.bootstrap.environment import prepare
from dlstudio.bootstrap.lock import Lock, locked
from dlstudio.bootstrap.place import Place, find_place
from dlstudio.bootstrap.speech import Refusal

REPOSITORY = Path(__file__).resolve().parent.parent
BASE_PYTHON = str(getattr(sys, "_base_executable", sys.executable))
PYPROJECT = """
[project]
name = "clone"
dependencies = ["torch>=2"]
[project.optional-dependencies]
test = ["pytest"]
rl = ["gymnasium"]
"""
STUB_CLI = """
import json, sys
def main():
    print(json.dumps({"arguments": sys.argv[1:], "prefix": sys.prefix, "path": sys.path}))
    return 3
"""

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="uses links and shell scripts")


class Workshop:
    """Makes real but empty environments, and only notes what it is told to install."""

    def __init__(self) -> None:
        self.made = 0
        self.installed: list[list[str]] = []

    def make(self, place: Place, lock: Lock) -> None:
        self.made += 1
        venv.create(place.folder, system_site_packages=True, symlinks=sys.platform != "win32")

    def install(self, place: Place, wanted: list[str], lock: Lock) -> None:
        self.installed.append(wanted)

    def prepare(self, place: Place, *extras: str) -> None:
        prepare(place, extras, make=self.make, install=self.install)


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    root = tmp_path / "clone"
    (root / "resources").mkdir(parents=True)
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "resources" / "constraints.txt").write_text("torch==2.13.0\n")
    return root


@pytest.fixture
def place(clone: Path) -> Place:
    return Place(str(clone), str(clone / ".venv"))


def script(path: Path, text: str) -> None:
    """Put a shell script where a python is expected."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def no_home(folder: Path) -> Path:
    """A home folder that not even root can write to."""
    (folder / "file").touch()
    return folder / "file" / "home"


def test_the_first_start_makes_an_environment_with_the_dependencies(place: Place, workshop: Workshop) -> None:
    assert not place.is_ready()
    workshop.prepare(place)
    assert place.is_ready()
    assert workshop.made == 1
    assert workshop.installed == [["torch>=2"]]


def test_the_second_start_does_nothing(place: Place, workshop: Workshop) -> None:
    workshop.prepare(place)
    workshop.prepare(place)
    assert workshop.made == 1
    assert len(workshop.installed) == 1


@pytest.mark.parametrize("source", ["pyproject.toml", "resources/constraints.txt"])
def test_a_changed_list_of_packages_updates_the_environment_and_keeps_it(
    clone: Path, place: Place, workshop: Workshop, source: str
) -> None:
    workshop.prepare(place)
    with (clone / source).open("a") as file:
        file.write("# changed\n")
    assert not place.is_ready()
    workshop.prepare(place)
    assert place.is_ready()
    assert workshop.made == 1
    assert len(workshop.installed) == 2


def test_a_moved_clone_is_linked_anew(clone: Path, place: Place, workshop: Workshop) -> None:
    workshop.prepare(place)
    moved = clone.rename(clone.with_name("moved"))
    there = Place(str(moved), str(moved / ".venv"))
    assert not there.is_ready()
    workshop.prepare(there)
    assert there.is_ready()


def test_extras_are_added_to_those_that_are_there(place: Place, workshop: Workshop) -> None:
    workshop.prepare(place)
    assert not place.is_ready(("test",))
    workshop.prepare(place, "test")
    workshop.prepare(place, "rl")
    assert workshop.installed[-1] == ["torch>=2", "gymnasium", "pytest"]
    assert place.is_ready(("test",))
    assert place.is_ready()


def remove_python(folder: Path) -> None:
    shutil.rmtree(folder / "bin")


def break_python_link(folder: Path) -> None:
    for link in (folder / "bin").glob("python*"):
        link.unlink()
        link.symlink_to("/nowhere/python3")


def point_outside_the_environment(folder: Path) -> None:
    (folder / "pyvenv.cfg").unlink()


def old_python(folder: Path) -> None:
    script(folder / "bin" / "python", "exit 1")


def replace_by_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("")


def replace_by_dangling_link(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to("/nowhere/.venv")


def replace_by_empty_folder(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


@posix_only
@pytest.mark.parametrize(
    "damage",
    [
        remove_python,
        break_python_link,
        point_outside_the_environment,
        old_python,
        replace_by_file,
        replace_by_dangling_link,
        replace_by_empty_folder,
    ],
)
def test_a_damaged_environment_is_made_anew(clone: Path, place: Place, workshop: Workshop, damage) -> None:
    workshop.prepare(place)
    place.remove_stamp()
    damage(clone / ".venv")
    workshop.prepare(place)
    assert workshop.made == 2
    assert place.is_ready()


@posix_only
def test_a_python_that_was_upgraded_away_is_noticed(clone: Path, place: Place, workshop: Workshop) -> None:
    workshop.prepare(place)
    break_python_link(clone / ".venv")
    assert not place.is_ready()


def test_what_another_tool_made_is_used_not_deleted(clone: Path, place: Place, workshop: Workshop) -> None:
    venv.create(place.folder, system_site_packages=True, symlinks=sys.platform != "win32")
    (clone / ".venv" / "mine").write_text("")
    workshop.prepare(place)
    assert workshop.made == 0
    assert (clone / ".venv" / "mine").exists()


def test_an_environment_left_in_the_middle_of_an_installation_is_not_trusted(place: Place, workshop: Workshop) -> None:
    def die(place: Place, wanted: list[str], lock: Lock) -> None:
        lock.begin()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(place, (), make=workshop.make, install=die)
    workshop.prepare(place)
    assert workshop.made == 2


def test_an_environment_left_before_the_installation_is_kept(place: Place, workshop: Workshop) -> None:
    def refuse(place: Place, wanted: list[str], lock: Lock) -> None:
        raise Refusal("offline")

    with pytest.raises(Refusal):
        prepare(place, (), make=workshop.make, install=refuse)
    workshop.prepare(place)
    assert workshop.made == 1


def test_two_starts_at_once_make_one_environment(place: Place, workshop: Workshop, capsys) -> None:
    def make_slowly(place: Place, lock: Lock) -> None:
        time.sleep(0.2)
        workshop.make(place, lock)

    def begin() -> None:
        prepare(place, (), make=make_slowly, install=workshop.install)

    threads = [threading.Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert workshop.made == 1
    assert len(workshop.installed) == 1
    assert capsys.readouterr().err.count("waiting for it") == 1


def test_the_lock_is_free_again_after_a_failure(place: Place) -> None:
    with pytest.raises(Refusal), locked(place.lock):
        raise Refusal("no")
    with locked(place.lock) as lock:
        assert not lock.interrupted


@posix_only
def test_a_killed_start_leaves_the_lock_to_its_child(place: Place, tmp_path: Path) -> None:
    code = (
        "import os, subprocess, sys\n"
        "from dlstudio.bootstrap.lock import locked\n"
        "with locked(sys.argv[1]) as lock:\n"
        "    subprocess.Popen(['sh', '-c', 'sleep 1; touch done'], cwd=sys.argv[2], pass_fds=lock.inherited())\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code, place.lock, str(tmp_path)], cwd=REPOSITORY)
    with locked(place.lock):
        assert (tmp_path / "done").exists()


@posix_only
def test_a_failing_pip_is_told_in_its_own_last_words(clone: Path, place: Place) -> None:
    script(Path(place.python), "echo Looking around; echo 'ERROR: No matching distribution found for torch'; exit 1")
    with locked(place.lock) as lock:
        with pytest.raises(Refusal, match="online") as refusal:
            environment.install_requirements(place, ["torch"], lock)
        assert not lock.interrupted
    assert str(refusal.value).splitlines()[1:] == ["    ERROR: No matching distribution found for torch"]


@posix_only
def test_an_installation_that_breaks_off_takes_the_stamp_away(clone: Path, place: Place) -> None:
    script(Path(place.python), "echo 'Installing collected packages: a, b'; exit 1")
    place.write_stamp(set())
    assert place.is_ready()
    with locked(place.lock) as lock, pytest.raises(Refusal):
        environment.install_requirements(place, ["a", "b"], lock)
    assert not place.is_ready()
    with locked(place.lock) as lock:
        assert lock.interrupted


@posix_only
def test_progress_is_told_in_short_lines(clone: Path, place: Place, capsys) -> None:
    script(
        Path(place.python),
        "echo '  Downloading torch-2.13.0-cp311-none-any.whl.metadata (31 kB)'\n"
        "echo 'Downloading torch-2.13.0-cp311-none-any.whl (190.4 MB)'\n"
        "echo 'Installing collected packages: sympy, torch'",
    )
    with locked(place.lock) as lock:
        environment.install_requirements(place, ["torch"], lock)
    assert capsys.readouterr().err.splitlines() == [
        "dlstudio: installing packages",
        "dlstudio:   downloading torch (190.4 MB)",
        "dlstudio:   installing 2 packages",
    ]


def test_pip_keeps_no_cache_in_a_home_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIP_CACHE_DIR", "XDG_CACHE_HOME", "PIP_NO_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(no_home(tmp_path)))
    monkeypatch.setenv("USERPROFILE", str(no_home(tmp_path)))
    assert environment.pip_settings()["PIP_NO_CACHE_DIR"] == "1"


def test_pip_is_not_led_astray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    settings = environment.pip_settings()
    assert "PIP_TARGET" not in settings
    assert "PYTHONPATH" not in settings
    assert settings["PIP_USER"] == "0"


def test_a_clone_that_can_be_written_holds_its_environment(clone: Path) -> None:
    assert find_place(str(clone)).folder == str(clone / ".venv")


def test_a_clone_that_cannot_be_written_uses_the_cache(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Place, "is_writable", lambda self: False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert Path(find_place(str(clone)).folder).parent == tmp_path / "cache" / "dlstudio"


def test_without_a_cache_the_temporary_folder_serves(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Place, "is_writable", lambda self: False)
    (tmp_path / "file").write_text("")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    assert Path(find_place(str(clone)).folder).is_relative_to(tmp_path / "temporary")


@posix_only
def test_a_cache_folder_of_somebody_else_is_refused(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Place, "is_writable", lambda self: False)
    monkeypatch.setattr(os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(Refusal, match="XDG_CACHE_HOME"):
        find_place(str(clone))


def test_the_bootstrap_needs_the_standard_library_alone() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import dlstudio.bootstrap.environment, dlstudio.bootstrap.debian"
    )
    subprocess.run([BASE_PYTHON, "-I", "-S", "-c", code, str(REPOSITORY)], check=True)


def test_a_refusal_is_one_sentence_and_exit_code_1(clone: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def refuse(root: str, extras: tuple[str, ...]) -> Place:
        raise Refusal("There is no room.")

    monkeypatch.setattr(bootstrap, "find_place", refuse)
    with pytest.raises(SystemExit) as stop:
        bootstrap.start(str(clone), str(clone / "dlstudio"))
    assert stop.value.code == 1
    assert capsys.readouterr().err == "dlstudio: There is no room.\n"


def test_an_environment_that_does_not_take_over_is_not_tried_for_ever(
    place: Place, workshop: Workshop, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    workshop.prepare(place)
    monkeypatch.setenv(bootstrap.HANDED_OVER, place.folder)
    with pytest.raises(SystemExit):
        bootstrap.start(place.root, "program")
    assert "delete" in capsys.readouterr().err


@pytest.mark.parametrize("program", ["dlstudio", "tests"])
def test_an_old_python_is_told_which_one_it_takes(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        runpy.run_path(str(REPOSITORY / program), run_name="__main__")


@posix_only
def test_a_clone_runs_its_command_line_in_its_own_environment(clone: Path, place: Place, workshop: Workshop) -> None:
    package = clone / "dlstudio"
    shutil.copytree(REPOSITORY / "dlstudio" / "bootstrap", package / "bootstrap")
    for name in ("__init__.py", "__main__.py"):
        shutil.copy(REPOSITORY / "dlstudio" / name, package)
    (package / "cli.py").write_text(STUB_CLI)
    workshop.prepare(place)
    (clone / "elsewhere").mkdir()
    done = subprocess.run(
        [BASE_PYTHON, "../dlstudio", "train", "--help"], cwd=clone / "elsewhere", capture_output=True, text=True
    )
    assert done.returncode == 3, done.stderr
    told = json.loads(done.stdout)
    assert told["arguments"] == ["train", "--help"]
    assert told["prefix"] == place.folder
    assert told["path"][0] == str(clone)
    assert str(package) not in told["path"]


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("ID=debian\n", True),
        ('NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n', True),
        ("ID=fedora\n", False),
    ],
)
def test_debian_and_its_relatives_are_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: str, expected: bool
) -> None:
    (tmp_path / "os-release").write_text(release)
    monkeypatch.setattr(debian, "OS_RELEASE", tmp_path / "os-release")
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert debian.is_debian() is expected


def test_a_user_is_given_the_one_command_that_installs_what_is_missing(
    place: Place, workshop: Workshop, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    workshop.prepare(place)
    missing = {"libEGL.so.1": "libegl1", "libGL.so.1": "libgl1"}
    monkeypatch.setattr(libraries, "missing_libraries", lambda display: missing)
    monkeypatch.setattr(debian, "is_root", lambda: False)
    monkeypatch.setattr(debian, "is_debian", lambda: True)
    monkeypatch.setattr(os, "execv", lambda python, arguments: None)
    bootstrap.start(place.root, "program")
    assert "sudo apt-get install -y libegl1 libgl1" in capsys.readouterr().err


def test_root_on_debian_has_them_installed(place: Place, workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop.prepare(place)
    asked: list[list[str]] = []

    def install(packages: list[str]) -> bool:
        asked.append(packages)
        return True

    monkeypatch.setattr(libraries, "missing_libraries", lambda display: {} if asked else {"libEGL.so.1": "libegl1"})
    monkeypatch.setattr(debian, "is_root", lambda: True)
    monkeypatch.setattr(debian, "is_debian", lambda: True)
    monkeypatch.setattr(debian, "install", install)
    monkeypatch.setattr(os, "execv", lambda python, arguments: None)
    bootstrap.start(place.root, "program")
    assert asked == [["libegl1"]]


@pytest.mark.skipif(
    sys.platform != "linux" or bool(libraries.missing_libraries()) or not shutil.which("ldd"),
    reason="needs a Linux where no library is missing",
)
def test_the_list_of_libraries_is_all_that_qt_loads() -> None:
    qt = Path(sysconfig.get_path("purelib"), "PySide6", "Qt")
    plugins = [qt / "plugins" / "platforms" / f"libq{name}.so" for name in ("offscreen", "xcb", "minimal")]
    told = subprocess.run(["ldd", *plugins, *qt.glob("plugins/xcbglintegrations/*.so")], capture_output=True, text=True)
    assert "libQt6Gui" in told.stdout
    assert "not found" not in told.stdout


def real_clone(folder: Path) -> Path:
    """A clone as it is checked out, with a command line that only says what it can import."""
    folder.mkdir()
    shutil.copytree(REPOSITORY / "dlstudio" / "bootstrap", folder / "dlstudio" / "bootstrap")
    for name in ("__init__.py", "__main__.py"):
        shutil.copy(REPOSITORY / "dlstudio" / name, folder / "dlstudio")
    shutil.copytree(REPOSITORY / "resources", folder / "resources")
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    (folder / "dlstudio" / "cli.py").write_text(
        "def main():\n    import torch, pyqtgraph, PySide6.QtWidgets, typer\n    print('torch', torch.__version__)\n"
    )
    return folder


@pytest.mark.slow
@pytest.mark.timeout(900)
@posix_only
def test_a_fresh_clone_starts_after_a_first_try_that_was_killed(tmp_path: Path) -> None:
    clone = real_clone(tmp_path / "clone")
    site = clone / ".venv" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    start = [BASE_PYTHON, "dlstudio"]
    first = subprocess.Popen(start, cwd=clone, stderr=subprocess.DEVNULL)
    while first.poll() is None and not (site / "sympy").exists():
        time.sleep(0.05)
    first.kill()
    first.wait()
    second = subprocess.run(start, cwd=clone, capture_output=True, text=True)
    assert second.returncode == 0, second.stderr
    assert second.stdout.startswith("torch 2.13.0")
    assert "made anew" in second.stderr
    third = subprocess.run([*start, "--version"], cwd=clone, capture_output=True, text=True)
    assert third.stderr == ""  # nothing was installed again


@pytest.mark.slow
@pytest.mark.timeout(300)
@posix_only
def test_a_clone_without_a_package_index_says_so(tmp_path: Path) -> None:
    clone = real_clone(tmp_path / "clone")
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    done = subprocess.run(
        [BASE_PYTHON, "dlstudio"],
        cwd=clone,
        env={**variables, "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "HOME": str(no_home(tmp_path))},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "is this machine online?" in done.stderr
    assert "ERROR: " in done.stderr
    assert "Traceback" not in done.stderr
