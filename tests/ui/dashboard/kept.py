"""Runs on disk as a training leaves them, made in a moment."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from dlstudio.core import edits
from dlstudio.core.document import Project
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.metrics import MetricWriter
from tests.ui.dashboard.conftest import lenet


def keep(
    root: Path, *, name: str | None = None, status: str = "finished", steps: int = 40, lr: float = 0.003,
    filters: int = 6, **training: Any,
) -> RunFolder:  # fmt: skip
    """A run whose loss falls as its rate says."""
    project = lenet(optimizer={"kind": "Adam", "lr": lr}, **training)
    if filters != 6:
        project = edits.put(project, "model", "conv1", out_channels=filters)
    return write(root, project, name, status, steps, lr)


def write(root: Path, project: Project, name: str | None, status: str, steps: int, lr: float) -> RunFolder:
    run = RunFolder.create(root, project, "# source", name=name, settings={"seed": 0, "device": "cpu"})
    writer = MetricWriter(run.metrics)
    for step in range(1, steps + 1):
        loss = 2.3 * math.exp(-step * lr * 5)
        values = {"loss": loss + 0.01 * (step % 3)}
        if step % 10 == 0:
            values |= {"validation/loss": loss + 0.02, "validation/accuracy": 1 - 0.9 * math.exp(-step * lr)}
        writer.append(step, values, step // 20)
    writer.close()
    run.set_status(status, "All 2 epochs are done." if status == "finished" else "", step=steps, epoch=2)
    return run
