"""Issues: all that is wrong or unwise, by severity, each with a way there and with buttons that mend it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from dlstudio.core.issue import Issue
from dlstudio.ui.digits import lack
from dlstudio.ui.panels.issue_row import SIGNS, IssueRow, tint
from dlstudio.ui.panels.mending import Kinds, kinds
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.icons import icon, pixmap
from dlstudio.ui.theme.tokens import Theme

__all__ = ["IssueRow", "Issues", "counted"]

FIRST, MORE, MOST = 24, 12, 72
"""How many rows there are at first, how many come when one scrolls to an end, and how many are kept."""
NEAR = 40
"""How near to an end one has scrolled, in pixels."""
GROUPS = {"error": "Errors", "warning": "Warnings", "hint": "Hints", "training": "Training", "export": "Export"}
HIDDEN = "Nothing of the kinds that are shown."

Key = tuple[str, Issue, int]
"""What makes a row the same: its group, its issue, and which one of several equal issues it is."""


class Issues(Panel):
    """A list of issues that is changed in place; a click goes to the node, F8 to the next one."""

    name, title, icon, area = "issues", "Issues", "circle-alert", "right"

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.listed: list[Key] = []
        """Every issue that passes the filter, in its order."""
        self.rows: dict[Key, IssueRow] = {}
        self.current: Key | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)
        """Rows follow once the canvas shows what was done: each takes as long as a hundred cards."""
        self._soon.timeout.connect(self._refresh)
        self._seen = range(FIRST)
        """Which of the issues have rows now."""
        self._heads = {group: _small(title) for group, title in GROUPS.items()}
        self._empty = QLabel()
        self._empty.setProperty("role", "muted")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._empty.setContentsMargins(12, 8, 12, 8)
        self.filters = {severity: self._filter(severity) for severity in SIGNS}
        self.steps = {"chevron-up": self._step_button("Previous issue", -1)}
        self.steps["chevron-down"] = self._step_button("Next issue", 1)
        self._lay_out()
        self.set_theme(theme)

    def _lay_out(self) -> None:
        self.head = QHBoxLayout()
        self.head.setContentsMargins(8, 4, 8, 4)
        self.head.setSpacing(4)
        for button in self.filters.values():
            self.head.addWidget(button)
        self.head.addStretch(1)
        for button in self.steps.values():
            self.head.addWidget(button)
        self.list = QVBoxLayout()
        self.list.setContentsMargins(4, 0, 4, 8)
        self.list.setSpacing(0)
        for head in self._heads.values():
            self.list.addWidget(head)
        self.list.addStretch(1)
        inner = QWidget()
        inner.setLayout(self.list)
        self.view = QScrollArea()
        self.view.setWidgetResizable(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setWidget(inner)
        self.view.verticalScrollBar().valueChanged.connect(self._on_scroll)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self.head)
        layout.addWidget(self._empty)
        layout.addWidget(self.view, 1)

    def _filter(self, severity: str) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setChecked(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(14, 14))
        button.toggled.connect(lambda _: self._refresh())
        return button

    def _step_button(self, label: str, by: int) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(label)
        button.setToolTip(f"{label} ({'F8' if by > 0 else 'Shift+F8'})")
        button.clicked.connect(partial(self.step, by))
        return button

    # What is shown

    def show_state(self, old: State | None, new: State) -> None:
        data = old is not None and old.project.data is not new.project.data
        if old is None:
            self._refresh()
        elif data or _all(old) != _all(new):
            self._soon.start()
        elif old.choice.nodes != new.choice.nodes or old.trail != new.trail:
            self._mark()

    def _refresh(self) -> None:
        """Takes out the rows of what is gone, puts in what is new, and leaves the others where they are."""
        state = self.session.state
        every = [*state.checked.issues, *_standing(state), *state.diverging]
        self._count(every)
        self.listed = list(self._keys(state))
        shown = self.listed[self._seen.start : self._seen.stop]
        same = kinds(every)
        for key in self.rows.keys() - set(shown):
            row = self.rows.pop(key)
            self.list.removeWidget(row)
            row.hide()
            row.deleteLater()
        at = 0
        titled = len({key[0] for key in self.listed}) > 1 or not all(key[0] in SIGNS for key in self.listed)
        for group, head in self._heads.items():
            mine = [key for key in shown if key[0] == group]
            at = self._put(at, head)
            head.setVisible(bool(mine) and titled)
            for key in mine:
                at = self._put(at, self._row(key, same))
        self._empty.setText(HIDDEN if every else _calm(state))
        self._empty.setVisible(not self.listed)
        self.view.setVisible(bool(self.listed))
        self._mark()

    def _keys(self, state: State) -> Iterable[Key]:
        seen: Counter[tuple[str, Issue]] = Counter()
        groups: list[tuple[str, Issue]] = [(issue.severity, issue) for issue in state.checked.issues]
        groups += [("training", found) for found in _standing(state)]
        for group, issue in [*groups, *(("export", found) for found in state.diverging)]:
            if self.filters[issue.severity].isChecked():
                seen[group, issue] += 1
                yield group, issue, seen[group, issue]

    def _put(self, at: int, widget: QWidget) -> int:
        """Has a widget at a place of the list; what stands there already is not touched."""
        item = self.list.itemAt(at)
        if item is None or item.widget() is not widget:
            self.list.insertWidget(at, widget)
            widget.show()
        return at + 1

    def _row(self, key: Key, same: Kinds) -> IssueRow:
        row = self.rows.get(key)
        if row is None:
            row = self.rows[key] = IssueRow(key[1], self.session, self.theme)
            row.went.connect(partial(self._went, key))
        row.take(key[1], same)
        return row

    def _count(self, issues: Sequence[Issue]) -> None:
        counts = Counter(issue.severity for issue in issues)
        for severity, button in self.filters.items():
            number = counts[severity]  # type: ignore[index]
            plural = f"{severity}{'' if number == 1 else 's'}"
            button.setText(f"{number:,}")
            button.setAccessibleName(f"{number:,} {plural}")
            button.setToolTip(f"{number:,} {plural}; click to {'hide' if button.isChecked() else 'show'}")
        for button in self.steps.values():
            button.setEnabled(bool(issues))

    def _mark(self) -> None:
        """The rows of what is selected stand out."""
        state = self.session.state
        for (_, issue, _), row in self.rows.items():
            row.mark(on=issue.network == state.where and issue.node in state.choice.nodes)

    def _on_scroll(self, at: int) -> None:
        """Near an end more rows come, and those far away on the other side go."""
        seen, bar = self._seen, self.view.verticalScrollBar()
        if at >= bar.maximum() - NEAR and seen.stop < len(self.listed):
            stop = min(len(self.listed), seen.stop + MORE)
            self._move(range(max(seen.start, stop - MOST), stop))
        elif at <= NEAR and seen.start:
            start = max(0, seen.start - MORE)
            self._move(range(start, min(seen.stop, start + MOST)))

    def _move(self, seen: range) -> None:
        """Other issues have rows; those that stay do not move on the screen."""
        bar = self.view.verticalScrollBar()
        held = self.rows.get(self.listed[max(seen.start, self._seen.start)])
        before = held.y() if held else 0
        self._seen = seen
        self._refresh()
        self._settle()
        bar.blockSignals(True)
        bar.setValue(bar.value() + (held.y() - before if held else 0))
        bar.blockSignals(False)

    def _settle(self) -> None:
        """Gives the rows their places now, not with the next event."""
        QCoreApplication.sendPostedEvents(self.view.widget(), QEvent.Type.LayoutRequest)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        for severity, button in self.filters.items():
            button.setIcon(pixmap(SIGNS[severity], tint(severity, theme), 14))
        for sign, button in self.steps.items():
            button.setIcon(icon(sign, theme))
        for row in self.rows.values():
            row.set_theme(theme)

    # What is done

    def _went(self, key: Key, issue: Issue) -> None:
        self.current = key
        self.wants.emit(issue.node)

    def step(self, by: int) -> None:
        """Goes to the next issue, or back."""
        if self._soon.isActive():  # somebody was quicker than the rows
            self._soon.stop()
            self._refresh()
        if self.listed:
            at = self.listed.index(self.current) if self.current in self.listed else -1 if by > 0 else 0
            self.go((at + by) % len(self.listed))

    def go(self, number: int) -> None:
        """Goes to an issue of the list, and shows its row."""
        if number not in self._seen:
            start = max(0, number - FIRST // 4)
            self._seen = range(start, start + FIRST)
            self._refresh()
            self._settle()
        row = self.rows[self.listed[number]]
        row.go()
        bar = self.view.verticalScrollBar()
        if not bar.value() <= row.y() <= bar.value() + self.view.viewport().height() - row.height():
            bar.setValue(row.y() - 8)


def _all(state: State) -> tuple[object, ...]:
    """What is listed."""
    return state.checked.issues, state.findings, state.diverging


def _standing(state: State) -> list[Issue]:
    """The findings of the doctor whose nodes are still there."""
    nodes = {name: network.nodes for name, network in state.project.networks.items()}
    return [issue for issue in state.findings if not issue.node or issue.node in nodes.get(issue.network, {})]


def _calm(state: State) -> str:
    """What is said where nothing is wrong: that it can be trained, or what it still needs for that."""
    return f"No issues. {lack(state.project) or 'The network can be trained.'}"


def _small(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "small")
    label.setContentsMargins(8, 8, 8, 4)
    return label


def counted(issues: Sequence[Issue]) -> str:
    """How many there are of each: “2 errors, 1 hint”."""
    numbers = {name: sum(issue.severity == name for issue in issues) for name in ("error", "warning", "hint")}
    return ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in numbers.items() if n)
