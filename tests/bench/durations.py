"""durations: how long each template trains to its end on two quiet cores; with --write the start page says so."""

import json
import time
from collections.abc import Sequence
from tempfile import TemporaryDirectory

import torch

import dlstudio as dl
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.resources import resource
from dlstudio.core.span import roughly
from dlstudio.core.templates import DURATIONS
from dlstudio.training.control import Control
from dlstudio.training.sight import Sight

ENOUGH = 6.0
"""Seconds of training from which the whole is foretold."""
SETTLED = 3
"""The first steps bring things into memory and say nothing of the others."""


class Watch:
    """Says when each step of a training ended, and stops it when enough is known."""

    def __init__(self, control: Control) -> None:
        self.control, self.times = control, [time.perf_counter()]

    def __call__(self, *_: object) -> None:
        self.times.append(time.perf_counter())
        settled = len(self.times) - 1 > SETTLED
        if settled and self.times[-1] - self.times[SETTLED] > ENOUGH:
            self.control.stop()

    def whole(self, steps: int) -> float:
        """What so many steps take, with all that comes before them."""
        first = min(SETTLED, len(self.times) - 2)
        done = len(self.times) - 1 - first
        each = (self.times[-1] - self.times[first]) / done
        return self.times[first] - self.times[0] + each * (steps - first)


def measured(name: str) -> float:
    """How many seconds a template trains."""
    control, sight = Control(), Sight(probes=False)
    watch = Watch(control)
    with TemporaryDirectory() as folder:
        dl.train(dl.template(name), runs=folder, listen=watch, sight=sight, control=control)
    assert sight.plan
    return watch.whole(sight.plan.last)


def run(options: Sequence[str]) -> None:
    """Prints a line for each template that has data, those named or all."""
    torch.set_num_threads(2)
    found: dict[str, float] = {}
    for name in [each for each in options if not each.startswith("-")] or dl.templates():
        if dl.template(name).data.get("source"):
            try:
                found[name] = round(measured(name), 1)
                print(f"{name}: {found[name]} s, said as {roughly(found[name])}", flush=True)
            except ProjectProblem as problem:
                print(f"{name}: {problem}", flush=True)
    if "--write" in options:
        resource("templates", DURATIONS).write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", "utf-8")
