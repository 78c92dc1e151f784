"""Issue: what is wrong or unwise in a project, where, in the user's words, with fixes at hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from dlstudio.core.document import Project

Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True, slots=True)
class Fix:
    """A button that mends an issue: its label and the edit that it applies."""

    label: str
    edit: Callable[[Project], Project] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding; `code` is its stable name for tests, scripts and help pages."""

    severity: Severity
    code: str
    text: str
    network: str = ""
    node: str = ""
    port: str = ""
    fixes: tuple[Fix, ...] = ()

    @property
    def place(self) -> str:
        return "/".join(part for part in (self.network, self.node) if part) or "project"

    def __str__(self) -> str:
        return f"{self.severity}: {self.place}: {self.text}"


class ProjectProblem(Exception):
    """A user's mistake that stops what was asked; its text is one sentence for the user."""

    def __init__(self, text: str, issues: tuple[Issue, ...] = ()) -> None:
        super().__init__(text)
        self.issues = issues
