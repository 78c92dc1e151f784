"""Issues: from one to the next."""

from functools import partial

from dlstudio.ui.actions.action import Action
from dlstudio.ui.panels.issues import Issues
from dlstudio.ui.session import State
from dlstudio.ui.window import Window


def step(window: Window, by: int) -> None:
    """Goes to the next issue, and shows the list."""
    panel, dock = window.panels[Issues.name], window.docks[Issues.name]
    assert isinstance(panel, Issues)
    dock.show()
    dock.raise_()
    panel.step(by)


def _none(state: State) -> str:
    return "" if state.checked.issues or state.findings else "There are no issues."


ACTIONS = (
    Action(
        "next-issue", "Next issue", "Run", partial(step, by=1), ("F8",), "circle-alert",
        "Selects what the next issue is about.", _none, starts_group=True,
    ),
    Action("previous-issue", "Previous issue", "Run", partial(step, by=-1), ("Shift+F8",), unless=_none),
)  # fmt: skip
