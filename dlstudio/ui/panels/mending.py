"""Mending: fixes of one kind that stand at several issues, as one fix for all of them."""

from collections.abc import Iterable, Mapping

from dlstudio.core.document import Project
from dlstudio.core.issue import Fix, Issue

Kind = tuple[str, str]
"""The code of an issue, and what its fix says without the name of the node."""

Kinds = Mapping[Kind, tuple[Fix, ...]]


def kind(issue: Issue, fix: Fix) -> Kind:
    """What fixes have in common that do the same to different nodes."""
    return issue.code, " ".join("…" if word == issue.node else word for word in fix.label.split(" "))


def kinds(issues: Iterable[Issue]) -> Kinds:
    """The fixes of each kind, one for each node."""
    found: dict[Kind, dict[tuple[str, str], Fix]] = {}
    for issue in issues:
        for fix in issue.fixes:
            found.setdefault(kind(issue, fix), {}).setdefault((issue.network, issue.node), fix)
    return {each: tuple(fixes.values()) for each, fixes in found.items()}


def together(fixes: tuple[Fix, ...]) -> Fix:
    """All of them as one."""

    def mended(project: Project) -> Project:
        for fix in fixes:
            project = fix.edit(project)
        return project

    return Fix(f"Fix all {len(fixes)}", mended)
