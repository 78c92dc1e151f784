"""Race: all who train one case take turns, so that whatever else the machine does hits all of them alike."""

import gc
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from statistics import median
from typing import Protocol

from tests.bench.training.engine import Headless, Watched
from tests.bench.training.lap import Lap
from tests.bench.training.libraries import Lightning, Skorch
from tests.bench.training.loops import Good, Usual
from tests.bench.training.study import Study


class Runner(Protocol):
    """Trains until the lap is over."""

    def run(self, lap: Lap) -> None: ...


GOOD, ENGINE, PROBES = "good loop", "dlstudio", "with probes"
RUNNERS: dict[str, Callable[[Study], Runner]] = {
    GOOD: Good,
    "usual loop": Usual,
    "Lightning": Lightning,
    "skorch": Skorch,
    ENGINE: Headless,
    PROBES: Watched,
}


@dataclass(frozen=True)
class Result:
    """Samples a second of each runner in each round."""

    rates: dict[str, list[float]]

    def rate(self, name: str) -> float:
        return median(self.rates[name])

    def ratio(self, name: str, base: str = GOOD) -> float:
        """How many times as fast as another, measured next to it in each round."""
        return median(ours / theirs for ours, theirs in zip(self.rates[name], self.rates[base], strict=True))


def race(study: Study, rounds: int, seconds: float) -> Result:
    """So many rounds in which each runner that is installed takes as many steps as fill about so many seconds."""
    runners = dict(installed(study))
    laps = {name: _seconds(runner, study, 1) for name, runner in runners.items()}  # the first step of all is dear
    steps = max(2, round(seconds / max(_seconds(runners[GOOD], study, 3) / 3, 1e-9)))
    rates: dict[str, list[float]] = {name: [] for name in laps}
    for _ in range(rounds):
        for name, runner in runners.items():
            rates[name].append(steps * study.case.batch / _seconds(runner, study, steps))
    return Result(rates)


def installed(study: Study) -> Iterator[tuple[str, Runner]]:
    for name, make in RUNNERS.items():
        with suppress(ImportError):
            yield name, make(study)


def _seconds(runner: Runner, study: Study, steps: int) -> float:
    gc.collect()
    lap = Lap(min(2 + steps // 20, 10), steps, study.device)
    runner.run(lap)
    return lap.seconds
