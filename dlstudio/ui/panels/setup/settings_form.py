"""SettingsForm: some fields of the recipe; an edit goes into the project's training."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dlstudio.core.document import Project
from dlstudio.core.frozen import Value, same
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import Around
from dlstudio.ui.forms.form import Form
from dlstudio.ui.panels.inspector.stroke import Stroke

AROUND = Around()


class SettingsForm(Form):
    """A form whose values are those of the training."""

    def __init__(self, fields: Iterable[Field], stroke: Stroke) -> None:
        super().__init__(fields)
        self.stroke = stroke
        self.edited.connect(self._put)
        self.cleared.connect(self._clear)
        self.settled.connect(stroke.settle)
        self.reverted.connect(lambda name: stroke.take_back(("training", name)))

    def show_training(self, training: Mapping[str, Value], *, fresh: bool) -> None:
        """The values as the project has them."""
        self.show_values(training, AROUND, fresh=fresh)

    def _put(self, name: str, value: Value) -> None:
        default = self.rows[name].field.default
        if same(value, default):
            self._clear(name)
        else:
            self._edit(name, {name: value})

    def _clear(self, name: str) -> None:
        self._edit(name, {})

    def _edit(self, name: str, values: Mapping[str, Value]) -> None:
        label = f"Set {self.rows[name].field.label}"
        self.stroke.put(("training", name), label, lambda project: trained_with(project, (name,), values))


def trained_with(project: Project, drop: Iterable[str], values: Mapping[str, Value]) -> Project:
    """The project with some settings taken out and others put in; the same one where nothing changes."""
    training = project.training.drop(*drop).merge(values)
    return project if same(training, project.training) else replace(project, training=training)
