"""Asking: an exported file is asked in a process of its own, in which nothing of dlstudio can be imported."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

PATIENCE = 900
"""Seconds after which a file that does not answer has failed."""


@dataclass
class Answers:
    """What a file said, by batch and output; or why it could not be asked."""

    batches: list[dict[str, Tensor]] = field(default_factory=list)
    within: dict[str, Tensor] = field(default_factory=dict)
    runtime: dict[str, str] = field(default_factory=dict)
    problem: str = ""


def ask(
    program: str,
    file: Path,
    folder: Path,
    given: Sequence[Mapping[str, Tensor]],
    outputs: Sequence[str],
    job: Mapping[str, Any],
) -> Answers:
    """Starts a program of `proof/` on a file, in an empty folder, and reads what it found."""
    plain = {"file": str(file.resolve()), "batches": len(given), "inputs": list(given[0]), "outputs": list(outputs)}
    (folder / "job.json").write_text(json.dumps({**plain, **job}), "utf-8")
    named = {f"{number}/{name}": value.numpy() for number, batch in enumerate(given) for name, value in batch.items()}
    np.savez(folder / "given.npz", **named)  # type: ignore[arg-type]
    problem = _started(program, folder)
    if problem:
        return Answers(problem=problem)
    with np.load(folder / "found.npz", allow_pickle=False) as found:
        read = {name: torch.from_numpy(found[name]) for name in found.files}
    batches = [{name: read[f"{number}/{name}"] for name in outputs} for number in range(len(given))]
    within = {name.removeprefix("within/"): value for name, value in read.items() if name.startswith("within/")}
    return Answers(batches, within, json.loads((folder / "told.json").read_text("utf-8")))


def _started(program: str, folder: Path) -> str:
    """Runs the program; what it complained of, if it failed."""
    script = folder / program
    script.write_text(CLOSED + resources.files("dlstudio.exchange.proof").joinpath(program).read_text("utf-8"), "utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(script), str(folder)],
            capture_output=True,
            text=True,
            cwd=folder,
            env={**kept, "OMP_NUM_THREADS": "1"},
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"It did not answer within {PATIENCE // 60} minutes."
    lines = done.stderr.strip().split("\n")
    return "" if done.returncode == 0 else lines[-1][:500] or f"Its process ended with the code {done.returncode}."


CLOSED = '''import sys


class Closed:
    """Nothing of dlstudio is there for what stands on its own."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "dlstudio":
            raise ImportError("an exported file must not need dlstudio")


sys.meta_path.insert(0, Closed())
'''
"""What each program begins with."""
