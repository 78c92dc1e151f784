"""RunBar: the row under the menus from which a training is started and in which it is seen to go on."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSpinBox, QToolButton

from dlstudio.catalog.recipes import EPOCHS, recipes
from dlstudio.core.document import Project
from dlstudio.core.frozen import Value
from dlstudio.core.span import clock
from dlstudio.ui.device_box import DeviceBox
from dlstudio.ui.digits import lack, misfit
from dlstudio.ui.elided import Elided
from dlstudio.ui.load_label import LoadLabel
from dlstudio.ui.pace import Pace
from dlstudio.ui.runner import Runner, hindrance
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.icons import icon, pixmap
from dlstudio.ui.theme.letters import hold
from dlstudio.ui.theme.tokens import Theme

MOST = 1_000_000
"""The most epochs that can be asked for here."""
TICK = 200
"""Milliseconds between two looks at how far the data is read."""
BUTTONS = (
    ("pause", "pause", "Pause"),
    ("stop", "square", "Stop"),
    ("step", "step-forward", "Take one step"),
    ("restart", "rotate-ccw", "Restart"),
)


class Standing(Elided):
    """Where the training stands, in as many words as there is room for; its tooltip tells the pace."""

    def _tell(self) -> None:
        """The words that are left out stand in the tooltip with the pace."""


class RunBar(QFrame):
    """Train, pause, stop and step; where and how long; and what comes of it."""

    def __init__(
        self,
        session: Session,
        runner: Runner,
        run: Callable[[str], object],
        say: Callable[..., object],
        tooltip: Callable[[str, str], str],
    ) -> None:
        super().__init__()
        self.session, self.runner, self.say, self.tooltip = session, runner, say, tooltip
        self.setAccessibleName("Training")
        self.train = QPushButton("Train")
        self.train.setProperty("role", "primary")
        self.train.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.train.clicked.connect(lambda: run("train"))
        self.buttons: dict[str, QToolButton] = {}
        for name, _, title in BUTTONS:
            button = QToolButton()
            button.setAccessibleName(title)
            button.clicked.connect(lambda _=False, name=name: run(name))
            self.buttons[name] = button
        self.device = DeviceBox(lambda name: self._put(f"Train on {name}", device=name))
        self.epochs = QSpinBox()
        self.epochs.setRange(1, MOST)
        self.epochs.setAccessibleName("Epochs")
        self.epochs.setKeyboardTracking(False)
        self.epochs.setToolTip(EPOCHS.help)
        hold(self.epochs, 64)
        self.epochs.valueChanged.connect(self._on_epochs)
        self.data = QLabel()
        self.data.setAccessibleName("Data")
        self.digits = QPushButton("Use the MNIST digits")
        self.digits.setProperty("role", "link")
        self.digits.setCursor(Qt.CursorShape.PointingHandCursor)
        self.digits.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.digits.clicked.connect(lambda: run("use-digits"))
        self.text = Standing()
        self.text.setProperty("role", "number")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("How far the data is read")  # how far the training is, the timeline tells
        self.bar.setFixedWidth(160)
        self.bar.hide()
        self.load, self.pace = LoadLabel(), Pace()
        self._lay_out()
        self._ticks = QTimer(self, interval=TICK)
        self._ticks.timeout.connect(self._on_reading)
        runner.listen(self._on_news)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(4)
        row.addWidget(self.train)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addSpacing(12)
        for title, widget in (("Device", self.device), ("Epochs", self.epochs), ("Data", self.data)):
            label = QLabel(title)
            label.setProperty("role", "muted")
            label.setBuddy(widget)
            row.addWidget(label)
            row.addWidget(widget, alignment=Qt.AlignmentFlag.AlignVCenter)
            row.addSpacing(8)
        row.addWidget(self.digits)
        row.addStretch(1)
        row.addWidget(self.bar, alignment=Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(8)
        row.addWidget(self.text)
        row.addSpacing(8)
        row.addWidget(self.load)

    # What is shown

    def show_state(self, old: State | None, new: State) -> None:
        """What can be pressed now, and why the rest cannot."""
        if old is None or old.project.training is not new.project.training:
            self.epochs.blockSignals(True)
            self.epochs.setValue(min(MOST, int(str(setting(new.project, "epochs")))))
            self.epochs.blockSignals(False)
            self.device.show_device(str(setting(new.project, "device")))
        self._show_data(new)
        reason = hindrance(new)
        self.train.setText("Continue" if new.phase == "paused" else "Train")
        self.train.setEnabled(new.phase == "paused" or not (new.phase or reason))
        self.train.setToolTip(self.tooltip("train", reason))
        going = new.phase in ("training", "paused")
        self.buttons["pause"].setEnabled(going)
        self.buttons["stop"].setEnabled(bool(new.phase) and new.phase != "ending")
        self.buttons["step"].setEnabled(going or not (new.phase or reason))
        self.buttons["restart"].setVisible(going)
        self.buttons["restart"].setEnabled(not reason)
        for name, button in self.buttons.items():
            button.setToolTip(self.tooltip(name, ""))
        if old is None or old.phase != new.phase:
            self._on_phase(new)

    def _show_data(self, state: State) -> None:
        """What is trained with; where that is nothing yet, the data that comes with the program."""
        missing, unfit = lack(state.project), misfit(state)
        self.data.setText("none yet" if missing else str(state.project.data["source"].get("kind", "")))
        self.data.setToolTip(" ".join(part for part in (missing, unfit) if part) if missing else "")
        self.digits.setVisible(not unfit)
        self.digits.setToolTip(self.tooltip("use-digits", ""))

    def _on_phase(self, state: State) -> None:
        self.bar.setVisible(state.phase == "starting")
        self.load.watch(bool(state.phase))
        if state.phase == "starting":
            self._on_reading()
            self._ticks.start()

    def _on_reading(self) -> None:
        """How far the data is read before the first step."""
        job = self.runner.job
        if job is None or self.session.state.phase != "starting":
            self._ticks.stop()
            return
        self.bar.setUpdatesEnabled(False)  # by itself it would have the whole window painted before it goes on
        self.bar.setRange(0, job.reading.total)
        self.bar.setValue(job.reading.done)
        self.bar.setUpdatesEnabled(True)
        self.text.say(job.reading.words() or "Starting …")

    def _on_news(self) -> None:
        """Shows where the training stands; at its end says how it ended."""
        runner = self.runner
        while runner.job and runner.job.said:
            self.say(runner.job.said.popleft())
        plan = runner.plan
        if runner.last:
            left = plan.left(runner.step) if plan and runner.alive else None
            self.text.say(*standing(runner, left))
            self._show_pace(left)
        elif not runner.alive:
            self.text.say("")
        if not runner.alive and runner.job and runner.job.ended:
            ended = runner.job.ended
            said = " ".join(part for part in (_ENDS[ended.status], ended.text) if part)
            done = ended.status in ("finished", "early")
            self.say(said, "bad" if ended.status == "failed" else "info", offer="export" if done else "")

    def _show_pace(self, left: float | None) -> None:
        """How fast it goes, for who holds the mouse over it."""
        runner = self.runner
        if not runner.alive or not self.pace.due():
            return
        took = self.pace.words(runner.step, batch_size(runner))
        lines = self.text.text(), took, f"{clock(left)} left" if left is not None else ""
        self.text.setToolTip("\n".join(filter(None, lines)))

    def set_theme(self, theme: Theme) -> None:
        play = QIcon(pixmap("play", theme.on_accent, 14))
        play.addPixmap(pixmap("play", theme.muted, 14), QIcon.Mode.Disabled)
        self.train.setIcon(play)
        self.train.setIconSize(QSize(14, 14))
        for name, sign, _ in BUTTONS:
            self.buttons[name].setIcon(icon(sign, theme))

    # What is done

    def _on_epochs(self, count: int) -> None:
        self._put(f"Train {count:,} epoch{'' if count == 1 else 's'}", epochs=count)

    def _put(self, label: str, **settings: Value) -> None:
        self.session.do(label, lambda project: replace(project, training=project.training.merge(settings)))

    def stop(self) -> None:
        self._ticks.stop()
        self.load.stop()
        self.device.stop()


_ENDS = {"finished": "Finished.", "early": "Finished early.", "stopped": "", "failed": "The training failed."}


def setting(project: Project, name: str) -> Value:
    """A setting of the training as the project says it, or as is usual for its recipe."""
    kind = str(project.training.get("kind", "Supervised"))
    usual = getattr(recipes[kind if kind in recipes else "Supervised"], name)
    found: Value = project.training.get(name, usual)
    return found


def batch_size(runner: Runner) -> int:
    """How many samples a step of the training learns from; 0 where its recipe knows no such number."""
    training = runner.job.project.training if runner.job else {}
    usual = getattr(recipes.get(str(training.get("kind", "Supervised"))), "batch_size", 0)
    found = training.get("batch_size", usual)
    return found if isinstance(found, int) else 0


def standing(runner: Runner, left: float | None) -> tuple[str, ...]:
    """Where a training stands, in one line; then in fewer words."""
    plan = runner.plan
    if plan is None:
        return ("",)
    epochs = -(-plan.last // plan.per_epoch)
    epoch = min(runner.step // plan.per_epoch + 1, epochs)
    parts = [f"epoch {epoch:,}/{epochs:,}", *measured(runner.last)]
    if runner.alive and runner.rate != 1.0:
        parts.append(f"rate ×{runner.rate:.3g}")
    if left is not None and runner.step < plan.last:
        parts.append(f"{clock(left)} left")
    return tuple(" · ".join(parts[:many]) for many in range(len(parts), 0, -1))


def measured(last: Mapping[str, float]) -> list[str]:
    """The numbers that matter most: the loss, and how right the answers are."""
    found = [f"loss {number('loss', last['loss'])}"] if "loss" in last else []
    judged = [name for name in last if name.startswith("validation/") and not name.endswith("loss")]
    return [*found, *(f"val. {title(name)} {number(name, last[name])}" for name in judged[:1])]


def title(name: str) -> str:
    """A measure of the validation as people say it."""
    return name.removeprefix("validation/").replace("_", " ").replace("/", " ")


def number(name: str, value: float) -> str:
    """A measured value; a share in per cent."""
    return f"{100 * value:.1f} %" if name.endswith("accuracy") else f"{value:#.4g}".removesuffix(".")
