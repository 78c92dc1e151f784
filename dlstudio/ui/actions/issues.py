"""Issues: from one to the next."""

from functools import partial

from dlstudio.core.issue import Fix
from dlstudio.ui.actions.action import Action
from dlstudio.ui.canvas.adding.mend import mend
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


def fix_first(window: Window) -> None:
    """Does the first thing that is offered for what is wrong with the selected node, or else with the network."""
    if fix := _first(window.session.state):
        mend(window.session, fix)


def _first(state: State) -> Fix | None:
    """The first fix where one looks."""
    here = state.issues_here
    issues = here.get(state.one.id, ()) if state.one else here.get("", ())
    return next((fix for issue in issues for fix in issue.fixes), None)


def _no_fix(state: State) -> str:
    return "" if _first(state) else "Nothing is offered for what is selected."


def _none(state: State) -> str:
    return "" if state.checked.issues or state.findings or state.diverging else "There are no issues."


ACTIONS = (
    Action(
        "next-issue", "Next issue", "Run", partial(step, by=1), ("F8",), "circle-alert",
        "Selects what the next issue is about.", _none, starts_group=True,
    ),
    Action("previous-issue", "Previous issue", "Run", partial(step, by=-1), ("Shift+F8",), unless=_none),
    Action(
        "mend", "Fix what is selected", "Run", fix_first, ("Ctrl+.",), "",
        "Does the first thing that is offered for what is wrong with the selected node.", _no_fix, on=("node",),
    ),
)  # fmt: skip
