"""Entry: one thing that can be added: a kind of layer, a network of the project as a block, or a template."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from dlstudio.catalog.layers import layers
from dlstudio.core.document import BLOCK, MODEL, Project
from dlstudio.core.topology import closure

Sort = Literal["layer", "network", "template"]

NETWORKS, TEMPLATES = "Networks", "Templates"
"""The groups behind the families: what the project holds itself, and what comes with the program."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the palette and the search show of one thing; `name` is its kind, its network or its template."""

    sort: Sort
    name: str
    title: str
    family: str
    purpose: str = ""
    words: tuple[str, ...] = ()
    """The words by which it is typed."""
    synonyms: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.sort} {self.name}"

    @property
    def gives_only(self) -> bool:
        """Whether nothing can be wired into it."""
        return self.sort == "layer" and not layers[self.name].inputs


@lru_cache(maxsize=1)
def kinds() -> tuple[Entry, ...]:
    """Every kind of layer, family by family; a block needs a network, so networks stand for it."""
    return tuple(_kind(cls.kind) for family in layers.families().values() for cls in family if cls.kind != BLOCK)


def _kind(kind: str) -> Entry:
    cls = layers[kind]
    words = tuple(dict.fromkeys((*cls.line.words, kind.lower())))
    return Entry("layer", kind, cls.title, cls.family, cls.purpose(), words, tuple(s.lower() for s in cls.synonyms))


def networks(project: Project, where: str) -> Iterator[Entry]:
    """The networks of the project that can be placed in this one."""
    for name, network in project.networks.items():
        if network.kind != "tensor" or name == MODEL or where in closure(project, name):
            continue
        count = len(network.nodes)
        purpose = network.note or f"A network of this project with {count} node{'' if count == 1 else 's'}, as a block."
        yield Entry("network", name, name, NETWORKS, purpose, (name.lower(),), ("block",))
