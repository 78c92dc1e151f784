"""Trail: the networks of the project as tabs, and the way into blocks as breadcrumbs."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from dlstudio.core.networks import placings
from dlstudio.ui.panels.panel import clear
from dlstudio.ui.session import Session, State


class Trail(QFrame):
    """Stands over the canvas; a click goes to a network, or back out of a block."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(8, 2, 8, 2)
        self.row.setSpacing(2)
        self.setAccessibleName("Networks")

    def show_state(self, old: State | None, new: State) -> None:
        if old is None or old.trail != new.trail or old.project.networks.keys() != new.project.networks.keys():
            self._fill(new)

    def _fill(self, state: State) -> None:
        clear(self.row)
        for name in outermost(state):
            self._button(name, lambda _=False, name=name: self.session.show(name), name == state.trail[0].network)
            if name == state.trail[0].network:
                self._crumbs(state)
        self.row.addStretch(1)

    def _crumbs(self, state: State) -> None:
        for depth, place in enumerate(state.trail[1:], 2):
            self.row.addWidget(QLabel("›"))
            self._button(
                f"{place.block} · {place.network}",
                lambda _=False, depth=depth: self.session.leave(depth),
                depth == len(state.trail),
            )

    def _button(self, text: str, go: object, on: bool) -> None:
        button = QPushButton(text)
        button.setProperty("role", "tab")
        button.setCheckable(True)
        button.setChecked(on)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(go)
        self.row.addWidget(button)


def outermost(state: State) -> list[str]:
    """The networks that no block places, and the one that the way starts from."""
    names = [name for name in state.project.networks if not any(placings(state.project, name))]
    first = state.trail[0].network
    return names if first in names else [*names, first]
