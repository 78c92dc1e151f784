"""Choices: which part, output and number is seen, and how."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QComboBox

from dlstudio.ui.elided_combo import ElidedCombo

PARTS = ("validation", "test", "train")
TIPS = {
    "Part of the data": "Which samples are answered: never learnt from, or learnt from",
    "Output": "Which output of the network",
    "What cells say": "How the figure is seen: counts or shares, answers or errors",
    "Number": "Which number of the output",
}


class Choices:
    """Four lists for the row over the answers; those without a choice are hidden."""

    def __init__(self) -> None:
        self.part, self.output, self.way, self.number = self.all = tuple(ElidedCombo() for _ in TIPS)
        for combo, (name, tip) in zip(self.all, TIPS.items(), strict=True):
            combo.setAccessibleName(name)
            combo.setToolTip(tip)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.part.addItems(PARTS)
        for combo in self.all[1:]:
            combo.hide()  # until there is an answer

    def connect(self, *does: Callable[[], object]) -> None:
        """What is done when somebody chooses of each."""
        for combo, act in zip(self.all, does, strict=True):
            combo.activated.connect(lambda _=0, act=act: act())

    def offer_outputs(self, names: Sequence[str]) -> None:
        self._offer(self.output, names)

    def offer_numbers(self, names: Sequence[str]) -> None:
        self._offer(self.number, names)

    def offer_ways(self, found: Mapping[str, str]) -> None:
        """How the figure can be seen, by title; whether it is seen at all is not known here."""
        if [self.way.itemData(i) for i in range(self.way.count())] != list(found):
            self.way.clear()
            for way, title in found.items():
                self.way.addItem(title, way)

    def _offer(self, combo: QComboBox, names: Sequence[str]) -> None:
        if [combo.itemText(i) for i in range(combo.count())] != list(names):
            combo.clear()
            combo.addItems(list(names))
        combo.setVisible(len(names) > 1)
