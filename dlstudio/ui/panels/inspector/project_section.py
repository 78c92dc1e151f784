"""Project section: the project's own name and notes."""

from dataclasses import replace

from dlstudio.core.document import Project
from dlstudio.ui.panels.inspector.naming import Naming
from dlstudio.ui.panels.inspector.page import Notes, Section
from dlstudio.ui.panels.inspector.stroke import Stroke
from dlstudio.ui.panels.panel import Panel


class ProjectSection(Section):
    """What the project is called, and what is worth knowing about it."""

    def __init__(self, panel: Panel) -> None:
        super().__init__("Project", panel)
        self.stroke = Stroke(panel.session)
        self.naming = Naming("project", lambda name: "" if name else "A project needs a name.")
        self.notes = Notes("Notes on the project")
        self.body.addWidget(self.naming)
        self.body.addWidget(self.notes)
        self.naming.renamed.connect(self._rename)
        self.notes.written.connect(self._write)
        self.notes.left.connect(self.stroke.settle)
        self.notes.escaped.connect(lambda: self.stroke.take_back("notes"))

    def show_project(self, project: Project) -> None:
        """Shows its name and notes."""
        self.naming.show_name(project.name)
        self.notes.show_text(project.notes)

    def _rename(self, name: str) -> None:
        self.panel.session.do("Rename the project", lambda project: replace(project, name=name))

    def _write(self, text: str) -> None:
        self.stroke.put("notes", "Notes on the project", lambda p: p if p.notes == text else replace(p, notes=text))
