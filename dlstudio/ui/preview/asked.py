"""Asked: what a preview is wanted of, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dlstudio.compiler.plan import Plan
from dlstudio.core.document import Project
from dlstudio.ui.glow.sketch import Sketch


@dataclass(frozen=True, eq=False)
class Asked:
    """A network of a project as it stands, worked out."""

    project: Project
    plan: Plan
    folder: Path | None
    """Where the relative paths of its data start."""
    allowed: bool = False
    """Whether Python of the project's own may run."""


@dataclass(frozen=True, eq=False)
class Previewed:
    """The tiny pictures of all nodes by their way: `block.0.conv` is in the first round of a block."""

    sketches: Mapping[str, Sketch] = field(default_factory=dict)
    troubles: Mapping[str, str] = field(default_factory=dict)
    """Why some nodes have none."""
    problem: str = ""
    """Why there is none at all."""
    worked: tuple[str, ...] = ()
    """What was worked out now; everything else was known."""
