"""Pages: the samples that a view shows, brought a page at a time; only what is looked at is read."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from dlstudio.ui.background import Background
from dlstudio.ui.panels.data.tile import Page, Tile

if TYPE_CHECKING:
    from dlstudio.ui.panels.data.survey import Pick, Survey
    from dlstudio.ui.panels.data.tiling import Wanted

PAGE = 48
"""So many samples are read together."""
KEPT = 2400
"""So many samples are remembered."""


class Pages(QObject):
    """Gives out tiles by their place in what was picked; those that are not there yet are on their way."""

    renewed = Signal()
    """Other samples than before."""
    came = Signal()
    """Some more samples are there."""
    found = Signal(int)
    """The sample that was sought is at this place."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.survey: Survey | None = None
        self.pick: Pick | None = None
        self.total = 0
        self.heads: tuple[str, ...] = ()
        self.orderly: frozenset[str] = frozenset()
        self.known: dict[int, Tile] = {}
        self._near, self._sought = 0, -1
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._ask)
        self.background: Background[Wanted, Page] = Background(_page, self._show, self)

    def show_picked(self, survey: "Survey | None", pick: "Pick | None", total: int, sought: int = -1) -> None:
        """Other samples: so many of those that were picked; one of them may be sought."""
        self.survey, self.pick, self.total, self._sought = survey, pick, total, sought
        self.known, self._near = {}, 0
        self.renewed.emit()
        if survey is not None and total:
            self._next.start()

    def tile(self, at: int) -> Tile | None:
        """The tile at a place, if it is there."""
        return self.known.get(at)

    def need(self, first: int, last: int) -> None:
        """Somebody looks at these places."""
        missing = next((at for at in range(first, min(last, self.total)) if at not in self.known), None)
        if missing is not None:
            self._near = missing
            self._next.start()

    def _ask(self) -> None:
        if self.survey is None or self.pick is None:
            return
        from dlstudio.ui.panels.data.tiling import Wanted

        self.background.ask(Wanted(self.survey, self.pick, self._near // PAGE * PAGE, PAGE, self._sought))

    def _show(self, asked: "Wanted", page: Page) -> None:
        if asked.survey is not self.survey or asked.pick != self.pick:
            return
        if len(self.known) > KEPT:
            self.known = {}
        self.known |= {page.first + i: tile for i, tile in enumerate(page.tiles)}
        self.orderly = page.orderly
        if (page.total, page.heads) != (self.total, self.heads):
            self.total, self.heads = page.total, page.heads
            self.renewed.emit()
        self.came.emit()
        if page.place >= 0 and self._sought >= 0:
            self._sought = -1
            self.found.emit(page.place)

    def stop(self) -> None:
        self._next.stop()
        self.background.stop()


def _page(wanted: "Wanted") -> Page:
    from dlstudio.ui.panels.data.tiling import page

    return page(wanted)
