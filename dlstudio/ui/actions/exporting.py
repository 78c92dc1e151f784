"""Exporting: a model leaves the studio; what an export marked on the canvas is dismissed."""

from dlstudio.ui.actions.action import Action
from dlstudio.ui.actions.file import document
from dlstudio.ui.actions.runs import chosen
from dlstudio.ui.session import State
from dlstudio.ui.window import Window


def export(window: Window) -> None:
    """Puts an export together; the run that is seen is offered first."""
    from dlstudio.ui.exporting.dialog import ExportDialog

    ExportDialog(window, document(window).suggestion(""))


def export_run(window: Window) -> None:
    """The same with the run that is chosen in the table."""
    from dlstudio.ui.exporting.dialog import ExportDialog

    for record in chosen(window, "run-export"):
        ExportDialog(window, document(window).suggestion(""), record.path)


def dismiss(window: Window) -> None:
    window.session.diverges(())


def _no_marks(state: State) -> str:
    return "" if state.diverging else "No export marked anything."


EXPORT = Action(
    "export", "Export model…", "File", export, ("Ctrl+E",), "box",
    "Python, ONNX and others, each with a proof that it answers as the trained model does.", starts_group=True,
)  # fmt: skip

EXPORT_RUN = Action(
    "run-export", "Export the run's model…", "Run", export_run, (), "box",
    "Its best or last weights, for other programs.",
)  # fmt: skip

DISMISS = Action(
    "dismiss-marks", "Dismiss the marks of the export", "Run", dismiss, (), "x",
    "Nodes are no longer red because an exported file answers otherwise there.", _no_marks, on=("node", "canvas"),
)  # fmt: skip
