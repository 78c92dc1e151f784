"""KernelsView: the weights of one node as pictures: filters as tiles, a matrix as one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from dlstudio.ui.elided import Elided
from dlstudio.ui.elided_combo import ElidedCombo
from dlstudio.ui.panels.inspector.weights_picture import number, pictured, scale
from dlstudio.ui.panels.layers.chooser import NARROWEST
from dlstudio.ui.plots.heat import Heat, Picture
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.kernels import Weights

FEW = 6
"""Of how many of the kept steps, the last ones, it tells."""


class KernelsView(QWidget):
    """Which weight of the node, which input of its filters, the picture, and the number under the mouse."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.shown: Weights | None = None
        self._named = ""
        """The weight that somebody chose; else the one with the most axes is seen."""
        self.weight, self.input, self.heat = ElidedCombo(), QSpinBox(), Heat(theme)
        self.weight.setAccessibleName("Weight")
        self.weight.setToolTip("Which weight of the layer is seen")
        self.weight.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.weight.setMinimumWidth(NARROWEST)
        self.input.setAccessibleName("Input of the filters")
        self.input.setToolTip("For which input the filters are seen; the arrow keys go to the next one")
        self.input.setPrefix("input ")
        self.input.setKeyboardTracking(False)
        self.heat.setAccessibleName("Picture of the weights")
        self.read = Elided()
        self.read.setProperty("role", "share")
        self.read.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.lack, self.origin = QLabel(), Elided()
        self.origin.setProperty("role", "small")
        self.origin.setAccessibleName("Of which step")
        self.lack.setProperty("role", "muted")
        self.lack.setWordWrap(True)
        self._lay_out()
        self.weight.activated.connect(self._on_weight)
        self.input.valueChanged.connect(self.changed)
        self.heat.pointed.connect(self._read)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.weight)
        head.addWidget(self.input)
        head.addStretch(1)
        area, sheet = QScrollArea(), QWidget()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        within = QVBoxLayout(sheet)
        within.setContentsMargins(0, 0, 4, 0)
        within.addWidget(self.heat)
        within.addWidget(self.lack)
        within.addStretch(1)
        area.setWidget(sheet)
        area.viewport().installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.origin)
        column.addWidget(area, 1)
        column.addWidget(self.read)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QResizeEvent):
            self.heat.make_room(event.size().height())
        return super().eventFilter(watched, event)

    @property
    def wanted(self) -> tuple[str, int]:
        """The name of the weight and the input that somebody chose."""
        return self._named, self.input.value()

    def clear(self) -> None:
        """Another node: nothing is chosen of it yet."""
        self._named = ""
        with QSignalBlocker(self.weight), QSignalBlocker(self.input):
            self.weight.clear()
            self.input.setValue(0)
        self.weight.hide()
        self.input.hide()
        self.say("")

    def say(self, text: str) -> None:
        """Why there is no picture."""
        self.shown = None
        self.heat.hide()
        self.read.setText("")
        self.lack.setText(text)
        self.lack.show()

    def show_weights(self, found: "Weights") -> None:
        """Another weight, or the same one at another step."""
        if found is self.shown:
            return
        self.shown = found
        self._offer(found)
        picture, _ = pictured(found.values.numpy(), self.theme)
        self.heat.show_picture(replace(picture, say=_sayer(found, picture)))
        self.heat.setVisible(True)
        self.lack.hide()
        self._read("")

    def show_origin(self, step: int, at: int, kept: Sequence[int]) -> None:
        """Of which step the weights are where that is not the one that is seen, and of which steps they are kept."""
        lines = told(step, at, kept)
        self.origin.setVisible(bool(lines))
        if lines:
            self.origin.say(*lines)
            self.origin.setToolTip(lines[0])

    def set_theme(self, theme: Theme) -> None:
        self.theme = self.heat.theme = theme
        shown, self.shown = self.shown, None
        if shown is not None:
            self.show_weights(shown)

    def _offer(self, found: "Weights") -> None:
        names = [*found.others]
        with QSignalBlocker(self.weight), QSignalBlocker(self.input):
            if [self.weight.itemData(i) for i in range(self.weight.count())] != names:
                self.weight.clear()
                for name, shape in found.others.items():
                    self.weight.addItem(f"{name}  {'×'.join(map(str, shape))}", name)
            self.weight.setCurrentIndex(names.index(found.name))
            self.input.setRange(0, max(0, found.shape[1] - 1) if found.input >= 0 else 0)
            self.input.setSuffix(f" of {found.shape[1]:,}" if found.input >= 0 else "")
        self.weight.setVisible(True)
        self.input.setVisible(found.input >= 0)

    def _on_weight(self) -> None:
        self._named = str(self.weight.currentData() or "")
        self.changed.emit()

    def _read(self, text: str) -> None:
        """What the mouse is over, or what the colours mean and what is left out."""
        if self.shown is not None:
            whole = " · ".join(filter(None, (scale(self.shown.values.numpy()), left_out(self.shown))))
            self.read.say(text or whole)
            self.read.setToolTip(whole)


def told(step: int, at: int, kept: Sequence[int]) -> tuple[str, ...]:
    """The step of the weights in words, and shorter ones; nothing where they are of the step that is seen."""
    if step == at and not kept:
        return ()
    of = f"of step {step:,}" + ("" if step == at else f", the nearest to {at:,} that is kept")
    if not kept:
        return of, f"of step {step:,}"
    few = [f"{each:,}" for each in kept[-FEW:]]
    there = f"kept: {'… ' if len(kept) > FEW else ''}{', '.join(few)}"
    return f"{of} · {there}", f"of step {step:,} · {there}", f"of step {step:,}"


def left_out(found: "Weights") -> str:
    """What of a weight is not in the picture, in words."""
    down, across = found.every
    parts = [f"every {step}. {what}" for step, what in ((down, "row"), (across, "column")) if step > 1]
    if found.values.ndim > 2 and len(found.values) < found.shape[0]:
        parts.append(f"first {len(found.values)} of {found.shape[0]:,} filters")
    return ", ".join(parts)


def _sayer(found: "Weights", picture: Picture) -> Callable[[int, int, int], str]:
    """Says the place of a number in the whole weight."""
    (down, across), values = found.every, found.values

    def of_matrix(_tile: int, row: int, column: int) -> str:
        return f"[{row * down}, {column * across}]  {number(float(values.flatten(1)[row, column]))}"

    def of_input(tile: int, row: int, column: int) -> str:
        return picture.say(tile, row, column).replace(f"[{tile}, 0,", f"[{tile}, {found.input},", 1)

    return of_matrix if found.every != (1, 1) else of_input if found.input > 0 else picture.say
