"""How templates are written: networks as typed lines; the window lays them out to suit its room."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dlstudio.compiler.line import close, extend
from dlstudio.core.document import MODEL, Network, Project
from dlstudio.core.files import save
from dlstudio.core.frozen import Frozen, Value
from tests.templates.lessons import lessons

Script = Callable[[], Project]

scripts: dict[str, Script] = {}
"""The functions that write the templates, by the name of the file."""


def template(script: Script) -> Script:
    """Makes a function the author of the template of its name."""
    name = script.__name__
    scripts[name] = lambda: lessons[name].taught(script()) if name in lessons else script()
    return script


@dataclass(frozen=True)
class Part:
    """A network that the model, or a later part, places as a block."""

    text: str
    note: str
    arguments: Frozen[str, Value]


def part(text: str, note: str, **arguments: Value) -> Part:
    """A part from its lines, a note, and its arguments with what they are if nobody says."""
    return Part(text, note, Frozen(arguments))


def project(title: str, notes: str, model: str, **parts: Part) -> Project:
    """A template: the parts in the order in which they build on each other, and the model."""
    everything = {**parts, MODEL: part(model, "")}
    empty = {name: Network(note=made.note, arguments=made.arguments) for name, made in everything.items()}
    blank = Project(title, notes, networks=Frozen(empty))
    for name, made in everything.items():
        blank = close(extend(blank, name, made.text).project, name)
    return blank


def write(folder: Path) -> None:
    """All templates as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, script in scripts.items():
        save(script(), folder / f"{name}.dls")
