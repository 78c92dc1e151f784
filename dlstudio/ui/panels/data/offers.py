"""Offers: the sources of the catalogue as lines of a list: grouped, or found by a few letters."""

from dlstudio.catalog.sources import Source, sources
from dlstudio.ui.canvas.adding.entry import Entry
from dlstudio.ui.canvas.adding.rows import Row
from dlstudio.ui.canvas.adding.search import found

COLORS = {
    "Bundled": "Convolution", "Generated": "Activation", "Files": "Normalization", "Environments": "Recurrent",
}  # fmt: skip
"""Whose colour a group of sources has."""


def entries() -> list[Entry]:
    """Every source as something to search in."""
    return [
        Entry(
            "layer", cls.kind, cls.title, cls.family, cls.purpose(), (cls.kind.lower(),),
            tuple(word.lower() for word in (*cls.synonyms, *cls.gives.split())),
        )
        for cls in sources
    ]  # fmt: skip


def rows(query: str, closed: set[str]) -> list[Row]:
    """The lines for a query; all groups for none."""
    if query.strip():
        return [_row(sources[hit.entry.name], hit.marks) for hit in found(query, entries())]
    made: list[Row] = []
    for family, kinds in sources.families().items():
        is_open = family not in closed
        made.append(Row(family, COLORS.get(family, ""), head=True, open=is_open, right=str(len(kinds)), key=family))
        made += [_row(cls, inner=True) for cls in kinds if is_open]
    return made


def _row(cls: type[Source], marks: tuple[int, ...] = (), *, inner: bool = False) -> Row:
    color = COLORS.get(cls.family, "")
    return Row(
        cls.title, color, detail=cls.purpose(), right=cls.gives, marks=marks, tip=cls.help(), inner=inner, key=cls.kind
    )
