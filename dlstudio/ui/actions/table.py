"""Table: every action there is, in the order of the menus."""

from dlstudio.ui.actions import edit, file, view
from dlstudio.ui.actions.action import Action

MENUS = ("File", "Edit", "Add", "Arrange", "Block", "Run", "View", "Help")

ACTIONS: tuple[Action, ...] = (*file.ACTIONS, *edit.ACTIONS, *view.ACTIONS)
