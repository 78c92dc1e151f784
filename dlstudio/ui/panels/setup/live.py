"""Live: what can still be changed while a training goes on, and what has to wait for the next one."""

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QSlider, QVBoxLayout, QWidget

from dlstudio.core.fields import FieldProblem, Real
from dlstudio.core.frozen import Frozen, Value
from dlstudio.ui.forms.editor import restyle
from dlstudio.ui.forms.line import Line
from dlstudio.ui.forms.number import number_text
from dlstudio.ui.panels.inspector.page import label, link
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.panels.setup.course import Course
from dlstudio.ui.panels.setup.presets import differences
from dlstudio.ui.panels.setup.rate_curve import rate
from dlstudio.ui.panels.setup.settings_form import trained_with
from dlstudio.ui.runner import Runner
from dlstudio.ui.session import State
from dlstudio.ui.theme.letters import hold

SPAN, FINE = 3, 50
"""The slider goes so many powers of ten down and up, each in so many steps."""
FACTOR = Real(low=0, high=1e6, help="A factor on the learning rate that the schedule gives")
MOST = 6
"""How many settings are listed that wait."""


class Live(QFrame):
    """The factor on the learning rate of the training that goes on, and the settings that differ from its own."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self.panel = panel
        self.runner: Runner | None = None
        self.course: Course | None = None
        self.rates = QWidget()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-SPAN * FINE, SPAN * FINE)
        self.slider.setPageStep(FINE // 5)
        self.slider.setAccessibleName("Factor on the learning rate")
        self.slider.valueChanged.connect(lambda place: self._set(10 ** (place / FINE)))
        self.factor = self._line("The learning rate times", FACTOR.help, 60)
        self.absolute = self._line("Learning rate now", "The learning rate itself, at this step of the schedule", 80)
        self.factor.textEdited.connect(lambda text: self._typed(self.factor, text, absolute=False))
        self.absolute.textEdited.connect(lambda text: self._typed(self.absolute, text, absolute=True))
        for line in (self.factor, self.absolute):
            line.left.connect(self.show_rate)
            line.returnPressed.connect(self.show_rate)
            line.escaped.connect(self.show_rate)
        self.back = link("×1", lambda: self._set(1.0), "The learning rate as the schedule gives it")
        self.keep = link("Keep it", self._keep, "Writes the rate into the optimizer, for the next training")
        self.waiting = label(role="warn", wrap=True)
        self.restart = QPushButton("Restart with these")
        self._lay()
        self.hide()

    def _line(self, name: str, tip: str, wide: int) -> Line:
        made = Line()
        made.setProperty("role", "number")
        made.setAccessibleName(name)
        made.setToolTip(tip)
        hold(made, wide)
        return made

    def _lay(self) -> None:
        grid = QGridLayout(self.rates)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label("learning rate", "muted"), 0, 0)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(label("×", "muted"))
        row.addWidget(self.factor)
        row.addWidget(label("=", "muted"))
        row.addWidget(self.absolute)
        row.addStretch(1)
        grid.addLayout(row, 0, 1)
        grid.addWidget(self.slider, 1, 0, 1, 2)
        links = QHBoxLayout()
        links.setSpacing(8)
        links.addWidget(self.back)
        links.addWidget(self.keep)
        links.addStretch(1)
        grid.addLayout(links, 2, 0, 1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.rates)
        column.addWidget(self.waiting)
        column.addWidget(self.restart, alignment=Qt.AlignmentFlag.AlignLeft)

    # What is shown

    def show_state(self, state: State, course: Course | None) -> None:
        """Whether something trains, and what of the settings it does not know yet."""
        self.course = course
        going = state.phase in ("training", "paused")
        self.setVisible(bool(state.phase))
        self.setEnabled(going)
        self.rates.setVisible(course is not None)
        job = self.runner.job if self.runner else None
        found = differences(job.project, state.project) if job and state.phase else []
        more = f"\nand {len(found) - MOST} more" if len(found) > MOST else ""
        self.waiting.setText("Counts from the next training on:\n" + "\n".join(found[:MOST]) + more)
        self.waiting.setVisible(bool(found))
        self.restart.setVisible(bool(found))
        self.show_rate()

    def show_rate(self) -> None:
        """The factor as it is; what is being typed stays."""
        if self.runner is None:
            return
        factor = self.runner.rate
        self.slider.blockSignals(True)
        self.slider.setValue(round(FINE * math.log10(factor)) if factor > 0 else -SPAN * FINE)
        self.slider.blockSignals(False)
        now = self._now
        for line, value in ((self.factor, factor), (self.absolute, now * factor)):
            restyle(line, state="")
            line.setText(rate(value))
        self.back.setVisible(factor != 1.0)
        self.keep.setVisible(factor != 1.0 and self.course is not None)

    def follow_step(self) -> None:
        """The training went on: the rate of the schedule may be another one."""
        if self.isVisible() and not self.absolute.hasFocus() and self.runner:
            self.absolute.setText(rate(self._now * self.runner.rate))

    @property
    def _now(self) -> float:
        """What the schedule gives at this step."""
        if self.course is None or self.runner is None:
            return 0.0
        return self.course.at(min(max(0, self.runner.step - 1), max(0, self.course.steps - 1)))

    # What is done

    def _set(self, factor: float) -> None:
        if self.runner:
            self.runner.set_rate(factor)
            self.show_rate()

    def _typed(self, line: Line, text: str, *, absolute: bool) -> None:
        try:
            value = FACTOR.parse(number_text(text.strip()))
        except FieldProblem as problem:
            restyle(line, state="bad")
            line.setToolTip(f"It {problem}.")
            return
        restyle(line, state="")
        if self.runner and (not absolute or self._now):
            self.runner.set_rate(value / self._now if absolute else value)

    def _keep(self) -> None:
        """The rate of the optimizer becomes what it is multiplied to now."""
        if self.runner and self.course:
            lr = float(f"{self.course.base * self.runner.rate:.6g}")
            self.panel.session.do(
                f"Set the learning rate to {rate(lr)}",
                lambda project: trained_with(project, (), {"optimizer": _with_rate(project.training, lr)}),
            )


def _with_rate(training: Frozen[str, Value], lr: float) -> Value:
    """The optimizer of a training with another rate."""
    said = training.get("optimizer", Frozen({"kind": "Adam"}))
    return said.put("lr", lr)
