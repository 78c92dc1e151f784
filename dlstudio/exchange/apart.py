"""Apart: an export in a process of its own, so that a training in this one keeps its random numbers and its time."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from dlstudio.core import files
from dlstudio.core.document import Project
from dlstudio.core.frozen import Value
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.exchange.certificate import Certificate
from dlstudio.exchange.writers import Tell

PROGRAM = "import sys; sys.path.insert(0, {root!r}); from dlstudio.exchange.apart import main; main({place!r})"
LOOK, PATIENCE = 0.05, 20.0
"""Seconds between two looks how far it is, and those in which a process that is called off tidies up."""


def export_apart(
    what: Project | Path, format: str, path: Path, *, tell: Tell, options: Mapping[str, Value], **how: Any
) -> Certificate:
    """What `export` does with a run's folder or a project, by another process; `how` are its other words."""
    with tempfile.TemporaryDirectory(prefix="dlstudio-apart-") as folder:
        place = Path(folder)
        given = {"project": files.dumps(what)} if isinstance(what, Project) else {"run": str(what)}
        job = {**given, "format": format, "path": str(path), "options": dict(options), "how": how}
        (place / "job.json").write_text(json.dumps(job), "utf-8")
        _wait(place, tell)
        return _outcome(place)


def _wait(place: Path, tell: Tell) -> None:
    """Starts the process and tells how far it is until it ends; where nobody wants it any more, it ends at once."""
    program = PROGRAM.format(root=str(Path(str(resources("dlstudio"))).resolve().parent), place=str(place))
    with (place / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", program], stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        try:
            while process.poll() is None:
                tell(*_read(place / "stage.json", ("another process is started", 0.0)))
                time.sleep(LOOK)
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _read(file: Path, otherwise: Any) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return otherwise


def _outcome(place: Path) -> Certificate:
    """The certificate, or the refusal, that the process left behind."""
    found = _read(place / "outcome.json", {})
    if "certificate" in found:
        return Certificate.of(found["certificate"], Path(found["folder"]))
    if "problem" in found:
        raise ProjectProblem(found["problem"], tuple(Issue(**issue) for issue in found["issues"]))
    last = (place / "said.txt").read_text("utf-8", "replace").strip().rpartition("\n")[2]
    raise ProjectProblem(f"The process that exports ended early{f': {last[:300]}' if last else ''}. Try it again.")


def main(folder: str) -> None:
    """Does the job in a folder; what comes of it is written there."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what is half written is tidied away
    place = Path(folder)
    job = json.loads((place / "job.json").read_text("utf-8"))
    try:
        outcome = _done(job, lambda *now: files.write(place / "stage.json", json.dumps(now).encode()))
    except ProjectProblem as problem:
        outcome = {"problem": str(problem), "issues": [_plain(issue) for issue in problem.issues]}
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        outcome = {"problem": f"{where}{error.strerror or error}.", "issues": []}
    files.write(place / "outcome.json", json.dumps(outcome).encode())


def _done(job: dict[str, Any], tell: Tell) -> dict[str, Any]:
    if hasattr(os, "nice"):
        os.nice(5)  # the training comes first
    import torch

    torch.set_num_threads(1)
    from dlstudio.exchange.export import export

    what = files.loads(job["project"]) if "project" in job else job["run"]
    proof = export(what, job["format"], job["path"], tell=tell, **job["how"], **job["options"])
    return {"certificate": proof.plain(), "folder": str(proof.path.parent)}


def _plain(issue: Issue) -> dict[str, str]:
    """An issue without its fixes, which are edits of a document."""
    return {name: getattr(issue, name) for name in ("severity", "code", "text", "network", "node", "port")}
