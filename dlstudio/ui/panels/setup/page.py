"""SetupPage: the parts of the form, one under the other, for the recipe that a project has."""

from collections.abc import Mapping

from PySide6.QtWidgets import QVBoxLayout, QWidget

from dlstudio.catalog.recipes import Recipe
from dlstudio.compiler.faults import faults, recipe_of
from dlstudio.core.document import MODEL, Project
from dlstudio.core.frozen import Value
from dlstudio.ui.panels.inspector.page import Section, label
from dlstudio.ui.panels.inspector.stroke import Stroke
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.panels.setup import groups
from dlstudio.ui.panels.setup.course import Course, course
from dlstudio.ui.panels.setup.groups import Group
from dlstudio.ui.panels.setup.judging import Judged
from dlstudio.ui.panels.setup.live import Live
from dlstudio.ui.panels.setup.losses_section import LossesSection
from dlstudio.ui.panels.setup.presets_section import PresetsSection
from dlstudio.ui.panels.setup.rate_curve import RateCurve
from dlstudio.ui.panels.setup.recipe_box import RecipeBox
from dlstudio.ui.panels.setup.settings_form import AROUND, SettingsForm
from dlstudio.ui.panels.setup.starts_section import StartsSection
from dlstudio.ui.runner import Runner
from dlstudio.ui.session import State


class GroupSection(Section):
    """A heading with its fields, made when it is first open; closed, it says how much of it is set."""

    def __init__(self, panel: Panel, stroke: Stroke, group: Group, recipe: type[Recipe]) -> None:
        self.group = group
        self.form: SettingsForm | None = None
        self.training: Mapping[str, Value] | None = None
        super().__init__(group.title, panel, opened=group.opened)
        self.stroke, self.fields = stroke, groups.fields(recipe, group)
        self.told = label(role="bad", wrap=True)
        self.told.hide()
        self.body.addWidget(self.told)
        if not self.fields:
            self.hide()

    def show_training(self, training: Mapping[str, Value], wrong: Mapping[str, str], *, fresh: bool) -> None:
        """The values of its fields, and what is wrong with them that their rows do not say."""
        self.training = training
        self._show(fresh=fresh)
        names = [field.name for field in self.fields]
        said = [text for name, text in wrong.items() if name in names and not self._row_says(name)]
        self.told.setText("\n".join(said))
        self.told.setVisible(bool(said))
        count = sum(name in training for name in names)
        self.head.setText(f"{self.group.title} · {count} set" if count and not self.group.opened else self.group.title)

    def grow(self, training: Mapping[str, Value]) -> bool:
        """Makes a row that will be seen, with its value, if there is one to make."""
        if not self.head.isChecked() or not self.fields:
            return False
        if self.form is None:
            self._put_form()
        assert self.form is not None
        return self.form.grow_with(training, AROUND)

    def _put_form(self) -> None:
        self.form = SettingsForm(self.fields, self.stroke)
        self.body.insertWidget(0, self.form)

    def _row_says(self, name: str) -> bool:
        return self.form is not None and name in self.form.rows and self.form.rows[name].bad

    def _show(self, *, fresh: bool) -> None:
        if self.training is not None and self.head.isChecked() and self.fields:
            fresh = fresh or self.form is None
            if self.form is None:
                self._put_form()
            assert self.form is not None
            self.form.show_training(self.training, fresh=fresh)

    def _fold(self, opened: bool) -> None:
        super()._fold(opened)
        self._show(fresh=False)


class SetupPage(QWidget):
    """Recipe, what goes on, presets, and the settings by heading."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self.panel = panel
        self.stroke = Stroke(panel.session)
        self.runner: Runner | None = None
        self.recipe: type[Recipe] | None = None
        self.sections: dict[str, GroupSection] = {}
        self.box, self.live = RecipeBox(panel), Live(panel)
        self.presets = PresetsSection(panel)
        self.losses, self.starts = LossesSection(panel, self.stroke), StartsSection(panel, self.stroke)
        self.curve, self.remark = RateCurve(panel.theme), label(role="small", wrap=True)
        self.strange = label(role="bad", wrap=True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 8, 8, 16)
        self.column.setSpacing(8)
        for widget in (self.box, self.strange, self.live, self.presets):
            self.column.addWidget(widget)
        self.rest = QVBoxLayout()
        self.rest.setSpacing(8)
        self.column.addLayout(self.rest)
        self.column.addStretch(1)

    def follow(self, runner: Runner) -> None:
        """Who trains."""
        self.runner = self.live.runner = runner
        self.live.restart.clicked.connect(lambda: runner.restart(allow_code=_allowed(runner)))

    def set_theme(self) -> None:
        """Takes over the colours that its panel has now."""
        for section in (*self.sections.values(), self.presets, self.losses, self.starts):
            section.set_theme()
        self.curve.theme = self.panel.theme
        self.curve.update()
        self.box.set_theme()

    # What is shown

    def grow(self, project: Project) -> bool:
        """Makes the headings, then a row or an Output that will be seen, if there is one to make."""
        recipe = recipe_of(project.training)
        if recipe is not self.recipe:
            self._rebuild(recipe)
            return True
        return any(s.grow(project.training) for s in self.sections.values()) or self._show_losses(project, None)

    def show_state(self, old: State | None, new: State, judged: Judged | None, *, fresh: bool = True) -> None:
        """The settings of a project; `fresh` where the panel was out of sight before."""
        project = new.project
        recipe = recipe_of(project.training)
        if recipe is not self.recipe:
            self._rebuild(recipe)
        fresh = fresh and old is None
        wrong = faults(project.training)
        self.box.show_project(project, judged)
        self._show_strange(wrong)
        self.presets.show_project(project)
        for section in self.sections.values():
            section.show_training(project.training, wrong, fresh=fresh)
        self._show_losses(project, judged)
        self.starts.show_project(project)
        self._show_course(new, judged)

    def _rebuild(self, recipe: type[Recipe] | None) -> None:
        """The headings of another recipe; losses and first weights stand among them."""
        self.recipe = recipe
        for kept in (self.curve, self.remark):
            kept.setParent(self)
        for section in self.sections.values():
            self.rest.removeWidget(section)
            section.hide()
            section.deleteLater()
        listed = (groups.own(recipe), *groups.SHARED) if recipe else ()
        self.sections = {g.title: GroupSection(self.panel, self.stroke, g, recipe) for g in listed if recipe}
        for section in self.sections.values():
            self.rest.addWidget(section)
            if section.group is groups.SCHEDULE:
                section.body.addWidget(self.curve)
                section.body.addWidget(self.remark)
                self.rest.addWidget(self.losses)
            if section.group is groups.REGULARIZERS:
                self.rest.addWidget(self.starts)

    def _show_strange(self, wrong: Mapping[str, str]) -> None:
        """What is wrong with no field of the form: an unknown recipe, a setting that it does not have."""
        known = {field.name for section in self.sections.values() for field in section.fields}
        said = [text for name, text in wrong.items() if name not in known]
        self.strange.setText("\n".join(said))
        self.strange.setVisible(bool(said))

    def _show_losses(self, project: Project, judged: Judged | None) -> bool:
        """The losses of the Outputs; whether there were others before."""
        compares = self.recipe is not None and self.recipe.compares
        network = project.networks.get(MODEL) if compares else None
        columns = tuple(judged.data.columns) if judged else ()
        return self.losses.show_outputs(network, judged.losses if judged else {}, columns)

    def _show_course(self, state: State, judged: Judged | None) -> None:
        samples = judged.data.samples if judged else 0
        found = course(self.recipe, state.project.training, samples) if self.recipe else None
        self.curve.show_course(found)
        self.curve.setVisible(found is not None)
        self.remark.setText(found.remark if found else "")
        self.remark.setVisible(bool(self.remark.text()))
        self.live.show_state(state, self._of_the_job())
        self.follow_step()

    def _of_the_job(self) -> Course | None:
        """How the rate goes in the training that goes on, which may have begun with other settings."""
        runner = self.runner
        if runner is None or runner.job is None or runner.plan is None:
            return None
        training = runner.job.project.training
        recipe, plan = recipe_of(training), runner.plan
        if recipe is None or "optimizer" in recipe.ignores:
            return None
        return course(recipe, training, plan.per_epoch * int(training.get("batch_size", recipe.batch_size)))

    def follow_step(self) -> None:
        """The training went on."""
        runner = self.runner
        if runner is None:
            return
        if runner.alive and self.live.course is None:
            self.live.show_state(self.panel.session.state, self._of_the_job())
        own = self.live.course is not None and self.live.course == self.curve.course
        self.curve.show_now((runner.step, runner.rate) if runner.alive and runner.step and own else None)
        self.live.follow_step()


def _allowed(runner: Runner) -> bool:
    """Whether Python of the document's own ran in the training that goes on."""
    return bool(runner.job and runner.job.allow_code)
