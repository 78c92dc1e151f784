"""DrawSection: in which order and how often samples are drawn, and what becomes of rows that cannot be read."""

from functools import partial

from dlstudio.core.fields import Choice, Flag
from dlstudio.core.frozen import Value, same
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import Around
from dlstudio.ui.forms.form import Form
from dlstudio.ui.panels.data.changes import put
from dlstudio.ui.panels.data.section import Section
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.session import State

FIELDS = (
    Field("shuffle", Flag(help="Whether the training samples come in a new order in every epoch"), True),
    Field(
        "sampling",
        Choice(
            options=("as it is", "balanced", "weighted"),
            help="Each sample once; every class equally often; or drawn at random, rare classes likelier",
        ),
        "as it is",
    ),
    Field(
        "bad_rows",
        Choice(
            options=("stop", "skip"), help="Whether a row that cannot be read stops everything, or is left out and told"
        ),
        "stop",
    ),
)
AROUND = Around()


class DrawSection(Section):
    """Three settings that hold for every source."""

    place = "draw"

    def __init__(self, panel: Panel) -> None:
        super().__init__("Drawing samples", panel, opened=False)
        self.form = Form(FIELDS)
        self.form.grow()
        self.form.edited.connect(self._edit)
        self.form.cleared.connect(lambda name: self._edit(name, self.form.rows[name].field.default))
        self.form.settled.connect(self.stroke.settle)
        self.form.reverted.connect(self.stroke.take_back)
        self.body.addWidget(self.told)
        self.body.addWidget(self.form)

    def show_project(self, state: State) -> None:
        said = {field.name: state.project.data[field.name] for field in FIELDS if field.name in state.project.data}
        self.form.show_values(said, AROUND)

    def _edit(self, name: str, value: Value) -> None:
        field = self.form.rows[name].field
        said = None if same(value, field.default) else value
        self.stroke.put(name, f"Set {field.label}", partial(put, entry=name, value=said))
