"""Library: what the bundled templates teach: what they are called, and which layer follows which."""

from collections import Counter, deque
from collections.abc import Iterator
from functools import lru_cache

from dlstudio.core.document import Network, Project
from dlstudio.core.templates import template, templates
from dlstudio.ui.canvas.adding.entry import TEMPLATES, Entry


class Library:
    """Reads one template after another, so that no reading takes longer than a frame."""

    def __init__(self) -> None:
        self._left = deque(templates())
        self.count = len(self._left)
        self.entries: list[Entry] = []
        self.after: dict[str, Counter[str]] = {}
        self.before: dict[str, Counter[str]] = {}
        self.used: Counter[str] = Counter()

    def learn(self) -> bool:
        """Reads one more template; False when there is none left."""
        if not self._left:
            return False
        name = self._left.popleft()
        project = template(name)
        self.entries.append(Entry("template", name, project.name, TEMPLATES, project.notes.split("\n")[0], (name,)))
        self._count(project)
        return True

    def _count(self, project: Project) -> None:
        for network in project.networks.values():
            for node in network.nodes.values():
                self.used[node.kind] += 1
            for source, target in set(_pairs(network)):
                self.after.setdefault(source, Counter())[target] += 1
                self.before.setdefault(target, Counter())[source] += 1

    def finish(self) -> "Library":
        """The library with all that was left read at once."""
        while self.learn():
            pass
        return self

    def likely(self, kind: str, beside: str, *, out: bool) -> tuple[int, int]:
        """How usual a kind is behind another one (or before it), and at all."""
        near = (self.after if out else self.before).get(beside, Counter())
        return near[kind], self.used[kind]


def _pairs(network: Network) -> Iterator[tuple[str, str]]:
    """Which kind of node is wired to which."""
    nodes = network.nodes
    for wire in network.wires:
        if wire.source in nodes and wire.target in nodes:
            yield nodes[wire.source].kind, nodes[wire.target].kind


@lru_cache(maxsize=1)
def library() -> Library:
    """The one library of the program."""
    return Library()
