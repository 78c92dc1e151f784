"""Page: the first thing that is seen: what was open last, templates to learn from, an empty network."""

from collections.abc import Iterator
from time import perf_counter

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from dlstudio.core.document import Project
from dlstudio.ui.files import dialogs
from dlstudio.ui.files.desk import Desk
from dlstudio.ui.mishap import guarded
from dlstudio.ui.session import State
from dlstudio.ui.start.gallery import Entry, fits, known, read
from dlstudio.ui.start.grid import Grid
from dlstudio.ui.start.roll import Roll
from dlstudio.ui.start.row import Row
from dlstudio.ui.start.side import Side
from dlstudio.ui.start.thumbnail import Thumbnails, Wish
from dlstudio.ui.start.tile import Tile
from dlstudio.ui.start.ways import DIRECTIONS, nearest
from dlstudio.ui.theme.letters import widened
from dlstudio.ui.tour.tour import Tour
from dlstudio.ui.window import Window

SLICE = 0.008
"""How long templates are read before the window may do something else, in seconds."""


class StartPage(QFrame):
    """Lies over a window until something was chosen."""

    def __init__(self, desk: Desk, window: Window) -> None:
        super().__init__(window)
        self.desk, self.window_, self.theme = desk, window, window.theme
        self.setProperty("role", "page")
        self.setAccessibleName("Start")
        self.thumbnails = Thumbnails(self._show_image)
        self.side = Side(
            self.theme, new=self.begin_empty, data=self.begin_with_data, find=self.find_file, tour=self.begin_tour,
            choose=lambda entry: desk.open([entry.path], window), recover=lambda left: desk.recover(left, window),
        )  # fmt: skip
        self.grid, self.search = Grid(), QLineEdit()
        self._lay_out()
        self._hushed = [each for each in _beside(window.header.menus) if each.isVisibleTo(window)]
        for each in self._hushed:
            each.hide()
        window.installEventFilter(self)
        self._end = window.session.listen(self._on_state)
        self._steps = self._begin()
        self._idle = QTimer(self, interval=0)
        self._idle.timeout.connect(self._read_on)
        self._idle.start()
        self.show()
        self._cover()
        self.search.setFocus()

    def _lay_out(self) -> None:
        self.search.setPlaceholderText("Search by name, topic or layer")
        self.search.setAccessibleName("Search templates")
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(widened(280))
        self.search.textChanged.connect(self._find)
        title = QLabel("Learn from an example")
        title.setProperty("role", "title")
        head = QHBoxLayout()
        head.setContentsMargins(24, 24, 24, 8)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.search)
        inner = QWidget()
        around = QVBoxLayout(inner)
        around.setContentsMargins(24, 0, 14, 24)
        around.addWidget(self.grid)
        around.addStretch(1)
        self.roll = Roll(inner)
        self.roll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(head)
        right.addWidget(self.roll, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.side)
        row.addLayout(right, 1)

    # Templates

    def _read_on(self) -> None:
        """Goes on with the gallery, as far as half a frame allows."""
        end = perf_counter() + SLICE
        while perf_counter() < end:
            if next(self._steps, None) is None:
                self._idle.stop()
                return

    def _begin(self) -> Iterator[str]:
        """Reads the templates and shows them, in steps that are named for what they do."""
        for _ in read():
            yield "read"
        tiles = []
        for entry in known:
            tiles.append(Tile(entry, self.theme))
            tiles[-1].setParent(self.grid)
            tiles[-1].clicked.connect(lambda _=False, entry=entry: self.begin_with(entry))
            yield "make"
        self.grid.fill(tiles)
        yield "show"
        self._find(self.search.text())
        self._want()

    def _want(self) -> None:
        files = [row.entry.path for row in self.side.rows] + [tile.entry.file for tile in self.grid.tiles]
        self.thumbnails.want([Wish(file, self.theme) for file in files])

    @property
    def complete(self) -> bool:
        """Whether every template is there with its drawing."""
        return bool(self.grid.tiles) and all(tile.image is not None for tile in self.grid.tiles)

    def _show_image(self, wish: Wish, image: QImage) -> None:
        shown: list[Row | Tile] = [*(r for r in self.side.rows if r.entry.path == wish.file)]
        shown += [tile for tile in self.grid.tiles if tile.entry.file == wish.file]
        for each in shown:
            each.image = image
            each.update()

    def _find(self, wanted: str) -> None:
        self.grid.keep(wanted, [tile for tile in self.grid.tiles if fits(tile.entry, wanted)])
        for row in self.side.rows:
            row.setVisible(wanted.lower() in str(row.entry.path).lower())

    # Choosing

    def begin_with(self, entry: Entry) -> None:
        """A template, laid out for this window."""
        self.desk.show(entry.project, over=self.window_)
        self.leave()

    def begin_empty(self) -> None:
        self.desk.show(Project(), over=self.window_)
        self.leave()

    def begin_with_data(self) -> None:
        """An empty network, and the question what it shall learn from."""
        self.begin_empty()
        self.window_.arrange("Data")

    def begin_tour(self) -> None:
        """An empty network, shown around."""
        window = self.window_
        self.begin_empty()
        Tour(window)

    def find_file(self) -> None:
        paths = dialogs.to_open(self, self.desk.last_folder())
        self.desk.open(paths, self.window_)

    def leave(self) -> None:
        """Gives the window back."""
        if self.isHidden():
            return
        self.close_down()
        for each in self._hushed:
            each.show()
        self.window_.canvas.setFocus()
        self.hide()
        self.deleteLater()

    def close_down(self) -> None:
        """Ends what goes on beside the window."""
        self._idle.stop()
        self.thumbnails.close()
        self.window_.removeEventFilter(self)
        self._end()

    def _on_state(self, old: State, new: State) -> None:
        if new.project is not old.project or new.path != old.path:
            self.leave()

    # Where it lies

    def _cover(self) -> None:
        header = self.window_.header
        top = header.mapTo(self.window_, header.rect().bottomLeft()).y() + 1
        self.setGeometry(0, top, self.window_.width(), self.window_.height() - top)
        self.raise_()  # over the edges between panels, which Qt makes when it needs them

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.ChildPolished):
            self._cover()
        elif event.type() == QEvent.Type.Hide and isValid(self.window_) and self.window_.isHidden():
            self.close_down()
        return False

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self.side.set_letters()
            self.search.setFixedWidth(widened(280))
            self.grid.place()
            if self.theme is not self.window_.theme:
                self._take_theme()
        super().changeEvent(event)

    def _take_theme(self) -> None:
        self.theme = self.window_.theme
        for each in (*self.grid.tiles, *self.side.rows):
            each.theme = self.theme
        self._want()

    # Keys

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                return False
            event.accept()  # plain keys belong to the page, not to the canvas under it
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        focus = QApplication.focusWidget()
        if key == Qt.Key.Key_Escape:
            self.search.clear() if self.search.text() else self.leave()
        elif key in DIRECTIONS and focus is not None:
            self._step(focus, key)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._press(focus)
        elif event.text().isprintable() and event.text().strip():
            self.search.setFocus()
            self.search.setText(self.search.text() + event.text())
        else:
            super().keyPressEvent(event)

    def _press(self, focus: QWidget | None) -> None:
        """Enter presses what has the focus; in the search, the first that was found."""
        if focus is self.search:
            wanted = self.search.text().lower()
            best = sorted(self.grid.shown, key=lambda tile: wanted not in tile.entry.title.lower())
            if best:
                best[0].click()
        elif isinstance(focus, QAbstractButton):
            focus.click()

    def _step(self, focus: QWidget, key: Qt.Key) -> None:
        boxes = {each: QRect(each.mapTo(self, each.rect().topLeft()), each.size()) for each in self._stops()}
        found = nearest(boxes, focus, key) if focus in boxes else None
        if found is not None:
            found.setFocus()
            self.roll.ensureWidgetVisible(found, 0, 48)

    def _stops(self) -> list[QWidget]:
        """Everything that the keys can reach, from the upper left to the lower right."""
        links = [each for each in self.side.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
        return [each for each in (*links, self.search, *self.grid.shown) if each.isVisible()]

    def focusNextPrevChild(self, forward: bool) -> bool:
        stops, focus = self._stops(), QApplication.focusWidget()
        if not stops:
            return False
        here = stops.index(focus) if focus in stops else -1
        found = stops[(here + (1 if forward else -1)) % len(stops)]
        found.setFocus()
        if isinstance(found, Tile):
            self.roll.ensureWidgetVisible(found, 0, 48)
        return True


def _beside(widget: QWidget) -> list[QWidget]:
    """What stands beside a widget in the same row."""
    parent = widget.parentWidget()
    every = parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly) if parent else []
    return [each for each in every if each is not widget]


def show_start(desk: Desk, window: Window) -> None:
    """Shows the start page in a window, where it is not shown already."""
    if not any(page.isVisible() for page in window.findChildren(StartPage)):
        StartPage(desk, window)
