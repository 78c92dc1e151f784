"""Table: every action there is, in the order of the menus."""

from dlstudio.ui.actions import add, arrange, block, edit, exporting, file, help, issues, run, runs, select, view, views
from dlstudio.ui.actions.action import Action

MENUS = ("File", "Edit", "Add", "Arrange", "Block", "Run", "View", "Help")

ACTIONS: tuple[Action, ...] = (
    *file.ACTIONS[:3],
    runs.WATCH,
    *file.ACTIONS[3:7],
    exporting.EXPORT,
    *file.ACTIONS[7:],
    *edit.ACTIONS,
    *select.ACTIONS,
    *add.ACTIONS,
    *arrange.ACTIONS,
    *block.ACTIONS,
    *run.ACTIONS,
    *runs.ACTIONS,
    exporting.EXPORT_RUN,
    *issues.ACTIONS,
    exporting.DISMISS,
    *view.ACTIONS,
    *views.ACTIONS,
    *help.ACTIONS,
)
