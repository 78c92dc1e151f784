"""Keys: the actions of the table on a window: shortcuts, menus, and whether they can be done."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QMenuBar

from dlstudio.ui.actions import find
from dlstudio.ui.actions.action import Action
from dlstudio.ui.commands.cheat_sheet import Group
from dlstudio.ui.commands.editor import Row
from dlstudio.ui.commands.entry import Entry
from dlstudio.ui.commands.keymap import Keymap, bare, shown
from dlstudio.ui.session import State
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.tokens import Theme
from dlstudio.ui.window import Window

ICONS = 16
"""So many are drawn in one turn."""


class Keys:
    """Holds one QAction for each action, keeps them enabled as the state allows, and fills menus with them."""

    def __init__(self, window: Window, actions: Iterable[Action], menus: Iterable[str]) -> None:
        self.window, self.menus = window, tuple(menus)
        self.actions = {action.id: action for action in actions}
        self.keymap = Keymap({action.id: action.keys for action in self.actions.values()})
        self.made = {name: self._make(action) for name, action in self.actions.items()}
        self._shortcuts: list[QShortcut] = []
        self._said: dict[str, tuple[str, str]] = {}
        self._worn: dict[str, Theme] = {}
        """The colours of each icon."""
        self.bind()

    def _make(self, action: Action) -> QAction:
        made = QAction(action.title, self.window)
        made.setObjectName(action.id)
        made.setCheckable(action.shown is not None)
        made.triggered.connect(partial(self.run, action.id))
        return made

    def bind(self) -> None:
        """Gives every action its keys; bare ones work on the canvas alone, so that a field can be typed into."""
        for old in self._shortcuts:
            old.setEnabled(False)
            old.deleteLater()
        self._shortcuts.clear()
        self._said.clear()
        taken: set[str] = set()
        for name, keys in self.keymap.keys.items():
            for key in keys:
                if key not in taken:
                    taken.add(key)
                    self._shortcuts.append(self._shortcut(name, key))

    def _shortcut(self, name: str, key: str) -> QShortcut:
        on_canvas = bare(key)
        made = QShortcut(QKeySequence(key), self.window.canvas if on_canvas else self.window)
        made.setContext(Qt.ShortcutContext.WidgetShortcut if on_canvas else Qt.ShortcutContext.WindowShortcut)
        made.activated.connect(partial(self.run, name))
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
            made, reason = self.made[name], action.unless(state)
            if action.shown:
                made.setChecked(action.shown(self.window))
            said = (self._title(name, state), reason)
            if self._said.get(name) != said:
                self._said[name] = said
                made.setText(said[0])
                made.setEnabled(not reason)
                made.setToolTip(self.tooltip(name, reason))

    def _title(self, name: str, state: State) -> str:
        """What a menu says: the title, what undo would take back, and the keys."""
        label = {"undo": state.history.undo_label, "redo": state.history.redo_label}.get(name)
        title = self.actions[name].title + (f" {_small(label)}" if label else "")
        keys = shown(self.keymap.first(name))
        return f"{title}\t{keys}" if keys else title

    def tooltip(self, name: str, reason: str = "") -> str:
        """What a button says of itself: title, keys, help, and why it cannot be pressed."""
        action, keys = self.actions[name], shown(self.keymap.first(name))
        head = f"{action.title} ({keys})" if keys else action.title
        return "\n".join(line for line in (head, action.help, reason) if line)

    def set_theme(self) -> bool:
        """Gives some of the actions the icons of the window's theme; whether others still wait for theirs."""
        theme = self.window.theme
        waiting = [name for name, action in self.actions.items() if action.icon and self._worn.get(name) is not theme]
        for name in waiting[:ICONS]:
            self.made[name].setIcon(icon(self.actions[name].icon, theme))
            self._worn[name] = theme
        return len(waiting) > ICONS

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

    def context(self, what: str, at: QPoint) -> QMenu:
        """The menu of what the mouse is on: only what can be done with it now."""
        state = self.window.session.state
        menu = QMenu(self.window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(f"What can be done with the {what}")
        kind = ""
        for action in self.actions.values():
            if what in action.on and not action.unless(state):
                if kind and (action.starts_group or kind != action.menu):
                    menu.addSeparator()
                kind = action.menu
                menu.addAction(self.made[action.id])
        menu.popup(at)
        return menu

    def entries(self) -> list[Entry]:
        """All that the command palette finds."""
        state = self.window.session.state
        own = [self._entry(action, action.unless(state)) for action in self.actions.values()]
        return [*own, *find.entries(self.window)]

    def _entry(self, action: Action, reason: str) -> Entry:
        keys = shown(self.keymap.first(action.id))
        run = partial(self.run, action.id)
        return Entry(action.id, action.title, action.menu, run, keys, reason, action.icon, action.help)

    def rows(self) -> list[Row]:
        """The actions as the key editor lists them."""
        return [Row(action.id, action.menu, action.title) for action in self.actions.values()]

    def groups(self) -> list[Group]:
        """The actions that have keys, by menu, as they are printed; numbered ones on one line."""
        found: dict[str, dict[str, list[str]]] = {}
        for name, action in self.actions.items():
            if keys := self.keymap.first(name):
                lines = found.setdefault(action.menu or "More", {})
                lines.setdefault(action.title.rstrip("0123456789 "), []).append(shown(keys))
        return [Group(menu, [(_span(keys), title) for title, keys in lines.items()]) for menu, lines in found.items()]


def _span(keys: list[str]) -> str:
    return keys[0] if len(keys) == 1 else f"{keys[0]} … {keys[-1]}"


def _small(label: str) -> str:
    return label[:1].lower() + label[1:] if not label[:2].isupper() else label
