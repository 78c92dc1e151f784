"""SourceSection: the source that was chosen, with its fields."""

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPushButton

from dlstudio.catalog.sources import sources
from dlstudio.ui.panels.data.changes import Raw, put, thing
from dlstudio.ui.panels.data.fields import Fields
from dlstudio.ui.panels.data.section import Section
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.session import State

HIDDEN = ("roles",)
"""Fields that have an editor of their own."""


class SourceSection(Section):
    """What the source is called and for, a way to another one, and its form."""

    place = "source"

    def __init__(self, panel: Panel) -> None:
        super().__init__("Source", panel)
        self.name, self.purpose = label(role="head"), label(role="small", wrap=True)
        self.change = QPushButton("Change…")
        self.change.setToolTip("Choose another source")
        self.change.setAccessibleName("Change the source")
        self.fields = Fields(sources, without=HIDDEN)
        self.fields.edited.connect(self._edit)
        self.fields.settled.connect(self.stroke.settle)
        self.fields.reverted.connect(lambda _: self.stroke.take_back("source"))
        row = QHBoxLayout()
        row.addWidget(self.name, 1)
        row.addWidget(self.change)
        self.body.addLayout(row)
        for widget in (self.purpose, self.told, self.fields):
            self.body.addWidget(widget)

    def show_project(self, state: State) -> None:
        raw = thing(state.project.data.get("source"))
        cls = sources.get(str(raw.get("kind", "")))
        self.name.setText(cls.title if cls else str(raw.get("kind", "")))
        self.purpose.setText(cls.purpose() if cls else "")
        self.purpose.setToolTip(cls.help() if cls else "")
        self.fields.show_thing(raw)

    def _edit(self, raw: Raw, field: str) -> None:
        self.stroke.put("source", f"Set the {field} of the data", partial(put, entry="source", value=raw))
