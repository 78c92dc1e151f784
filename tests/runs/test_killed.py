"""A run survives kill -9 at any moment, again and again."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def kill(folder: Path, times: int) -> None:
    command = [sys.executable, "-m", "tests.runs.killed", str(folder), str(times)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"killed {times} times" in done.stdout


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork and no kill -9")


def test_a_run_that_is_killed_ten_times_has_lost_and_doubled_nothing(tmp_path: Path) -> None:
    kill(tmp_path, 10)


@pytest.mark.slow
def test_a_run_that_is_killed_two_hundred_times_has_lost_and_doubled_nothing(tmp_path: Path) -> None:
    kill(tmp_path, 200)
