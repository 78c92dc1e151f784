"""Memory: how much a training's resident memory grows beyond model and data, in a process of its own."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from dlstudio.core.issue import ProjectProblem
from tests.bench.training.cases import CASES, Case
from tests.bench.training.engine import Headless
from tests.bench.training.lap import Lap
from tests.bench.training.study import study

WARM = "mlp"
"""Trained first for a moment, so that torch's own start is not counted."""


@dataclass(frozen=True)
class Growth:
    """Bytes: beyond model, gradients, moments and data in all; and for each step of the second half."""

    beyond: int
    each_step: float


def growth(case: Case, steps: int) -> Growth:
    """Measures in a fresh process, so that nothing that ran before is counted."""
    command = [sys.executable, "-m", "tests.bench.training.memory", case.name, str(steps)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ProjectProblem(f"The memory of {case.name} could not be measured: {done.stderr.strip()[-500:]}")
    return Growth(**json.loads(done.stdout.splitlines()[-1]))


def measured(case: Case, steps: int) -> Growth:
    _train(next(each for each in CASES if each.name == WARM), 3)
    before = resident()
    with study(case, "cpu") as made:
        weights = sum(p.numel() * p.element_size() for p in made.training.modules["model"].parameters())
        data = sum(v.numel() * v.element_size() for v in (made.x, made.y)) * 2  # the study holds a copy of them
        runner = Headless(made)
        runner.run(Lap(0, steps, made.device))
        middle = resident()
        runner.run(Lap(0, steps, made.device))
        return Growth(middle - before - 4 * weights - data, (resident() - middle) / steps)


def _train(case: Case, steps: int) -> None:
    with study(case, "cpu") as made:
        Headless(made).run(Lap(0, steps, made.device))


def resident() -> int:
    """Bytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


if __name__ == "__main__":
    chosen = next(each for each in CASES if each.name == sys.argv[1])
    print(json.dumps(vars(measured(chosen, int(sys.argv[2])))))
