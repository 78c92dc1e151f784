"""Curves: the loss, the metrics and the learning rate, step by step, and what the doctor found on the way."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from dlstudio.ui.elided_combo import ElidedCombo
from dlstudio.ui.mishap import guarded
from dlstudio.ui.panels.curves.doctor import Doctor
from dlstudio.ui.panels.curves.groups import RATE, grouped, label, title
from dlstudio.ui.panels.curves.strip import Strip
from dlstudio.ui.panels.seeing import Seeing
from dlstudio.ui.session import Session
from dlstudio.ui.theme.tokens import Theme
from dlstudio.ui.turns import BETWEEN

if TYPE_CHECKING:
    from dlstudio.ui.plots.line import Line, Mark

BESIDE = 560
"""How wide the panel is at least when the doctor's findings stand beside the charts."""
LEAST, MOST = 360, 4
"""How wide a chart is at least, and how many stand side by side."""
USUAL = 0.9
"""How much curves are smoothed at first: the raw line stays behind them."""


class Stand(QWidget):
    """One chart, and above it which measure it shows."""

    def __init__(self, theme: Theme, name: str) -> None:
        from dlstudio.ui.plots.chart import KEEPS, Chart

        super().__init__()
        self.smoothings = KEEPS
        self.chart: Chart = Chart(theme, name)
        self.chosen = ElidedCombo()
        self.chosen.setAccessibleName("What is drawn")
        self.chosen.setProperty("role", "quiet")
        self.chosen.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.chosen.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.chosen.currentIndexChanged.connect(self._on_chosen)
        self.own = False
        """Whether the user chose what is drawn."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(8, 4, 8, 0)
        self.head.addWidget(self.chosen)
        self.head.addStretch()
        column.addLayout(self.head)
        column.addWidget(self.chart, 1)

    @property
    def measure(self) -> str:
        return str(self.chosen.currentData() or "")

    def offer(self, measures: list[str], wanted: str) -> None:
        """What can be drawn; what was chosen stays chosen."""
        there = [self.chosen.itemData(i) for i in range(self.chosen.count())]
        kept = self.measure if self.own and self.measure in measures else wanted
        if there == measures and kept == self.measure:
            return
        self.chosen.blockSignals(True)
        self.chosen.clear()
        for each in measures:
            self.chosen.addItem(title(each), each)
        self.chosen.setCurrentIndex(measures.index(kept))
        self.chosen.blockSignals(False)
        self.chart.slider.setValue(self.smoothings.index(0.0 if kept == RATE else USUAL))

    def _on_chosen(self) -> None:
        self.own = True


class Curves(Seeing):
    """As many charts side by side as there is room for, each with a measure of its own."""

    name, title, icon, area = "dashboard", "Training", "chart-line", "bottom"
    EMPTY = "Press Train (F5) to see the loss fall."
    latest = 1.0

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.stands: list[Stand] = []
        self.charts = QSplitter(Qt.Orientation.Horizontal)
        self.charts.setChildrenCollapsible(False)
        self.charts.installEventFilter(self)
        self.doctor, self.strip = Doctor(session, theme), Strip(theme)
        self.strip.button.toggled.connect(lambda _: self._place_findings())
        self.strip.hide()
        content = QWidget()
        line, column = QHBoxLayout(), QVBoxLayout(content)
        line.setSpacing(8)
        line.addWidget(self.charts, 1)
        line.addWidget(self.doctor)
        column.setContentsMargins(4, 0, 0, 4)
        column.setSpacing(4)
        column.addLayout(line, 1)
        column.addWidget(self.strip)
        self.body.addWidget(content)
        self.bar.setContentsMargins(0, 0, 0, 0)
        self._next = QTimer(self, singleShot=True, interval=BETWEEN)
        self._next.timeout.connect(self._draw)

    def show_news(self) -> str:
        if self.viewing is None or not self.viewing.series:
            return "The first loss comes with the first step."
        others = self.viewing.others
        groups = grouped([*self.viewing.series, *(name for _, series in others.values() for name in series)])
        empty = self._stand(groups)
        for stand in self.stands[:-1] if empty else self.stands:
            stand.chart.show_lines(self._lines(groups.get(stand.measure, [])))
            stand.chart.show_marks(self._marks())
        self.doctor.show_findings(self.viewing)
        self.strip.show_findings(self.viewing.findings)
        self._place_findings()
        return ""

    def _place_findings(self) -> None:
        """Beside the charts; in a narrow panel in a line below them that shows them all in the charts' place."""
        found, beside = self.strip.count > 0, self.width() >= BESIDE
        self.doctor.stand(beside=beside)
        self.strip.setVisible(found and not beside)
        self.doctor.setVisible(found and (beside or self.strip.is_open))
        self.charts.setVisible(beside or not self.strip.is_open)

    def _stand(self, groups: dict[str, list[str]]) -> bool:
        """As many charts as there are measures and room; whether the last one was made just now, and has its lines in
        the next turn, as the one after it is made there."""
        wanted = max(1, min(len(groups), self.charts.width() // LEAST, MOST))
        lacks = len(self.stands) < wanted
        if lacks:
            self._add()
            self._next.start()
        for i, stand in enumerate(self.stands):
            measures = [*groups]
            stand.offer(measures, measures[min(i, len(measures) - 1)])
            stand.setVisible(i < wanted)
        self.stands[min(wanted, len(self.stands)) - 1].head.addWidget(self.origin, 1)
        return lacks

    def _add(self) -> None:
        """One more chart."""
        stand = Stand(self.theme, f"Curves {len(self.stands) + 1}")
        stand.chosen.currentIndexChanged.connect(self.refresh)
        stand.chart.marked.connect(self._on_mark)
        self.charts.addWidget(stand)
        self.stands.append(stand)

    def _lines(self, names: list[str]) -> "list[Line]":
        """The curves of a measure; those of other runs over them, where some are wanted."""
        from dlstudio.ui.panels.curves.overlay import lines
        from dlstudio.ui.plots.line import Line

        assert self.viewing is not None
        if others := self.viewing.others:
            seen = self.viewing.path.name if self.viewing.path else "this run"
            return lines(names, {seen: (0, self.viewing.series), **others})
        found = []
        for hue, name in enumerate(names):
            series = self.viewing.series[name]
            rare = name.startswith("validation/")
            found.append(
                Line(
                    label(name), series.steps, series.values, series.lows, series.highs,
                    hue=hue, dashed=rare, dots=rare,
                )
            )  # fmt: skip
        return found

    def _marks(self) -> "list[Mark]":
        from dlstudio.ui.plots.line import Mark

        assert self.viewing is not None
        marks = [Mark(finding.since_step, finding.text, "finding") for finding in self.viewing.findings]
        standing = self.viewing.standing
        if standing and standing.status == "early":
            marks.append(Mark(standing.step, "Stopped early: " + standing.reason, "stop"))
        if self.viewing.at is not None:
            marks.append(Mark(self.viewing.at, f"step {self.viewing.at:,}", "cursor"))
        return marks

    def _on_mark(self, mark: object) -> None:
        """Everything is shown as it was at the step of a finding."""
        if self.viewing is not None:
            self.viewing.seek(round(float(getattr(mark, "step", 0))))

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        for stand in self.stands:
            stand.chart.set_theme(theme)
        self.doctor.set_theme(theme)
        self.strip.set_theme(theme)

    def stop(self) -> None:
        super().stop()
        self._next.stop()
        for stand in self.stands:
            stand.chart.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_findings()

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.charts and event.type() == QEvent.Type.Resize:
            self._on_news()
        return super().eventFilter(watched, event)
