"""Trail: the networks of the project as tabs, and the way into blocks as breadcrumbs."""

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from dlstudio.compiler.plan import Plan
from dlstudio.core.document import Project
from dlstudio.core.networks import placings
from dlstudio.ui.elided import Elided
from dlstudio.ui.panels.panel import clear
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.letters import scaled
from dlstudio.ui.theme.tokens import Theme

Run = Callable[[str], object]
"""Does an action by its name."""
Step = tuple[int, tuple[str, str]]
"""How deep a block is, with its words and its arguments."""
AROUND, APART, EDGE = 42, 2, 8
"""What stands around the words of a step, what is between two things, and what is beside all of them."""
BEFORE, LEAST, MOST = 110, 60, 320
"""What a network takes, and how wide the words of a tab are at least and at most, with letters of the usual size."""
TAB_MENU = ("rename-network", "duplicate-network", "delete-network", "new-network")


class Trail(QFrame):
    """Stands over the canvas; a click goes to a network, or back out of a block."""

    def __init__(self, session: Session, theme: Theme, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.run = session, run
        self.setProperty("role", "strip")
        self.setAccessibleName("Networks")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.tabs = QHBoxLayout()
        self.tabs.setSpacing(APART)
        self.all = _small_button("All networks of this project")
        self.all.clicked.connect(self._list)
        self.add = _small_button("New network in this project")
        self.add.clicked.connect(lambda: run("new-network"))
        self.places = Elided()
        self.places.setProperty("role", "small")
        self.unique = QPushButton("Make unique")
        self.unique.setProperty("role", "link")
        self.unique.setToolTip("Gives this block a network of its own,\nso that a change here changes no other block.")
        self.unique.clicked.connect(lambda: run("make-unique"))
        row = QHBoxLayout(self)
        row.setContentsMargins(EDGE, 2, EDGE, 2)
        row.setSpacing(APART)
        row.addLayout(self.tabs)
        for widget in (self.add, self.all):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.places)
        row.addWidget(self.unique)
        self._before = 0
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self.add.setIcon(icon("plus", theme))
        self.all.setIcon(icon("chevron-down", theme))

    def show_state(self, old: State | None, new: State) -> None:
        if old is None or _written(old) != _written(new):
            self._fill(new)

    def _fill(self, state: State) -> None:
        had_focus = self.focusWidget() is not None and self.isAncestorOf(self.focusWidget())
        clear(self.tabs)
        self._tell(state)
        first = state.trail[0].network
        names = self._that_fit(outermost(state), first)
        self._before = scaled(BEFORE) * len(names)
        for name in names:
            self._tab(name, name, partial(self._show, name), name == first and len(state.trail) == 1)
            if name == first:
                self._crumbs(state)
        if had_focus:
            self._on.setFocus()

    def _tell(self, state: State) -> None:
        """What an edit here changes elsewhere, too."""
        self.all.setVisible(len(state.project.networks) > 1)
        count = instances(state.project, state.where)
        alone = sum(len(blocks) for _, blocks in placings(state.project, state.where)) < 2
        said = (f"Edited here, changed in {count} places", f"{count} places") if count > 1 else ("",)
        self.places.say(*said)
        self.unique.setVisible(len(state.trail) > 1 and not alone)

    def _that_fit(self, names: list[str], first: str) -> list[str]:
        """As many tabs as there is room for, the first network of the way among them."""
        room = max(1, self.width() // 2 // scaled(BEFORE))
        kept = names[:room]
        return kept if first in kept else [*kept[:-1], first]

    def _crumbs(self, state: State) -> None:
        """The way into the blocks; where it is too long, a menu stands for its first part."""
        way = [*enumerate(crumbs(state), 2)]
        hidden = self._too_many(way)
        if hidden:
            self._mark()
            self._tab("…", "", lambda: self._list_way(hidden), False, "The blocks in between")
        for depth, (text, said) in way[len(hidden) :]:
            self._mark()
            last = depth == len(state.trail)
            shown = text + said if last else text
            self._tab(shown, "", partial(self.session.leave, depth), last, text + said)

    @property
    def _room(self) -> int:
        """How wide the steps of the way may be together."""
        beside = [each for each in (self.add, self.all, self.unique) if not each.isHidden()]
        taken = sum(each.sizeHint().width() + APART for each in beside) + self.places.least_width
        return self.width() - 2 * EDGE - taken - self._before

    def _mark(self) -> None:
        mark = QLabel("›")
        mark.setProperty("role", "muted")
        mark.setContentsMargins(0, 0, 6, 0)
        self.tabs.addWidget(mark)

    def _too_many(self, way: list[Step]) -> list[Step]:
        """The first steps of the way for which there is no room."""
        needed, room = 0, self._room
        for number, (_, (text, _)) in reversed([*enumerate(way)]):
            needed += self.fontMetrics().horizontalAdvance(self._short(text)) + AROUND
            if needed > room:
                return way[: min(number + 1, len(way) - 1)]
        return []

    def _list_way(self, hidden: list[Step]) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for depth, (text, said) in hidden:
            menu.addAction(text + said, partial(self.session.leave, depth))
        menu.popup(self.mapToGlobal(QPoint(self.tabs.geometry().left(), self.height())))

    def _tab(self, text: str, network: str, go: Callable[[], object], on: bool, more: str = "") -> None:
        button = QPushButton(self._short(text))
        button.setProperty("role", "tab")
        button.setToolTip(more)
        button.setAccessibleName(text)
        button.setCheckable(True)
        button.setChecked(on)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(partial(self._pressed, button, on, go))
        if network:
            button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            button.customContextMenuRequested.connect(lambda at: self._menu(network, button.mapToGlobal(at)))
        if on:
            self._on = button
        self.tabs.addWidget(button)

    def _short(self, text: str) -> str:
        """As much of the words of a tab as there is room for."""
        room = min(max(scaled(LEAST), self._room - AROUND), scaled(MOST))
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)

    def _pressed(self, button: QPushButton, on: bool, go: Callable[[], object], *_: object) -> None:
        button.setChecked(on)
        go()

    def _show(self, name: str) -> None:
        """A tab leads to its network, and back to it from within its blocks."""
        if name == self.session.state.trail[0].network:
            self.session.leave(1)
        self.session.show(name)

    def _menu(self, name: str, at: QPoint) -> QMenu:
        """What can be done with the network of a tab."""
        self._show(name)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in TAB_MENU:
            menu.addAction(_words(action), partial(self.run, action))
        menu.popup(at)
        return menu

    def _list(self) -> None:
        """Every network, also those that only blocks place."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in self.session.state.project.networks:
            made = menu.addAction(name, partial(self._show, name))
            made.setCheckable(True)
            made.setChecked(name == self.session.state.where)
        menu.popup(self.all.mapToGlobal(self.all.rect().bottomLeft()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fill(self.session.state)


def _words(action: str) -> str:
    return action.replace("-network", "").capitalize() + ("…" if action.startswith(("new", "rename")) else "")


def _small_button(name: str) -> QToolButton:
    button = QToolButton()
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(name)
    button.setToolTip(name)
    return button


def _written(state: State) -> tuple[object, ...]:
    """All that stands in the trail."""
    return tuple(state.project.networks), state.trail, tuple(crumbs(state)), instances(state.project, state.where)


def crumbs(state: State) -> Iterator[tuple[str, str]]:
    """The blocks that were entered, each with its network, and the values of its arguments."""
    plan: Plan | None = state.checked.plans.get(state.trail[0].network)
    for place in state.trail[1:]:
        rounds = plan.inner.get(place.block, ()) if plan else ()
        plan = rounds[0] if rounds else None
        said = ", ".join(f"{name}={value}" for name, value in plan.arguments.items()) if plan else ""
        yield f"{place.block} · {place.network}", f" ({said})" if said else ""


def instances(project: Project, name: str, seen: frozenset[str] = frozenset()) -> int:
    """In how many places a network stands, through the blocks around its blocks too."""
    if name in seen:
        return 0
    return sum(
        len(blocks) * max(1, instances(project, where, seen | {name})) for where, blocks in placings(project, name)
    )


def outermost(state: State) -> list[str]:
    """The networks that no block places, and the one that the way starts from."""
    names = [name for name in state.project.networks if not any(placings(state.project, name))]
    first = state.trail[0].network
    return names if first in names else [*names, first]
