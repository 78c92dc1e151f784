"""Digits: the data that comes with the program, for projects that have none yet."""

from dataclasses import replace

from dlstudio.core.document import MODEL, Project
from dlstudio.core.frozen import Frozen
from dlstudio.ui.session import State

SHAPE = (1, 28, 28)
"""The shape of one digit."""


def lack(project: Project) -> str:
    """What a sound project still needs before it can be trained, or nothing."""
    return "" if "source" in project.data else "Choose data first: the project names no data."


def misfit(state: State) -> str:
    """Why the digits cannot be the data of a project, or nothing."""
    if not lack(state.project):
        return "The project has data."
    plan = state.checked.plans.get(MODEL)
    shapes = [x.shape for x in plan.inputs.values()] if plan else []
    return "" if shapes == [SHAPE] else "The digits go into one Input of 1×28×28."


def with_digits(project: Project) -> Project:
    """The project with the handwritten digits as its data."""
    return replace(project, data=project.data.put("source", Frozen({"kind": "MNIST"})))
