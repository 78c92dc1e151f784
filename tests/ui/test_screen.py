"""The real program on a real X screen: opened on a file, worked with the keys, saved and left."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import dlstudio as dl

LACKING = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
ADVICE = f"needs {' and '.join(LACKING)}, which this machine does not have (Debian: apt-get install xvfb xdotool)"
IN_CI = os.environ.get("CI", "").lower() in ("1", "true")
"""Where nobody reads why a test was left out."""

pytestmark = pytest.mark.skipif(bool(LACKING) and not IN_CI, reason=ADVICE)


@pytest.fixture
def display() -> Iterator[str]:
    """A screen that nobody sees."""
    if LACKING:
        pytest.fail(ADVICE)
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as said:
        number = said.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait()


def test_a_file_is_opened_emptied_saved_and_left_with_the_keys(display: str, tmp_path: Path) -> None:
    file = tmp_path / "net.dls"
    dl.save(dl.line("input 4 > fc 3 > relu > fc 2"), file)
    environment = {
        **os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "DLSTUDIO_SETTINGS": str(tmp_path / "settings"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }  # fmt: skip

    def keys(*words: str) -> str:
        done = subprocess.run(["xdotool", *words], env=environment, capture_output=True, text=True)
        return done.stdout.strip()

    program = subprocess.Popen([sys.executable, "-m", "dlstudio", str(file)], env=environment)
    try:
        window = ""
        for _ in range(1200):
            window = keys("search", "--onlyvisible", "--name", "net.dls.*dlstudio").split("\n")[0]
            if window:
                break
            time.sleep(0.1)
        assert window, "no window came"
        time.sleep(0.5)
        keys("windowfocus", window, "mousemove", "--window", window, "640", "400")
        keys("key", "ctrl+a")
        keys("key", "Delete")
        keys("key", "ctrl+s")
        until(lambda: not dl.load(file).networks["model"].nodes)
        keys("key", "ctrl+z")
        keys("key", "ctrl+s")
        until(lambda: len(dl.load(file).networks["model"].nodes) == 5)
        keys("key", "ctrl+q")
        assert program.wait(timeout=120) == 0
    finally:
        program.kill()
        program.wait()


def until(holds: Callable[[], bool], seconds: float = 120.0) -> None:
    """Waits for what other processes do."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)
