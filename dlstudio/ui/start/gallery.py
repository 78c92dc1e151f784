"""Gallery: what can be begun with: the templates, each with what it teaches, how large it is and how long it takes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dlstudio.catalog.layers import layers
from dlstudio.compiler.cost import summary
from dlstudio.core.document import INPUT, MODEL, Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.resources import resource
from dlstudio.core.span import roughly
from dlstudio.core.templates import SUFFIX, duration, template, templates

TOPICS = ("Basics", "Images", "Sequences", "Attention", "Generative", "Large networks")
LARGE = 3_000_000
"""From so many parameters on a network is one to look at rather than to train while one waits."""
_GENERATIVE = {"Gan", "Autoencoder"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One card of the gallery."""

    title: str
    about: str
    size: str
    took: str
    """About how long it trains; nothing where it comes without data."""
    topic: str
    parameters: int
    file: Path
    project: Project
    words: str
    """Everything that a search looks through."""


def entries() -> Iterator[Entry]:
    """The templates, the smallest first; reading one takes a few milliseconds."""
    for name in templates():
        try:
            yield entry(name, template(name))
        except ProjectProblem:  # a template that somebody damaged is left out, the others are there
            continue


known: list[Entry] = []
"""The templates, once they were read."""


def read() -> Iterator[Entry]:
    """Reads the templates that were not read yet."""
    if not known:
        found = []
        for each in entries():
            found.append(each)
            yield each
        known.extend(found)


def entry(name: str, project: Project) -> Entry:
    count = summary(project).parameters if MODEL in project.networks else 0
    about, topic = first_sentence(project.notes), topic_of(project, count)
    words = " ".join([name, project.name, project.notes, topic, *_titles(project)]).lower()
    size = f"{rough(count)} parameters"
    seconds = duration(name)
    took = "" if seconds is None else roughly(seconds)
    return Entry(project.name, about, size, took, topic, count, resource("templates", name + SUFFIX), project, words)


def fits(found: Entry, wanted: str) -> bool:
    """Whether an entry holds every word of a search."""
    return all(word in found.words for word in wanted.lower().split())


def rough(count: int) -> str:
    """A number as one remembers it: 275, 61.7 k, 138 M."""
    for unit, name in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return str(count)


def first_sentence(notes: str) -> str:
    text = " ".join(notes.strip().partition("\n\n")[0].split())
    return re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]


def topic_of(project: Project, parameters: int) -> str:
    """Where a project belongs, from its recipe and the families of its layers."""
    families = _families(project)
    kinds = {node.kind for network in project.networks.values() for node in network.nodes.values()}
    inputs = [node for network in project.networks.values() for node in network.of_kind(INPUT)]
    from_noise = "ConvTranspose2d" in kinds and all(len(_axes(node.fields.get("size"))) == 1 for node in inputs)
    if project.training.get("kind") in _GENERATIVE or from_noise:
        return "Generative"
    if parameters >= LARGE:
        return "Large networks"
    if "Attention" in families:
        return "Attention"
    if families & {"Recurrent", "Embedding"} or "Delay" in kinds:
        return "Sequences"
    if families & {"Convolution", "Pooling", "Vision"} or project.training.get("kind") == "MetricLearning":
        return "Images"
    return "Basics"


def _axes(size: object) -> tuple[object, ...]:
    return tuple(size) if isinstance(size, tuple) else ()


def _families(project: Project) -> set[str]:
    nodes = (node for network in project.networks.values() for node in network.nodes.values())
    return {layers[node.kind].family for node in nodes if node.kind in layers}


def _titles(project: Project) -> set[str]:
    """What the layers are called, so that “LSTM” finds every network that has one."""
    nodes = (node for network in project.networks.values() for node in network.nodes.values())
    return {layers[node.kind].title for node in nodes if node.kind in layers}
