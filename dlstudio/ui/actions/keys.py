"""Keys: the actions of the table as Qt's actions on a window: shortcuts, menus, and whether they can be done."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from dlstudio.ui.actions.action import Action
from dlstudio.ui.session import State
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.window import Window


class Keys:
    """Holds one QAction for each action, keeps them enabled as the state allows, and fills menus with them."""

    def __init__(self, window: Window, actions: Iterable[Action], menus: Iterable[str]) -> None:
        self.window, self.menus = window, tuple(menus)
        self.actions = {action.id: action for action in actions}
        self.made = {name: self._make(action) for name, action in self.actions.items()}

    def _make(self, action: Action) -> QAction:
        made = QAction(action.title, self.window)
        made.setObjectName(action.id)
        made.setShortcuts([QKeySequence(keys) for keys in action.keys])
        made.setCheckable(action.shown is not None)
        made.triggered.connect(partial(self.run, action.id))
        self.window.addAction(made)
        return made

    def run(self, name: str, *_: object) -> None:
        """Does it, or says why it cannot be done."""
        action = self.actions[name]
        reason = action.unless(self.window.session.state)
        if reason:
            self.window.tell(reason)
        else:
            action.run(self.window)
        self.refresh(self.window.session.state)

    def refresh(self, state: State) -> None:
        """Enables what can be done in this state; the rest says why not."""
        for name, action in self.actions.items():
            made = self.made[name]
            reason = action.unless(state)
            made.setEnabled(not reason)
            if action.shown:
                made.setChecked(action.shown(self.window))
            made.setToolTip(tooltip(action, reason))
        for name, label in (("undo", state.history.undo_label), ("redo", state.history.redo_label)):
            self.made[name].setText(
                f"{self.actions[name].title} {_small(label)}" if label else self.actions[name].title
            )

    def set_theme(self) -> None:
        for name, action in self.actions.items():
            if action.icon:
                self.made[name].setIcon(icon(action.icon, self.window.theme))

    def fill(self, bar: QMenuBar) -> None:
        """The menus of a window, without those that would be empty."""
        for title in self.menus:
            mine = [action for action in self.actions.values() if action.menu == title]
            if mine:
                menu = bar.addMenu(title)
                menu.setToolTipsVisible(True)
                self._fill(menu, mine)

    def _fill(self, menu: QMenu, actions: Iterable[Action]) -> None:
        for action in actions:
            if action.starts_group and not menu.isEmpty():
                menu.addSeparator()
            menu.addAction(self.made[action.id])


def _small(label: str) -> str:
    return label[:1].lower() + label[1:] if not label[:2].isupper() else label


def tooltip(action: Action, reason: str = "") -> str:
    """What a button says of itself: title, keys, help, and why it cannot be pressed."""
    keys = f" ({action.keys[0]})" if action.keys else ""
    return "\n".join(line for line in (f"{action.title}{keys}", action.help, reason) if line)
