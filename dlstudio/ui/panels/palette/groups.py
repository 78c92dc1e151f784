"""Groups: the lines of the palette: families that open and close, or what a search found."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from dlstudio.ui.canvas.adding.entry import NETWORKS, TEMPLATES, Entry, kinds, networks
from dlstudio.ui.canvas.adding.library import library
from dlstudio.ui.canvas.adding.rows import Row
from dlstudio.ui.canvas.adding.search import found
from dlstudio.ui.session import State
from dlstudio.ui.theme.tokens import FAMILIES

OPEN = ("Structure", "Convolution", "Linear", NETWORKS)
"""The groups that are open at first."""


@dataclass
class Groups:
    """What can be added, by family, and which families are open."""

    opened: set[str] = field(default_factory=lambda: set(OPEN))
    entries: dict[str, Entry] = field(default_factory=dict)
    """Every entry by its key."""

    def fill(self, state: State) -> None:
        """Takes over the networks that the project has, and the templates that are known by now."""
        every = (*networks(state.project, state.where), *kinds(), *library().entries)
        self.entries = {entry.key: entry for entry in every}

    def toggle(self, family: str, on: bool | None = None) -> None:
        """Opens a group, or closes it."""
        wanted = family not in self.opened if on is None else on
        (self.opened.add if wanted else self.opened.discard)(family)

    def rows(self, query: str) -> list[Row]:
        """The lines for a query; all groups for none."""
        return self._found(query) if query.strip() else list(self._all())

    def _found(self, query: str) -> list[Row]:
        hits = found(query, list(self.entries.values()), lambda entry: (library().used[entry.name],))
        return [_row(hit.entry, hit.marks, right=hit.entry.family) for hit in hits]

    def _all(self) -> Iterable[Row]:
        by_family: dict[str, list[Entry]] = {}
        for entry in self.entries.values():
            by_family.setdefault(entry.family, []).append(entry)
        for family in _in_order(by_family):
            mine = by_family.get(family, [])
            count = library().count if family == TEMPLATES else len(mine)
            is_open = family in self.opened
            yield Row(family, family, head=True, open=is_open, right=str(count), key=family)
            if is_open:
                yield from (_row(entry, inner=True) for entry in mine)


def _in_order(families: Iterable[str]) -> list[str]:
    """The project's own networks first, then the families as the theme has them, templates last."""
    known = [NETWORKS, *FAMILIES]
    rank = {family: place for place, family in enumerate(known)}
    there = list(dict.fromkeys((*families, TEMPLATES)))
    return sorted(there, key=lambda family: (family == TEMPLATES, rank.get(family, len(known))))


def _row(entry: Entry, marks: tuple[int, ...] = (), right: str = "", *, inner: bool = False) -> Row:
    return Row(entry.title, entry.family, right=right, marks=marks, tip=entry.purpose, inner=inner, key=entry.key)
