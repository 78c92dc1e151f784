"""Told: what the data of a project say against its outputs stands among its issues as long as it holds."""

from dataclasses import replace

from dlstudio.compiler.check import Checked, ranked
from dlstudio.core.issue import Issue

Told = tuple[Issue, ...]


def joined(checked: Checked, told: Told, before: Told = ()) -> Checked:
    """With what was told among the issues, instead of what was told before."""
    if not told and not before:
        return checked
    own = [issue for issue in checked.issues if issue not in told and issue not in before]
    return replace(checked, issues=ranked([*own, *told]))


def standing(told: Told, before: Checked, after: Checked) -> Told:
    """What holds yet after an edit, until it is judged anew: of outputs that are as they were."""
    one, other = before.project, after.project
    if one.data is not other.data or one.training is not other.training:
        return ()
    return tuple(issue for issue in told if _same(issue, before, after))


def _same(issue: Issue, before: Checked, after: Checked) -> bool:
    """Whether an output says the same as before, and the same comes in."""
    one, other = before.plans.get(issue.network), after.plans.get(issue.network)
    if one is None or other is None or one.outputs.get(issue.node) != other.outputs.get(issue.node):
        return False
    return one.network.nodes.get(issue.node) is other.network.nodes.get(issue.node)
