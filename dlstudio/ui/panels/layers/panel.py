"""Layers: what gradients, updates, activations and weights of every layer do, from the first step to now."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from dlstudio.ui.elided import Elided
from dlstudio.ui.mishap import guarded
from dlstudio.ui.panels.layers.bars import Bar, Ends, LayerBars, ends
from dlstudio.ui.panels.layers.chooser import Chooser
from dlstudio.ui.panels.layers.cost import CostLabel
from dlstudio.ui.panels.layers.lines import lines
from dlstudio.ui.panels.layers.marks import marks
from dlstudio.ui.panels.layers.quantities import Quantity
from dlstudio.ui.panels.layers.roller import ROW, Roller, Shape
from dlstudio.ui.panels.layers.rows import Now, Rows, now, rows
from dlstudio.ui.panels.layers.switch import Switch
from dlstudio.ui.panels.layers.way import go
from dlstudio.ui.panels.seeing import Seeing
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.tokens import Theme
from dlstudio.ui.viewing.names import trained

HEAT, CURVES = "Heat map", "Curves"
TOP = 8
BESIDE, SLIM, ROOMY = 240, 160, {HEAT: 520, CURVES: 660}
"""How wide the bars are at most and at least, and from which width on they have room."""
MOST_RANKED, DEAR = 64, 1_500_000
"""Of how many layers the rank is wished for at most, and how many weights are too many for that."""


class Layers(Seeing):
    """A heat map or curves of one quantity of every layer, and beside it the newest look as bars."""

    name, title, icon, area = "layers", "Layers", "layers", "bottom"
    EMPTY = "Press Train (F5) to see what every layer does."
    looks = True

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        from dlstudio.ui.plots.chart import Chart
        from dlstudio.ui.plots.step_heat import StepHeat

        super().__init__(session, theme, parent)
        self.rows: Rows | None = None
        self.chooser, self.cost = Chooser(), CostLabel()
        self.manner = Switch("How it is shown", (HEAT, CURVES))
        self.fit = Switch("Rows", ("All rows",), several=True)
        self.fit.setToolTip("All layers at one glance, or as many as have room for their names")
        for i, widget in enumerate((self.chooser, self.manner, self.fit, self.cost)):
            self.bar.insertWidget(i, widget)
        self.heat, self.chart = StepHeat(theme, "Layers by steps"), Chart(theme, "Layers over steps")
        self.bars = LayerBars(theme, self._row_places)
        self.roller = Roller(self._shape)
        self.help, self.caption = Elided(), _line()
        self.help.setProperty("role", "small")
        self.help.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.caption.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._lay_out()
        self.bars.hide()  # until it is known whether there is room
        self.caption.hide()
        self._shown: tuple[str, str] = ("", "")
        self._elsewhere = ""
        """The layer that was chosen here and is not on the canvas."""
        self.chooser.currentIndexChanged.connect(self.refresh)
        self.manner.changed.connect(self.refresh)
        self.fit.changed.connect(self.refresh)
        self.roller.valueChanged.connect(lambda _: self._show_rows())
        for plot in (self.heat, self.chart):
            plot.told.connect(self.say)
        for source in (self.heat.chosen, self.chart.picked, self.bars.chosen):
            source.connect(self._choose)
        self.bars.moved.connect(self._move)

    def _lay_out(self) -> None:
        content = QWidget()
        head, line, self.pages = QHBoxLayout(), QHBoxLayout(), QStackedLayout()
        head.setContentsMargins(12, 0, 12, 4)
        head.setSpacing(8)
        head.addWidget(self.help, 1)
        head.addWidget(self.caption)
        line.setSpacing(0)
        line.addLayout(self.pages, 1)
        line.addWidget(self.bars)
        line.addWidget(self.roller)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(line, 1)
        self.pages.addWidget(self.heat)
        self.pages.addWidget(self.chart)
        for widget in (content, self.heat.plane.viewport(), self.bars):
            widget.installEventFilter(self)
        self.heat.plane.resized.connect(self._on_resize)
        self.content = content
        self.body.addWidget(content)
        self.setMinimumHeight(168)

    # What is wanted

    @property
    def quantity(self) -> Quantity:
        return self.chooser.quantity

    @property
    def as_heat(self) -> bool:
        return self.manner.chosen == HEAT

    def ranks(self) -> Iterable[str]:
        look = self.viewing.looks.last if self.viewing else None
        if self.quantity.name != "rank" or look is None:
            return ()
        cheap = [name for name, each in look.nodes.items() if each.weight is not None and each.size <= DEAR]
        return cheap[:MOST_RANKED]

    @property
    def lit(self) -> tuple[str, ...]:
        """The layers that are chosen on the canvas, or here where they are not on the canvas."""
        state = self.session.state
        known = self.viewing.looks.nodes if self.viewing else ()
        found = trained(state, state.choice.nodes, known) if state.choice.nodes else ()
        return found or tuple(name for name in (self._elsewhere,) if name in known)

    # What is shown

    def show_choice(self, new: State) -> None:
        self._elsewhere = "" if new.choice.nodes else self._elsewhere
        self._show_rows(reveal=True)

    def show_news(self) -> str:
        if self.viewing is None or not self.viewing.looks.steps:
            return self.unseen("The first look inside comes with the first steps.", "seen inside")
        self.wish()
        self.cost.show_cost(self.viewing, room=self.content.width())
        self._say()
        self.rows = rows(self.viewing.looks, self.quantity)
        if not self.rows.names:
            return f"{self.quantity.title}: not seen of any layer {'yet' if self.viewing.alive else 'in this run'}."
        self._show_rows()
        return ""

    def _show_rows(self, *, reveal: bool = False) -> None:
        """Shows the rows that there are, from the first that has room on."""
        if self.rows is None or self.viewing is None or not self.rows.names:
            return
        self.pages.setCurrentIndex(0 if self.as_heat else 1)
        beside = self._beside()
        self.bars.setVisible(beside > 0)
        self.bars.setFixedWidth(max(SLIM, beside))
        self.caption.setVisible(beside > 0)
        self.caption.setFixedWidth(max(SLIM, beside) - 12)
        if reveal:
            self._reveal()
        self._fit_scroll()
        new = (self.quantity.name, self.manner.chosen) != self._shown
        self._shown = self.quantity.name, self.manner.chosen
        if self.as_heat:
            self._show_heat(self.rows, new=new)
        else:
            self._show_curves(self.rows, new=new)
        self._show_bars(self.rows)

    def _say(self) -> None:
        quantity = self.quantity
        self.help.say(quantity.help, *quantity.shorter)
        self.help.setToolTip(quantity.help)
        self.chooser.setToolTip(quantity.help)

    def _beside(self) -> int:
        """How wide the bars are; nothing where there is no room for them."""
        wide = self.content.width()
        return min(BESIDE, max(SLIM, wide // 4)) if wide >= ROOMY[self.manner.chosen] else 0

    def _show_heat(self, found: Rows, *, new: bool) -> None:
        part = self.roller.part(len(found.names))
        log, values = self.quantity.log, found.values[part]
        limits = found.limits(log)
        self.heat.show_rows(
            found.names[part], found.steps, values, self.quantity.unit, log=log if new else None, limits=limits
        )
        self.heat.show_lit(self.lit)
        self.heat.show_marks(marks(self.viewing))

    def _show_curves(self, found: Rows, *, new: bool) -> None:
        self.chart.show_lines(lines(found, self.quantity, self.lit))
        self.chart.show_marks(marks(self.viewing))
        if new:
            self.chart.plane.set_log_y(self.quantity.log)
            self.chart.plane.fit()

    def _show_bars(self, found: Rows) -> None:
        assert self.viewing is not None
        look = self.viewing.look
        if look is None or not self.bars.isVisibleTo(self):
            return
        lit, seen = frozenset(self.lit), now(look, found.names, self.quantity)
        spreads = seen.spreads or (None,) * len(seen.values)
        bars = [
            Bar(name, value, spread, -1 if self.as_heat else hue, name in lit)
            for hue, (name, value, spread) in enumerate(zip(found.names, seen.values, spreads, strict=True))
        ]
        self.caption.setText(f"at step {seen.step:,}")
        self.bars.show_bars(bars[self.roller.part(len(bars))], self.quantity, self._ends(seen), named=not self.as_heat)

    def _ends(self, seen: Now) -> Ends:
        known = [value for value in seen.values if value is not None]
        pairs = zip(seen.values, seen.spreads, strict=False)
        edges = [mean + sign * std for mean, std in pairs if mean is not None and std is not None for sign in (-1, 1)]
        return ends(known + edges, self.quantity)

    # Which rows are in sight

    def _shape(self) -> Shape:
        """How high the rows are together, and how they are shown."""
        high = self.heat.plane.room.height() if self.as_heat else self.bars.height() - TOP
        return Shape(max(1.0, float(high)), self.as_heat, self.fit.on("All rows"))

    def _fit_scroll(self) -> None:
        assert self.rows
        count = len(self.rows.names)
        more = self.roller.fit(count)
        self.roller.setVisible(more and (self.as_heat or self.bars.isVisibleTo(self)))
        self.fit.setVisible(self.as_heat and self._shape().crowded(count))

    def _reveal(self) -> None:
        """Brings the first of the layers that are chosen into sight."""
        assert self.rows
        at = next((i for i, name in enumerate(self.rows.names) if name in self.lit), None)
        if at is not None:
            self.roller.reveal(at, len(self.rows.names))

    def _row_places(self) -> tuple[float, float]:
        """Where the first row begins for the bars, and how high each one is: beside those of the heat map."""
        if not self.as_heat:
            return float(TOP), float(ROW)
        room, plane = self.heat.plane.room, self.heat.plane
        top = plane.mapTo(self.content, QPoint(0, 0)).y() - self.bars.mapTo(self.content, QPoint(0, 0)).y()
        return top + room.top(), room.height() / max(1, len(self.heat.plane.names))

    # What is done

    def _choose(self, name: str) -> None:
        """Chooses a layer, on the canvas where it is there."""
        node = go(self.session, name) if self.rows and name in self.rows.names else ""
        if node:
            self.wants.emit(node)
        elif self.rows and name in self.rows.names:
            self._elsewhere = name
            self.session.choose_nodes()
            self._show_rows(reveal=True)

    def _on_resize(self) -> None:
        if self.viewing is not None:
            self.cost.show_cost(self.viewing, room=self.content.width())
        self._say()
        self._show_rows()

    def _move(self, by: int) -> None:
        if self.rows and (names := self.rows.names):
            at = next((i for i, name in enumerate(names) if name in self.lit), -1 if by > 0 else 0)
            self._choose(names[min(max(at + by, 0), len(names) - 1)])

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.heat.set_theme(theme)
        self.chart.set_theme(theme)
        self.bars.theme = theme
        self.bars.update()

    def stop(self) -> None:
        super().stop()
        self.heat.stop()
        self.chart.stop()

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._on_resize()
        elif isinstance(event, QWheelEvent) and (watched is self.bars or self._over_names(event)):
            self.roller.setValue(self.roller.value() - event.angleDelta().y() // 40)
            return True
        return super().eventFilter(watched, event)

    def _over_names(self, event: QWheelEvent) -> bool:
        return event.position().x() < self.heat.plane.room.left() and self.roller.isVisible()


def _line() -> QLabel:
    label = QLabel()
    label.setProperty("role", "small")
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return label
