"""Engine: dlstudio's own training of a case, writing its run to disk, alone and with its probes on."""

import itertools
from dataclasses import dataclass

from dlstudio.runs.folder import RunFolder
from dlstudio.training.control import Control
from dlstudio.training.sight import Sight
from tests.bench.training.lap import Lap
from tests.bench.training.study import Study

_numbers = itertools.count()


@dataclass
class Ticking(Control):
    """The loop asks before each step whether it may take it, so it ticks here."""

    lap: Lap | None = None

    def may_step(self, wait: float) -> bool:
        if self.lap is not None and not self.lap.tick():
            self.lap = None
            self.stop()
        return super().may_step(wait)


class Headless:
    """As `dlstudio train` does it."""

    probes: bool | None = None

    def __init__(self, study: Study) -> None:
        self.training, self.folder = study.training, study.folder

    def run(self, lap: Lap) -> None:
        self.training.control = Ticking(lap=lap)
        made = RunFolder.create(
            self.folder, self.training.project, self.training.text, name=f"{next(_numbers)}", settings={}
        )
        self.training.run(made, sight=Sight(probes=self.probes))


class Watched(Headless):
    """With the probes that an open dashboard asks for."""

    probes = True
