"""Python file: a model in somebody's Python runs in a process of its own, with limits, and only with consent."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from safetensors.torch import load_file

from dlstudio.core.files import loads
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.arrived import Arrived
from dlstudio.exchange.arriving.report import Report

LONGEST = 4 * 2**20
"""Bytes of a Python file that somebody may have written."""
PATIENCE = {"starting": 60.0, "loading": 8.0, "running": 300.0}
"""Seconds that each part of the work may take: torch, the file itself, and the model."""
SHARES = {"starting": 0.0, "loading": 0.2, "running": 0.4}
WORDS = {"starting": "Starting a process", "loading": "Running the file", "running": "Running the model"}

PROGRAM = "import sys; sys.path.insert(0, {root!r}); from dlstudio.exchange.arriving.running import main; main({job!r})"


def read(path: Path, inputs: Any, name: str, allow_code: bool, tell: Callable[[str, float], None]) -> Arrived:
    """The project of the model in a Python file."""
    if not allow_code:
        raise ProjectProblem(
            f"{path.name} is Python, which has to run to become a graph. Read it, then allow it: --allow-code on the "
            "command line, allow_code=True in Python."
        )
    if path.stat().st_size > LONGEST:
        raise ProjectProblem(f"{path.name} is longer than {LONGEST // 2**20} MB, too long for a Python file.")
    with tempfile.TemporaryDirectory(prefix="dlstudio-") as folder:
        place = Path(folder)
        job = {"file": str(path.resolve()), "inputs": inputs, "name": name}
        (place / "job.json").write_text(json.dumps(job), "utf-8")
        _run(place, path, tell)
        return _found(place, path)


def _run(place: Path, path: Path, tell: Callable[[str, float], None]) -> None:
    """Starts the process and waits for it, stage by stage."""
    root = str(Path(str(files("dlstudio"))).resolve().parent)
    program = PROGRAM.format(root=root, job=str(place))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with (place / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", program],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd=path.resolve().parent,
            env=kept,
            start_new_session=True,
        )
        try:
            _wait(process, place, path, tell)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", place: Path, path: Path, tell: Callable[[str, float], None]) -> None:
    stage, since = "", time.monotonic()
    while process.poll() is None:
        now = _text(place / "stage") or "starting"
        if now != stage:
            stage, since = now, time.monotonic()
            tell(WORDS[stage], SHARES[stage])
        if time.monotonic() - since > PATIENCE[stage]:
            what = {"loading": "Running the file", "running": "Running its model"}.get(stage, "Starting Python")
            raise ProjectProblem(
                f"{path.name}: {what} did not end within {PATIENCE[stage]:.0f} seconds, so it was stopped. "
                "A file to import should define its model and do nothing else."
            )
        time.sleep(0.02)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""


def _found(place: Path, path: Path) -> Arrived:
    """What the process left behind: plain text and tensors, nothing that could run."""
    if problem := _text(place / "problem.txt"):
        raise ProjectProblem(f"{path.name}: {problem}")
    if not (place / "project.dls").is_file():
        stage = _text(place / "stage")
        what = "loading it" if stage == "loading" else "running its model" if stage == "running" else "starting"
        raise ProjectProblem(f"{path.name}: the process ended while {what}; it may have needed too much memory.")
    project = loads((place / "project.dls").read_text("utf-8"))
    weights = place / "weights.safetensors"
    told = json.loads((place / "report.json").read_text("utf-8"))
    return Arrived(project, load_file(weights) if weights.is_file() else {}, Report.of(told))
