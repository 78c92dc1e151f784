"""Headline: a line of numbers that says fewer of them where there is no room for all."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy

from dlstudio.ui.elided import Elided


class Headline(Elided):
    """It takes all the room there is."""

    def __init__(self) -> None:
        super().__init__()
        self.setContentsMargins(12, 0, 12, 4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("How right the answers are")

    def sizeHint(self) -> QSize:
        return QSize(200, super().sizeHint().height())
