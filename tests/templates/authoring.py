"""How templates are written: networks as typed lines, drawn on the canvas."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from dlstudio.compiler.line import close, extend
from dlstudio.core import edits
from dlstudio.core.arrange import Size, arrange, bow
from dlstudio.core.document import MODEL, Network, Point, Project
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
    return drawn(blank)


def drawn(made: Project) -> Project:
    """The project with all its networks laid out."""
    return reduce(_draw, made.networks, made)


def _draw(made: Project, where: str) -> Project:
    network = made.networks[where]
    room, wires = sizes(network), [(wire.source, wire.target) for wire in network.wires]
    places = bow(arrange(room, wires), room, wires)
    return edits.move(made, where, {node: Point(*corner) for node, corner in places.items()})


def sizes(network: Network) -> dict[str, Size]:
    """How much room each node takes on the canvas: more where more ports are wired."""
    return {node: Size(176, 72 + 20 * max(0, _ports(network, node) - 2)) for node in network.nodes}


def _ports(network: Network, node: str) -> int:
    leaving = {wire.output for wire in network.outbound.get(node, ())}
    return max(len(network.inbound.get(node, ())), len(leaving))


def write(folder: Path) -> None:
    """All templates as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, script in scripts.items():
        save(script(), folder / f"{name}.dls")
