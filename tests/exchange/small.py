"""Templates with so little data that an export of one takes seconds."""

import dlstudio as dl
from dlstudio.core import paths
from dlstudio.core.document import Project

COUNTED = {"Sentences", "Sequences", "Shapes", "DigitPairs", "Points", "Curve"}
SIZED = {"MNIST", "CrookedDigits"}


def small(name: str) -> Project:
    """A template with a few made-up samples, where it makes them."""
    project = dl.template(name)
    kind = project.data["source"]["kind"] if project.data else ""
    field = "count" if kind in COUNTED else "size" if kind in SIZED else ""
    return paths.put(project, f"data.source.{field}", 200) if field else project


def trained_templates() -> list[str]:
    """The templates that train."""
    return [name for name in dl.templates() if "kind" in dl.template(name).training]
