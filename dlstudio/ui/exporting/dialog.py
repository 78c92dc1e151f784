"""Dialog: a model is exported: put together, written in the background, and its proof shown."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QStackedLayout, QVBoxLayout, QWidget

from dlstudio.core.issue import Issue
from dlstudio.ui import consent
from dlstudio.ui.background import Background
from dlstudio.ui.errand import Errand, Outcome
from dlstudio.ui.exporting.choosing import Choosing, Ways
from dlstudio.ui.exporting.mark import marks
from dlstudio.ui.exporting.offer import Offer, Wanted, offers
from dlstudio.ui.exporting.order import Order, carry_out
from dlstudio.ui.exporting.proof import Proof
from dlstudio.ui.exporting.running import Running
from dlstudio.ui.overlay import APART, Overlay, Sheet
from dlstudio.ui.panels.runs import folders
from dlstudio.ui.theme.appearance import scale
from dlstudio.ui.window import Window

if TYPE_CHECKING:
    from dlstudio.exchange.certificate import Certificate

WIDTH, HEIGHT = 920, 620
TRAINS = "A training goes on. Pause it (F7) or let it end first: an export beside it would take random numbers from it."


class ExportDialog(Overlay):
    """One page after the other, on one sheet; Escape leaves it, or calls off what is under way."""

    def __init__(self, window: Window, suggestion: Path, run: Path | None = None) -> None:
        super().__init__(window, "Export model")
        self.host = window
        self.errand: Errand[Certificate] | None = None
        state = window.session.state
        self.choosing = Choosing(state.project, suggestion, self._obstacle, window.theme)
        self.running = Running(window.theme)
        self.proof: Proof | None = None
        self._order: Order | None = None
        self._lay_out()
        self.choosing.wants.connect(self._begin)
        self.choosing.leaves.connect(self.leave)
        self.running.cancels.connect(self._call_off)
        self.finding: Background[Wanted, tuple[Offer, ...]] = Background(
            offers, lambda _, found: self.choosing.show_offers(found), self
        )
        self.finding.ask(_wanted(window, run.absolute() if run else _of_window(window)))
        self.appear(self.choosing.cards.cards[self.choosing.form.kind])

    def _lay_out(self) -> None:
        room = self.over.size()
        self.sheet = Sheet(min(round(WIDTH * scale()), room.width() - 2 * APART))
        self.sheet.setFixedHeight(min(round(HEIGHT * scale()), room.height() - 2 * APART))
        self.pages = QStackedLayout(self.sheet)
        self.pages.addWidget(self.choosing)
        self.pages.addWidget(self.running)
        around = QVBoxLayout(self)
        around.addWidget(self.sheet, alignment=Qt.AlignmentFlag.AlignCenter)

    def _obstacle(self, offer: Offer) -> tuple[str, Ways]:
        """Why this cannot be exported now."""
        state = self.host.session.state
        if state.phase not in ("", "paused"):
            return TRAINS, {}
        worst = state.checked.issues[0] if state.checked.issues else None
        if offer.run is None and worst and worst.severity == "error":
            return f"{worst.place}: {worst.text}", self._ways((worst,))
        if offer.run is None and not any(network.nodes for network in state.project.networks.values()):
            return "The network is empty: there is nothing to export yet.", {}
        return "", {}

    def _ways(self, issues: tuple[Issue, ...]) -> Ways:
        """Links to nodes that the document has."""
        networks = self.host.session.state.project.networks
        there = [each for each in issues if each.network in networks and each.node in networks[each.network].nodes]
        return {f"Go to {each.node}": partial(self.go, each) for each in there[:1]}

    def go(self, issue: Issue) -> None:
        """Leaves, and shows a node."""
        self.leave()
        self.host.session.go(issue)
        self.host.canvas.reveal(issue.node)
        self.host.canvas.setFocus()

    # What is done

    def _begin(self) -> None:
        if self.errand or not self.choosing.export.isEnabled():
            return
        order = self._order = self._ordered()
        self.host.session.diverges(())
        self.running.begin(f"Exporting {order.path.name}", f"As {order.form.title}, into {order.path.parent}")
        self._turn(self.running, self.running.cancel)
        self.errand = Errand(self, lambda tell: carry_out(order, tell), self._ended, heard=self.running.hear)

    def _ordered(self) -> Order:
        choosing, offer = self.choosing, self.choosing.subject.offer
        path, paper = self.host.session.state.path, self.host.document
        own = offer.run is None and paper is not None and paper.allowed
        return Order(
            offer,
            choosing.subject.network,
            choosing.subject.best,
            choosing.form,
            choosing.options.values,
            choosing.target.path,
            path.parent if path else None,
            own or consent.allowed(offer.project),
        )

    def _call_off(self) -> None:
        if self.errand:
            self.errand.call_off()
            self.running.stop()

    def _ended(self, outcome: "Outcome[Certificate]") -> None:
        """The proof, or why there is none."""
        self.errand = None
        self.running.end()
        if outcome.found:
            self._show(outcome.found)
            return
        self._turn(self.choosing, self.choosing.export)
        if not outcome.called_off:
            self.choosing.refuse(outcome.problem, self._ways(outcome.issues))

    def _show(self, proof: "Certificate") -> None:
        order = self._order
        assert order is not None
        self.host.session.diverges(marks(proof, self.host.session.state.project, order.network))
        diverging = self.host.session.state.diverging
        page = Proof(proof, diverging[-1] if diverging else None, self.host.theme)
        page.goes.connect(self.go)
        page.leaves.connect(self.leave)
        page.again.connect(self._again)
        if self.proof:
            self.pages.removeWidget(self.proof)
            self.proof.deleteLater()
        self.proof = page
        self.pages.addWidget(page)
        self._turn(page, page.close_)

    def _again(self) -> None:
        self._turn(self.choosing, self.choosing.cards.cards[self.choosing.form.kind])
        self.choosing.target.show_format(self.choosing.form)

    def _turn(self, page: QWidget, focus: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        focus.setFocus()

    # Leaving

    def leave(self) -> None:
        self.finding.stop()
        super().leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self._call_off() if self.errand else self.leave()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()

    def _enter(self) -> None:
        """Presses the button that has the focus, or else the one that is usually wanted."""
        focus, page = self.over.focusWidget(), self.pages.currentWidget()
        if isinstance(focus, QPushButton) and not focus.isCheckable():
            focus.click()
        elif page is self.choosing:
            self.choosing.export.click()


def _of_window(window: Window) -> Path | None:
    """The run that is seen, or that was trained here last."""
    if window.viewing.path:
        return window.viewing.path.absolute()
    job = window.runner.job
    return job.ended.path.absolute() if job and job.ended and job.ended.path else None


def _wanted(window: Window, first: Path | None) -> Wanted:
    beside = (first.parent,) if first else ()
    return Wanted((window.runner.runs, *beside, *folders.added()), first)
