"""Section: one part of what is said about the data, with what is wrong with it under its head."""

from PySide6.QtWidgets import QLabel

from dlstudio.ui.forms.editor import restyle
from dlstudio.ui.panels.data.facts import Facts
from dlstudio.ui.panels.inspector.page import Section as Folding
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.panels.inspector.stroke import Stroke
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.session import State


class Section(Folding):
    """A part that can be folded away; it edits the project, and shows what was found."""

    place = ""
    """Where mistakes of this part are found."""

    def __init__(self, title: str, panel: Panel, *, opened: bool = True) -> None:
        super().__init__(title, panel, opened=opened)
        self.session, self.stroke = panel.session, Stroke(panel.session)
        self.told = label(role="bad", wrap=True)
        self.told.setAccessibleName(f"What is wrong with the {title.lower()}")
        self.told.hide()

    def show_project(self, state: State) -> None:
        """What the project says."""

    def show_facts(self, facts: Facts) -> None:
        """What was found."""
        tell(self.told, facts.mistakes.get(self.place, ""))


def tell(told: QLabel, text: str, role: str = "bad") -> None:
    """Shows a sentence in its place, or nothing."""
    restyle(told, role=role)
    told.setText(text)
    told.setVisible(bool(text))
