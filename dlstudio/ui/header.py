"""Header: the one row over everything: menus, arrangements, and what the network takes."""

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QMenuBar, QPushButton, QWidget

from dlstudio.compiler import cost
from dlstudio.ui.digits import lack
from dlstudio.ui.elided import Elided
from dlstudio.ui.forms.editor import restyle
from dlstudio.ui.panels.issues import counted
from dlstudio.ui.session import State

BETWEEN = " · "
BATCH = 64
"""The batch for which memory is told when the project names none."""
SHARE = 200
"""How many nodes are counted in a turn."""
WORKING = {"starting": "starting …", "training": "training", "paused": "paused", "ending": "ending …"}
"""What is said while a training goes on."""


class Figures(Elided):
    """Says as many figures as there is room for, and the first of them at least; the tooltip says all."""

    def minimumSizeHint(self) -> QSize:
        return QSize(self.least_width, super().minimumSizeHint().height())


class Header(QFrame):
    """Menus and arrangements on the left, where they stay; what the network takes on the right."""

    def __init__(self, arrangements: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.menus = QMenuBar()
        self.menus.setSizePolicy(self.menus.sizePolicy().Policy.Minimum, self.menus.sizePolicy().Policy.Preferred)
        self.arrangements = QButtonGroup(self)
        self.tabs = QHBoxLayout()
        self.tabs.setSpacing(2)
        for name in arrangements:
            button = QPushButton(name)
            button.setProperty("role", "tab")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.arrangements.addButton(button)
            self.tabs.addWidget(button)
        self.totals = Figures()
        self.totals.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        self.totals.setProperty("role", "number")
        self._state: State | None = None
        self._counting = QTimer(self, singleShot=True, interval=0)
        self._counting.timeout.connect(self._count)
        self.verdict = QPushButton()
        self.verdict.setProperty("role", "tab")
        self.verdict.setAccessibleName("Verdict")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self.menus)
        row.addSpacing(16)
        row.addLayout(self.tabs)
        row.addStretch(1)
        row.addWidget(self.totals)
        row.addWidget(self.verdict)

    def show_state(self, old: State | None, new: State) -> None:
        """Counts anew when the network on the canvas changed, once that is painted."""
        self._state = new
        if old is None or old.plan is not new.plan or old.project.training is not new.project.training:
            self._counting.start()
        same = old is not None and (old.checked.issues, old.phase) == (new.checked.issues, new.phase)
        if old is None or not same or old.project is not new.project:
            role, text, tip = verdict(new)
            self.verdict.setText(text)
            self.verdict.setToolTip(tip)
            restyle(self.verdict, state=role)

    def _count(self) -> None:
        """Counts what nobody has counted yet a share at a time, and says what all of it takes."""
        if self._state is None:
            return
        if self._state.plan is not None and cost.ahead(self._state.plan, SHARE):
            self._counting.start()
        else:
            self.totals.say(*totals(self._state))


def verdict(state: State) -> tuple[str, str, str]:
    """How the project stands: the colour of that, the words, and what to do about it."""
    issues, needs = counted(state.checked.issues), lack(state.project)
    if not any(network.nodes for network in state.project.networks.values()):
        return "", "empty", "Drag a layer onto the canvas to begin."
    if not state.checked.sound:
        return "bad", issues, f"{issues}. Click to see what to do."
    said = f"{issues}. " if issues else ""
    if state.phase:
        return "", WORKING[state.phase], f"{said}What is changed now counts for the next training."
    if needs:
        return "", "✓ sound · no data yet", f"{said}{needs} Those that come with the program are in the Run menu."
    return "good", "✓ ready to train", f"{said or 'Nothing is wrong. '}Press Train (F5)."


def totals(state: State) -> tuple[str, ...]:
    """What the network on the canvas takes: parameters, work and memory; then the same in fewer words."""
    if state.plan is None or not state.network.nodes:
        return ("",)
    batch = int(state.project.training.get("batch_size", BATCH))
    found = cost.totals(state.plan, batch=batch, optimizer=cost.named_optimizer(state.project))
    macs, memory = cost.short(found.macs), cost.size(found.memory.training)
    figures = f"{found.parameters:,} parameters", f"{macs} MACs", f"{memory} at batch {batch}"
    return *(BETWEEN.join(figures[:many]) for many in (3, 2, 1)), f"{cost.short(found.parameters)} parameters"
