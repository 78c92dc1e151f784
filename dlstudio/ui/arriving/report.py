"""Report: what became of a model, over the canvas that it stands on now."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton

from dlstudio.ui.arriving.report_page import Line, ReportPage, Section
from dlstudio.ui.arriving.way import find
from dlstudio.ui.overlays.turning import Turning
from dlstudio.ui.window import Window

if TYPE_CHECKING:
    from dlstudio.exchange.arriving.report import Remark, Report

SIZE = (760, 560)
WHOLE = "Every part of it became a layer that runs."
PARTLY = "It can be edited and saved. What is kept without being known does not run until you replace it."


def worth_reading(report: "Report") -> bool:
    """Whether there is more to know than that it is there."""
    return not report.whole or bool(report.renamed or report.notes or report.hints)


class ModelReport(Turning):
    """Lists of what is kept, left out, renamed and noted; a click on a node goes there."""

    def __init__(self, window: Window, name: str, report: "Report") -> None:
        super().__init__(window, f"What became of {name}", SIZE)
        done = QPushButton("Done")
        done.clicked.connect(self.leave)
        count = report.taken.total()
        title = f"{count:,} node{'' if count == 1 else 's'} of {name} became layers"
        self.page = ReportPage(
            title, WHOLE if report.whole else PARTLY, sections(report), (done,), window.theme,
            sign="circle-check" if report.whole else "triangle-alert",
        )  # fmt: skip
        self.page.goes.connect(self._go)
        self.turn(self.page, done)
        self.appear(done)

    def _go(self, node: str) -> None:
        session = self.host.session
        found = find(session.state.project, node)
        self.leave()
        if found:
            session.show(found.network)
            session.choose_nodes(found.node)
            self.host.canvas.reveal(found.node)
            self.host.canvas.setFocus()


def sections(report: "Report") -> tuple[Section, ...]:
    """The lists that hold something, what matters most first."""
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in report.taken.most_common())
    renamed = tuple(Line(f"{old} is {new} here") for old, new in report.renamed.items())
    found = (
        Section("Kept, but not known: these do not run", tuple(_remarks(report.kept))),
        Section("Left out", tuple(_remarks(report.left))),
        Section("To know", (*_remarks(report.hints), *map(Line, report.notes))),
        Section("Names of weights that had to change", renamed),
        Section("Layers", (Line(kinds),) if kinds else ()),
    )
    return tuple(section for section in found if section.lines)


def _remarks(remarks: "Iterable[Remark]") -> Iterable[Line]:
    return (Line(str(replace(each, node="")), each.node) for each in remarks)
