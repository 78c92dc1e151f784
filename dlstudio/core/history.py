"""History: undo and redo as a list of values."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from dlstudio.core.document import Project


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One gesture: what it was called and the project after it."""

    label: str
    project: Project
    before: "Step | None" = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class History:
    """A project with all that it was before and, after undoing, what it was going to be."""

    now: Step
    ahead: tuple[Step, ...] = ()

    @classmethod
    def of(cls, project: Project, label: str = "Open") -> "History":
        return cls(Step(label, project))

    @property
    def project(self) -> Project:
        return self.now.project

    @property
    def undo_label(self) -> str | None:
        """What undo would take back, or None at the start."""
        return self.now.label if self.now.before else None

    @property
    def redo_label(self) -> str | None:
        """What redo would bring back, or None at the end."""
        return self.ahead[-1].label if self.ahead else None

    def do(self, label: str, project: Project) -> "History":
        """One more gesture; what had been undone is forgotten. An edit that changes nothing is no gesture."""
        return self if project is self.project else History(Step(label, project, self.now))

    def amend(self, project: Project) -> "History":
        """The last gesture with another result: a drag that goes on, a slider that still moves."""
        return self if project is self.project else History(Step(self.now.label, project, self.now.before))

    def undo(self) -> "History":
        before = self.now.before
        return History(before, (*self.ahead, self.now)) if before else self

    def redo(self) -> "History":
        return History(self.ahead[-1], self.ahead[:-1]) if self.ahead else self

    def steps(self) -> Iterator[Step]:
        """The gestures that can be undone, the newest first."""
        step = self.now
        while step.before:
            yield step
            step = step.before
