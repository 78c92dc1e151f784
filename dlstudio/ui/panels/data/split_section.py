"""SplitSection: which samples train, which validate and which test."""

from functools import partial

from PySide6.QtCore import Qt

from dlstudio.catalog.sources import sources
from dlstudio.catalog.splits import splits
from dlstudio.core.frozen import Frozen
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.panels.data.changes import Raw, put, thing
from dlstudio.ui.panels.data.facts import Facts
from dlstudio.ui.panels.data.fields import Fields
from dlstudio.ui.panels.data.section import Section
from dlstudio.ui.panels.data.share_bar import ShareBar
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.session import State


class SplitSection(Section):
    """The kind of split, its shares and seed, and what comes of it."""

    place = "split"

    def __init__(self, panel: Panel) -> None:
        super().__init__("Split", panel)
        self.kind = Combo()
        self.kind.setAccessibleName("Kind of split")
        for cls in splits:
            self.kind.addItem(cls.title, cls.kind)
            self.kind.setItemData(self.kind.count() - 1, cls.purpose(), Qt.ItemDataRole.ToolTipRole)
        self.kind.activated.connect(lambda at: self._choose(self.kind.itemData(at)))
        self.fields = Fields(splits)
        self.fields.edited.connect(self._edit)
        self.fields.settled.connect(self.stroke.settle)
        self.fields.reverted.connect(lambda _: self.stroke.take_back("split"))
        self.bar = ShareBar(panel.theme)
        self.usual = "Fractions"
        for widget in (self.kind, self.bar, self.told, self.fields):
            self.body.addWidget(widget)

    def show_project(self, state: State) -> None:
        source = sources.get(str(thing(state.project.data.get("source")).get("kind", "")))
        self.usual = str(source.split["kind"]) if source else "Fractions"
        self._show(thing(state.project.data.get("split")))

    def show_facts(self, facts: Facts) -> None:
        super().show_facts(facts)
        self.usual = facts.split if facts.split in splits and not self.told.text() else self.usual
        self._show(thing(self.session.state.project.data.get("split")))
        self.bar.show_parts(facts)

    def _show(self, said: Raw) -> None:
        raw = said or Frozen({"kind": self.usual})
        self.kind.choose(str(raw.get("kind", "")))
        self.fields.show_thing(raw)

    def set_theme(self) -> None:
        super().set_theme()
        self.bar.theme = self.panel.theme
        self.bar.update()

    def _choose(self, kind: str) -> None:
        self.session.do(f"Split by {splits[kind].title}", partial(put, entry="split", value=Frozen({"kind": kind})))

    def _edit(self, raw: Raw, field: str) -> None:
        self.stroke.put("split", f"Set the {field} of the split", partial(put, entry="split", value=raw))
