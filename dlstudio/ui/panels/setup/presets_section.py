"""PresetsSection: settings that belong together, what each would change, and one button that does it."""

from PySide6.QtWidgets import QHBoxLayout, QPushButton

from dlstudio.core.document import Project
from dlstudio.ui.ask import Ask
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.forms.measures import GAP, RESET
from dlstudio.ui.panels.inspector.page import Section, label, link
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.panels.setup import presets
from dlstudio.ui.panels.setup.presets import PRESETS, Preset, differences


class PresetsSection(Section):
    """A list of presets, a summary, and what can be done with one's own."""

    def __init__(self, panel: Panel) -> None:
        super().__init__("Presets", panel, opened=False)
        self.project = Project()
        self.offered: dict[str, Preset] = {}
        self.combo = Combo()
        self.combo.setAccessibleName("Preset")
        self.combo.activated.connect(lambda _: self._tell())
        self.use = QPushButton("Use")
        self.use.clicked.connect(self._use)
        self.help = label(role="small", wrap=True)
        self.summary = label(wrap=True)
        self.save = link("Save as …", self._save, "Keeps the settings as they are now under a name")
        self.rename = link("Rename …", self._rename, "Another name for this preset")
        self.forget = link("Delete", self._forget, "Deletes this preset; the project stays as it is")
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(GAP)
        head.setContentsMargins(0, 0, RESET + GAP, 0)
        head.addWidget(self.combo, 1)
        head.addWidget(self.use)
        foot.setSpacing(8)
        for each in (self.save, self.rename, self.forget):
            foot.addWidget(each)
        foot.addStretch(1)
        self.body.addLayout(head)
        self.body.addWidget(self.help)
        self.body.addWidget(self.summary)
        self.body.addLayout(foot)
        self.head.toggled.connect(lambda _: self._tell())

    @property
    def preset(self) -> Preset | None:
        """The one that is chosen in the list."""
        return self.offered.get(str(self.combo.currentData()))

    def show_project(self, project: Project) -> None:
        """What there is for a project, and what the one in the list would change."""
        self.project = project
        offered = {each.name: each for each in (*PRESETS, *presets.own().values()) if each.fits(project)}
        if offered != self.offered:
            self.offered = offered
            self.combo.fill(offered)
            if self.combo.currentIndex() < 0:
                self.combo.setCurrentIndex(0)
        self._tell()

    def _tell(self) -> None:
        if not self.head.isChecked() or self.preset is None:
            return
        own = self.preset.whole
        self.rename.setVisible(own)
        self.forget.setVisible(own)
        self.help.setText(self.preset.help)
        found = differences(self.project, self.preset.applied(self.project))
        self.summary.setText("\n".join(found) or "These are the settings as they stand.")
        self.use.setEnabled(bool(found))

    def _use(self) -> None:
        if self.preset:
            self.panel.session.do(f"Use the preset {self.preset.name}", self.preset.applied)

    def _choose(self, name: str) -> None:
        self.show_project(self.project)
        self.combo.setCurrentIndex(self.combo.findData(name))
        self._tell()

    def _save(self) -> None:
        def done(name: str) -> None:
            presets.keep(name, self.project)
            self._choose(name)

        Ask(self.panel.window(), "Keep these settings as", "", done, wrong=presets.refuse)

    def _rename(self) -> None:
        old = self.preset.name if self.preset else ""

        def done(name: str) -> None:
            presets.rename(old, name)
            self._choose(name)

        Ask(self.panel.window(), f"Another name for {old}", old, done, wrong=lambda name: presets.refuse(name, old))

    def _forget(self) -> None:
        if self.preset:
            presets.forget(self.preset.name)
            self._choose(PRESETS[0].name)
