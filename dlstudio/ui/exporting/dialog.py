"""Dialog: a model is exported: put together, written in the background, and its proof shown."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dlstudio.core.issue import Issue
from dlstudio.ui import consent
from dlstudio.ui.background import Background
from dlstudio.ui.errand import Outcome
from dlstudio.ui.exporting.choosing import Choosing, Ways
from dlstudio.ui.exporting.mark import marks
from dlstudio.ui.exporting.offer import Offer, Wanted, offers
from dlstudio.ui.exporting.order import Order, carry_out
from dlstudio.ui.exporting.proof import Proof
from dlstudio.ui.job import same_graph
from dlstudio.ui.overlays.turning import Turning
from dlstudio.ui.panels.runs import folders
from dlstudio.ui.window import Window

if TYPE_CHECKING:
    from dlstudio.exchange.certificate import Certificate

WIDTH, HEIGHT = 920, 700
BESIDE = "A training goes on: another process writes the file from weights that were kept, and disturbs it in nothing."


class ExportDialog(Turning):
    """One page after the other, on one sheet."""

    def __init__(self, window: Window, suggestion: Path, run: Path | None = None) -> None:
        super().__init__(window, "Export model", (WIDTH, HEIGHT))
        state = window.session.state
        self.choosing = Choosing(state.project, suggestion, self._obstacle, window.theme)
        self.proof: Proof | None = None
        self.choosing.aside = BESIDE if state.phase else ""
        self.choosing.wants.connect(self._begin)
        self.choosing.leaves.connect(self.leave)
        self.finding: Background[Wanted, tuple[Offer, ...]] = Background(
            offers, lambda _, found: self.choosing.show_offers(found), self
        )
        self.finding.ask(_wanted(window, run.absolute() if run else _of_window(window)))
        self.turn(self.choosing, self.choosing)
        self.appear(self.choosing.cards.cards[self.choosing.form.kind])

    def _obstacle(self, offer: Offer) -> tuple[str, Ways]:
        """Why this cannot be exported now."""
        state = self.host.session.state
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
        order = self._ordered()
        self.host.session.diverges(())
        self.work(
            f"Exporting {order.path.name}",
            f"As {order.form.title}, into {order.path.parent}",
            lambda tell: carry_out(order, tell),
            lambda outcome: self._ended(order, outcome),
        )

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
            bool(self.host.session.state.phase),
        )

    def _ended(self, order: Order, outcome: "Outcome[Certificate]") -> None:
        """The proof, or why there is none."""
        if outcome.found:
            self._show(order, outcome.found)
            return
        self.turn(self.choosing, self.choosing.export)
        if not outcome.called_off:
            own = same_graph(order.offer.project, self.host.session.state.project)
            self.choosing.refuse(outcome.problem, self._ways(outcome.issues if own else ()))

    def _show(self, order: Order, proof: "Certificate") -> None:
        session = self.host.session
        own = same_graph(order.offer.project, session.state.project)
        session.diverges(marks(proof, session.state.project, order.network) if own else ())
        diverging = session.state.diverging
        page = Proof(proof, diverging[-1] if diverging else None, self.host.theme)
        page.goes.connect(self.go)
        page.leaves.connect(self.leave)
        page.again.connect(self._again)
        if self.proof:
            self.drop(self.proof)
        self.proof = page
        self.turn(page, page.close_)

    def _again(self) -> None:
        self.turn(self.choosing, self.choosing.cards.cards[self.choosing.form.kind])
        self.choosing.target.show_format(self.choosing.form)

    # Leaving

    def leave(self) -> None:
        self.finding.stop()
        super().leave()


def _of_window(window: Window) -> Path | None:
    """The run that is seen, or that was trained here last."""
    if window.viewing.path:
        return window.viewing.path.absolute()
    job = window.runner.job
    return job.ended.path.absolute() if job and job.ended and job.ended.path else None


def _wanted(window: Window, first: Path | None) -> Wanted:
    beside = (first.parent,) if first else ()
    return Wanted((window.runner.runs, *beside, *folders.added()), first)
