"""Table: every action there is, in the order of the menus."""

from dlstudio.ui.actions import add, arrange, block, edit, file, help, issues, run, select, view, views
from dlstudio.ui.actions.action import Action

MENUS = ("File", "Edit", "Add", "Arrange", "Block", "Run", "View", "Help")

ACTIONS: tuple[Action, ...] = (
    *file.ACTIONS,
    *edit.ACTIONS,
    *select.ACTIONS,
    *add.ACTIONS,
    *arrange.ACTIONS,
    *block.ACTIONS,
    *run.ACTIONS,
    *issues.ACTIONS,
    *view.ACTIONS,
    *views.ACTIONS,
    *help.ACTIONS,
)
