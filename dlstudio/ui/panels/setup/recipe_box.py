"""RecipeBox: the choice of a way to train, with what speaks against it."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dlstudio.catalog.recipes import Recipe, recipes
from dlstudio.compiler.faults import recipe_of
from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import Issue
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.forms.measures import GAP, LABEL, RESET
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.panels.issue_row import IssueRow
from dlstudio.ui.panels.panel import Panel, clear
from dlstudio.ui.panels.setup.judging import Judged, missing
from dlstudio.ui.theme.ink import color
from dlstudio.ui.theme.letters import hold

MOST = 3
"""How many issues are shown."""


class RecipeBox(QWidget):
    """A list of recipes; those that do not fit the project are paler and say why."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self.panel = panel
        self.project = Project()
        self.misfits: Mapping[str, tuple[Issue, ...]] = {}
        self.shown: tuple[Issue, ...] = ()
        self.combo = Combo()
        self.combo.setAccessibleName("Recipe")
        for cls in recipes:
            self.combo.addItem(cls.title, cls.kind)
        self.combo.activated.connect(lambda index: self._choose(self.combo.itemData(index)))
        name = label("Recipe", "muted")
        hold(name, LABEL)
        name.setBuddy(self.combo)
        self.purpose = label(role="small", wrap=True)
        self.issues = QVBoxLayout()
        self.issues.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.setContentsMargins(0, 0, RESET + GAP, 0)
        row.addWidget(name)
        row.addWidget(self.combo, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.purpose)
        column.addLayout(self.issues)

    def show_project(self, project: Project, judged: Judged | None) -> None:
        """The recipe of a project, and what is known of the others."""
        self.project = project
        self.misfits = judged.misfits if judged else {}
        now = recipe_of(project.training)
        kind = now.kind if now else str(project.training.get("kind", ""))
        self.combo.choose(kind)
        self.purpose.setText(now.purpose() if now else "")
        self.purpose.setToolTip(now.help() if now else "")
        for index in range(self.combo.count()):
            self._dress(index, recipes[self.combo.itemData(index)])
        self._show_issues(now, judged)

    def set_theme(self) -> None:
        """Takes over the colours that its panel has now, when it is next shown a project."""
        self.shown = ()
        clear(self.issues)

    def _dress(self, index: int, recipe: type[Recipe]) -> None:
        reason = self.against(recipe)
        tint = color(self.panel.theme.muted if reason else self.panel.theme.text)
        self.combo.setItemData(index, "\n".join(filter(None, (recipe.purpose(), reason))), Qt.ItemDataRole.ToolTipRole)
        self.combo.setItemData(index, tint, Qt.ItemDataRole.ForegroundRole)

    def against(self, recipe: type[Recipe]) -> str:
        """Why a recipe does not fit the project, as far as that is known."""
        errors = (issue.text for issue in self.misfits.get(recipe.kind, ()) if issue.severity == "error")
        return missing(recipe, self.project) or next(errors, "")

    def _show_issues(self, now: type[Recipe] | None, judged: Judged | None) -> None:
        lacks = missing(now, self.project) if now else ""
        found = (Issue("error", "recipe", lacks),) if lacks else self.misfits.get(now.kind, ()) if now else ()
        if judged and judged.data.trouble:
            found = (Issue("error", "data", judged.data.trouble), *found)
        found = found[:MOST]
        if found != self.shown:
            self.shown = found
            clear(self.issues)
            for issue in found:
                self.issues.addWidget(IssueRow(issue, self.panel.session, self.panel.theme))

    def _choose(self, kind: str) -> None:
        self.panel.session.do(f"Train by {recipes[kind].title}", lambda project: recast(project, kind))


def recast(project: Project, kind: str) -> Project:
    """The project trained another way; what both ways know stays as it is."""
    if project.training.get("kind") == kind:
        return project
    known = {name: value for name, value in project.training.items() if name in recipes[kind].specs}
    old = recipe_of(project.training)
    for name in list(known):
        if old and old.specs.get(name) != recipes[kind].specs[name]:
            del known[name]
    return replace(project, training=Frozen({**known, "kind": kind}))
