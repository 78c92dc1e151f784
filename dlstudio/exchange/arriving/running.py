"""Running: the process in which a Python file runs; it hands back a project as text, and weights."""

import importlib.util
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.choosing import chosen, shapes
from dlstudio.exchange.arriving.limits import Limits
from dlstudio.exchange.arriving.memory import bound, ran_out
from dlstudio.exchange.arriving.mishaps import told
from dlstudio.exchange.arriving.pulse import Pulse

NAME, LOADING = "arriving_model", "Running the file"
COPIES = 4
"""How often the weights lie in memory while the project is held against the model, and written."""
LOOK = 1.0
"""Seconds between two looks whether anybody waits."""
THREADS = 4
"""More of them take memory of their own, which is bounded here."""


def main(folder: str) -> None:
    """Does the job in a folder; what comes of it, or what went wrong, is written there."""
    place = Path(folder)
    job = json.loads((place / "job.json").read_text("utf-8"))
    limits = Limits(**job["limits"])
    threading.Thread(target=_end_with, args=(job["for"],), daemon=True).start()
    try:
        _work(place, job, limits)
    except (ProjectProblem, MemoryError, RuntimeError) as problem:
        if not isinstance(problem, ProjectProblem) and not ran_out(problem):
            raise
        said = too_much(limits) if ran_out(problem) else str(problem)
        (place / "problem.txt").write_text(said, "utf-8")


def _end_with(waiting: int) -> None:
    """Ends with the process that waits for this one: what a stranger wrote may never end by itself."""
    while sys.platform != "win32":
        if os.getppid() != waiting:
            os.killpg(0, signal.SIGKILL)
        time.sleep(LOOK)


def too_much(limits: Limits) -> str:
    """Why a file that takes too much memory was stopped, and what to do where it has to."""
    return (
        f"it needs more memory than {limits.memory:,} MB beyond its weights, so it was stopped. Where its model is as "
        f"large as that, allow it more: --memory {4 * limits.memory}."
    )


def _work(place: Path, job: dict[str, Any], limits: Limits) -> None:
    import torch

    from dlstudio.core.files import dumps
    from dlstudio.core.files import write as put
    from dlstudio.exchange.arriving.live import RUNNING, read

    torch.set_num_threads(min(THREADS, torch.get_num_threads()))
    put(place / "stage", LOADING.encode())
    Pulse(place).feel()
    bound(limits.bytes)
    module = _loaded(Path(job["file"]))
    model = chosen(module, job["name"])
    put(place / "stage", RUNNING.encode())
    bound(limits.bytes + COPIES * _weighs(model))
    inputs = tuple(tuple(size) for size in job["inputs"]) or shapes(module)
    arrived = read(model, inputs, type(model).__name__, True, lambda what, _share: put(place / "stage", what.encode()))
    put(place / "report.json", json.dumps(arrived.report.plain()).encode())
    if arrived.weights:
        put(place / "weights.safetensors", arrived.packed())
    put(place / "project.dls", dumps(arrived.project).encode())


def _weighs(model: Any) -> int:
    """The bytes of a model's weights."""
    return sum(each.numel() * each.element_size() for each in model.state_dict().values())


def _loaded(path: Path) -> ModuleType:
    """The module of a file; what goes wrong in it is told with its line."""
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(NAME, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = module
    with told(path):
        import torch

        torch.manual_seed(0)
        spec.loader.exec_module(module)
    return module
