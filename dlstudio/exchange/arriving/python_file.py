"""Python file: a model in somebody's Python runs in a process of its own, with limits, and only with consent."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

from safetensors.torch import load_file

from dlstudio.core.files import loads
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.progress import begun
from dlstudio.exchange.arriving.arrived import Arrived
from dlstudio.exchange.arriving.limits import USUAL, Limits, crowding
from dlstudio.exchange.arriving.live import COMPARING, DRAWING, RUNNING, Tell
from dlstudio.exchange.arriving.pulse import FILE
from dlstudio.exchange.arriving.report import Report
from dlstudio.exchange.arriving.running import LOADING

LONGEST = 4 * 2**20
"""Bytes of a Python file that somebody may have written."""
STARTING = "Starting a process"
SHARES = {STARTING: 0.0, LOADING: 0.2, RUNNING: 0.4, DRAWING: 0.6, COMPARING: 0.8}
"""What is done one after the other, and how much of the whole is behind when it begins."""
OURS = {STARTING: 60.0, DRAWING: 600.0, COMPARING: 600.0}
"""Seconds for what is no stranger's code; that has the patience of the limits."""
LOOK = 0.02

PROGRAM = "import sys; sys.path.insert(0, {root!r}); from dlstudio.exchange.arriving.running import main; main({job!r})"


def read(path: Path, inputs: Any, name: str, allow_code: bool, tell: Tell, limits: Limits = USUAL) -> Arrived:
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
        job = {
            "file": str(path.resolve()),
            "inputs": inputs,
            "name": name,
            "limits": limits.plain(),
            "for": os.getpid(),
        }
        (place / "job.json").write_text(json.dumps(job), "utf-8")
        _run(place, path, limits, tell)
        return _found(place, path)


def _run(place: Path, path: Path, limits: Limits, tell: Tell) -> None:
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
            _wait(process, place, path, limits, tell)
        finally:
            _end(process)


def _wait(process: "subprocess.Popen[bytes]", place: Path, path: Path, limits: Limits, tell: Tell) -> None:
    """Until it ends, or gets no further for longer than it may."""
    seen, stage, since = ("", ""), "", time.monotonic()
    while process.poll() is None:
        begun("")  # ends here where nobody wants it any more
        now = _text(place / "stage") or STARTING, _text(place / FILE)
        if now != seen:
            seen, since = now, time.monotonic()
        if now[0] != stage:
            stage = now[0]
            tell(stage, SHARES.get(stage, 0.0))
        if time.monotonic() - since > OURS.get(stage, limits.patience) * crowding():
            raise ProjectProblem(_stuck(path, stage, limits))
        time.sleep(LOOK)


def _stuck(path: Path, stage: str, limits: Limits) -> str:
    """Why a process was stopped, and what to do about it."""
    if stage not in (LOADING, RUNNING):
        return f"{path.name}: {stage} did not end within {OURS.get(stage, limits.patience):.0f} seconds. Try it again."
    what = "Running the file" if stage == LOADING else "Running its model"
    mend = (
        "A file to import should define its model and do nothing else"
        if stage == LOADING
        else "Look for a loop in its forward that does not end"
    )
    return (
        f"{path.name}: {what} got no further for {limits.patience:g} seconds, so it was stopped. {mend}; where it is "
        f"only slow, give it longer: --patience {10 * limits.patience:g}, or patience in Python."
    )


def _end(process: "subprocess.Popen[bytes]") -> None:
    """With all that it started."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
    process.wait()


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
        what = {LOADING: "loading it", "": "starting"}.get(_text(place / "stage"), "running its model")
        raise ProjectProblem(f"{path.name}: the process ended while {what}; it may have needed too much memory.")
    project = loads((place / "project.dls").read_text("utf-8"))
    weights = place / "weights.safetensors"
    told = json.loads((place / "report.json").read_text("utf-8"))
    return Arrived(project, load_file(weights) if weights.is_file() else {}, Report.of(told))
