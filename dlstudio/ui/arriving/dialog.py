"""Dialog: a model of another program is opened: asked for what it does not say, read in the background, and told of."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dlstudio.ui import consent
from dlstudio.ui.arriving.asking_page import AskingPage
from dlstudio.ui.arriving.bringing import Asked, Brought, bring
from dlstudio.ui.arriving.kinds import is_script
from dlstudio.ui.arriving.report import ModelReport, worth_reading
from dlstudio.ui.errand import Outcome
from dlstudio.ui.overlays.turning import Turning
from dlstudio.ui.window import Window

if TYPE_CHECKING:
    from dlstudio.exchange.arriving.report import Report

SIZE = (760, 560)


class ArrivingDialog(Turning):
    """Goes away as soon as the model is on a canvas; a script runs only after a yes."""

    def __init__(self, window: Window, path: Path, show: Callable[[Brought], Window]) -> None:
        super().__init__(window, f"Open {path.name}", SIZE)
        self.path, self._put = path, show
        known = is_script(path) and consent.knows(path)
        self.asking = AskingPage(path, window.theme, known=known)
        self.asking.wants.connect(self._begin)
        self.asking.leaves.connect(self.leave)
        self.turn(self.asking, self.asking)
        self.appear(self.asking.first)
        if not is_script(path):
            self._begin()

    def _begin(self) -> None:
        if self.errand:
            return
        if self.asking.runs:
            consent.know(self.path)
        page, room = self.asking, self.host.canvas.room
        shape, patience, memory = page.shape.text().strip(), page.patience.value(), page.memory.value()
        asked = Asked(self.path, shape, page.name, page.runs, patience, memory, room)
        self.work(f"Opening {self.path.name}", str(self.path.parent), lambda tell: bring(asked, tell), self._ended)

    def _ended(self, outcome: Outcome[Brought]) -> None:
        if outcome.found:
            self._arrived(outcome.found)
        elif outcome.called_off:
            self.leave()
        else:
            self.asking.refuse(outcome.problem)
            self.turn(self.asking, self.asking.first)

    def _arrived(self, brought: Brought) -> None:
        """On a canvas, untitled; what was kept or left out must be read."""
        self.leave()
        window = self._put(brought)
        tell(window, self.path.name, brought.report)


def tell(window: Window, name: str, report: "Report") -> None:
    """In a sentence that goes away, or in lists where there is something to know."""
    if worth_reading(report):
        ModelReport(window, name, report)
    else:
        count = report.taken.total()
        window.tell(f"{name} is open: {count:,} node{'' if count == 1 else 's'}, and its weights.", "good")
