"""Changes: edits of what a project says about its data."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dlstudio.core import edits
from dlstudio.core.document import Network, Project
from dlstudio.core.frozen import Frozen, Value, same
from dlstudio.core.spec import Declaration

Raw = Frozen[str, Value]
NOISE = "noise"


def thing(raw: Value) -> Raw:
    """A declared thing as a mapping, however it was written."""
    if isinstance(raw, str):
        return Frozen({"kind": raw})
    return Frozen(raw) if isinstance(raw, Mapping) else Frozen()


def with_field(raw: Raw, cls: type[Declaration], name: str, value: Value) -> Raw:
    """A thing with another value in a field; what is usual is not written down."""
    return raw.drop(name) if same(value, cls.specs[name].default) else raw.put(name, value)


def near(source: Raw, folder: Path) -> Raw:
    """A source whose paths start at the project's file where they lie beside it."""
    return Frozen({name: _near(value, folder) for name, value in source.items()})


def _near(value: Value, folder: Path) -> Value:
    inside = isinstance(value, str) and Path(value).is_absolute() and Path(value).is_relative_to(folder)
    return Path(value).relative_to(folder).as_posix() if inside else value


def put(project: Project, entry: str, value: Value) -> Project:
    """The project with an entry of its data said anew, or left out where there is nothing to say."""
    if value in (None, ()) or value == Frozen():
        data = project.data.drop(entry) if entry in project.data else project.data
    else:
        data = project.data.put(entry, value)
    return project if data == project.data and same(data, project.data) else replace(project, data=data)


def with_source(project: Project, source: Raw) -> Project:
    """Another source; what speaks of columns of the one before goes with it."""
    kept = {name: value for name, value in project.data.items() if name not in ("inputs", "split")}
    if thing(project.data.get("split")).get("kind") in ("Fractions", "KFold", "Everything"):
        kept["split"] = project.data["split"]
    for entry in ("transforms", "augment"):
        listed = [each for each in listed_of(project, entry) if not thing(each).get("column")]
        kept[entry] = tuple(listed)
    data = Frozen({**kept, "source": source})
    return replace(project, data=Frozen({name: value for name, value in data.items() if value not in ((), None)}))


def listed_of(project: Project, entry: str) -> tuple[Value, ...]:
    """The steps of a list, such as the transforms."""
    listed = project.data.get(entry, ())
    return tuple(listed) if isinstance(listed, tuple | list) else ()


def added(project: Project, entry: str, raw: Raw) -> Project:
    return put(project, entry, (*listed_of(project, entry), raw))


def removed(project: Project, entry: str, at: int) -> Project:
    listed = listed_of(project, entry)
    return put(project, entry, (*listed[:at], *listed[at + 1 :]))


def moved(project: Project, entry: str, at: int, to: int) -> Project:
    """One step at another place."""
    listed = list(listed_of(project, entry))
    if not 0 <= at < len(listed) or not 0 <= to < len(listed) or at == to:
        return project
    listed.insert(to, listed.pop(at))
    return put(project, entry, tuple(listed))


def replaced(project: Project, entry: str, at: int, raw: Raw) -> Project:
    """One step with other fields."""
    listed = listed_of(project, entry)
    return put(project, entry, (*listed[:at], raw, *listed[at + 1 :]))


def with_input(project: Project, node: str, column: str) -> Project:
    """An input of the network that takes a column, or the usual one for an empty name."""
    inputs = thing(project.data.get("inputs"))
    return put(project, "inputs", inputs.put(node, column) if column else inputs.drop(node))


def free_for_noise(network: Network) -> str:
    """A name for an input that gets noise."""
    return edits.fresh(network, NOISE) if NOISE in network.nodes else NOISE
