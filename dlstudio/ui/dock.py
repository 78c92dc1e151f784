"""Dock: the frame of a panel: a small title, and buttons that come when the mouse is over it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QMainWindow, QToolButton, QWidget

from dlstudio.ui.panels.table import Listed
from dlstudio.ui.steady import Steady
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.tokens import Theme


class TitleBar(QWidget):
    """The title of a panel; under the mouse it shows how to float and to close it.

    What stands in it is made when it is first shown: most panels stand in tabs, or nowhere."""

    def __init__(self, dock: QDockWidget, theme: Theme) -> None:
        super().__init__(dock)
        self.dock, self.theme = dock, theme
        self.float: QToolButton | None = None
        self.hide_it: QToolButton | None = None
        self.setProperty("role", "titlebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(28)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.float is None:
            QTimer.singleShot(0, self, self._fill)  # a panel that is put into tabs is shown by itself before

    def _fill(self) -> None:
        if self.float is not None or not self.isVisible():
            return
        title = QLabel(self.dock.windowTitle())
        title.setProperty("role", "dock")
        self.float = self._button("Let the panel float")
        self.float.clicked.connect(lambda: self.dock.setFloating(not self.dock.isFloating()))
        self.hide_it = self._button("Close the panel")
        self.hide_it.clicked.connect(self.dock.close)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 4, 0)
        row.setSpacing(0)
        row.addWidget(title, 1)
        row.addWidget(self.float)
        row.addWidget(self.hide_it)
        self.set_theme(self.theme)
        self._show_buttons(self.underMouse())

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setAccessibleName(f"{name}: {self.dock.windowTitle()}")
        button.setToolTip(name)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAutoRaise(True)
        policy = button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        button.setSizePolicy(policy)
        return button

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        for button, name in ((self.float, "external-link"), (self.hide_it, "x")):
            if button:
                button.setIcon(icon(name, theme))

    def _show_buttons(self, shown: bool) -> None:
        for button in (self.float, self.hide_it):
            if button:
                button.setVisible(shown)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._show_buttons(True)

    def leaveEvent(self, event: QEvent) -> None:
        self._show_buttons(False)


class Dock(QDockWidget):
    """Holds a panel, which is put in when it is first shown; beside others in tabs it needs no title of its own."""

    def __init__(self, panel: Listed, window: QMainWindow, theme: Theme, fill: Callable[[], object]) -> None:
        super().__init__(panel.title, window)
        self.area, self._fill = panel.area, fill
        self.setObjectName(panel.name)
        self.setAccessibleName(panel.title)
        self.bar, self._none = TitleBar(self, theme), QWidget(self)
        self._none.setFixedHeight(0)
        self.setTitleBarWidget(self.bar)
        self.frame = Steady()
        self.setWidget(self.frame)

    def hold(self, panel: QWidget) -> None:
        """Puts a panel in, whose every new number is no reason to lay out the window."""
        self.frame.hold(panel)

    def fill(self) -> None:
        """Puts the panel in, if that was not done yet."""
        if self.frame.inside is None:
            self._fill()

    @property
    def in_front(self) -> bool:
        """Whether it is in sight: Qt puts those that stand behind others in tabs where nobody sees them."""
        place = self.geometry()
        return self.isVisible() and place.right() >= 0 and place.bottom() >= 0

    def in_tabs(self, tabbed: bool) -> None:
        """Whether tabs say its title already."""
        wanted = self._none if tabbed and not self.isFloating() else self.bar
        if self.titleBarWidget() is not wanted:
            self.setTitleBarWidget(wanted)
            wanted.show()
            (self.bar if wanted is self._none else self._none).hide()
