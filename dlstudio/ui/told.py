"""Told: what the data of a project say against its outputs stands among its issues as long as it holds."""

from dataclasses import replace

from dlstudio.compiler.check import Checked, ranked
from dlstudio.core.issue import Issue

Told = tuple[Issue, ...]


def joined(examined: Checked, told: Told) -> Checked:
    """With what was told among the issues, each of them once."""
    if not told:
        return examined
    own = [issue for issue in examined.issues if issue not in told]
    return replace(examined, issues=ranked([*own, *told]))


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
