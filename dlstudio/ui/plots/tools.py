"""Tools: the slim strip over a plot with what can be done there, and the key of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.tokens import Theme

SPARE = ("out", "in", "follow", "detach", "log x")
"""What a narrow plot does without, in this order."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One thing that can be done with a plot; without an icon its name stands in the strip."""

    name: str
    tip: str
    keys: tuple[str, ...]
    act: Callable[[], object]
    icon: str = ""
    on: Callable[[], bool] | None = None
    """Whether it is switched on, for what can be."""

    def hears(self, event: QKeyEvent) -> bool:
        pressed = QKeySequence(event.keyCombination())
        return any(QKeySequence(key) == pressed for key in self.keys)

    @property
    def told(self) -> str:
        return f"{self.tip} ({' or '.join(self.keys)})" if self.keys else self.tip


class Tools(QFrame):
    """Buttons in a row; it stands over the plot while somebody is there."""

    def __init__(self, over: QWidget, tools: Sequence[Tool], extra: Sequence[Tool], theme: Theme) -> None:
        super().__init__(over)
        self.tools, self.extra = tools, extra
        self.setProperty("role", "popup")
        self.setAccessibleName("Tools of the plot")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(4, 0, 4, 0)
        self.row.setSpacing(0)
        self.buttons: dict[str, QAbstractButton] = {}
        for tool in tools:
            self.row.addWidget(self._button(tool))
        self._spare: list[QWidget] = [self.buttons[name] for name in SPARE if name in self.buttons]
        self.menu = QMenu(self)
        self.more = QToolButton()
        self.more.setToolTip("More")
        self.more.setAccessibleName("More")
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.setFixedSize(24, 24)
        self.more.clicked.connect(self._show_more)
        self.row.addWidget(self.more)
        self.set_theme(theme)
        self.show_states()
        self.hide()

    def _button(self, tool: Tool) -> QAbstractButton:
        made: QAbstractButton = QToolButton() if tool.icon else QPushButton()
        made.setText(tool.name)
        made.setToolTip(tool.told)
        made.setAccessibleName(tool.tip)
        made.setCheckable(tool.on is not None)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setFixedHeight(24)
        if tool.icon:
            made.setFixedWidth(24)
        else:
            made.setProperty("role", "segment")
        made.clicked.connect(lambda: self._use(tool))
        self.buttons[tool.name] = made
        return made

    def _use(self, tool: Tool) -> None:
        tool.act()
        self.show_states()

    def insert(self, after: str, *widgets: QWidget) -> None:
        """Puts something else behind a button; it is the first that can be spared."""
        for number, widget in enumerate(widgets, self.row.indexOf(self.buttons[after]) + 1):
            self.row.insertWidget(number, widget)
        self._spare = [*widgets, *self._spare]

    def fold(self, width: float) -> None:
        """Leaves out what can be spared where there is little room; the last button has it in its menu then."""
        for widget in self._spare:
            widget.show()
        self.more.hide()
        for number in range(len(self._spare)):
            self.row.invalidate()
            if self.row.sizeHint().width() <= width:
                break
            self.more.show()
            self._spare[number].hide()
        self.adjustSize()

    def _show_more(self) -> None:
        self.menu.clear()
        for tool in (*self.tools, *self.extra):
            if tool not in self.tools or self.buttons[tool.name].isHidden():
                action = self.menu.addAction(f"{tool.tip.partition(';')[0]}\t{tool.keys[0]}")
                action.setCheckable(tool.on is not None)
                action.setChecked(tool.on is not None and tool.on())
                action.triggered.connect(lambda _=False, tool=tool: self._use(tool))
        self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def show_states(self) -> None:
        """Shows what is switched on."""
        for tool in self.tools:
            if tool.on is not None:
                self.buttons[tool.name].setChecked(tool.on())

    def set_theme(self, theme: Theme) -> None:
        for tool in self.tools:
            if tool.icon:
                self.buttons[tool.name].setIcon(icon(tool.icon, theme))
        self.more.setIcon(icon("ellipsis", theme))
