"""Labelled texts: texts of one class each as rows of symbols of one length, filled up with padding."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from dlstudio.catalog.sources.labelled_texts import LabelledTexts
from dlstudio.core.document import natural
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.cells import read as read_table
from dlstudio.data.columns import classes, in_memory
from dlstudio.data.dataset import Column
from dlstudio.data.labelled import entries, parts
from dlstudio.data.loading import Loaded, PartName, Place, loads
from dlstudio.data.paths import PART_WORDS, file
from dlstudio.data.progress import counted
from dlstudio.data.roles import as_word
from dlstudio.data.soundness import advised, skipped
from dlstudio.data.texts import read
from dlstudio.data.vocabulary import Vocabulary

TABLES = (".csv", ".tsv", ".parquet", ".pq")
TEXTS = ("text", "sentence", "review", "message", "title")
TARGETS = ("label", "class", "target", "category", "sentiment")
SPLITS = ("split", "part", "subset")
PADDING = 0


@dataclass(frozen=True)
class Row:
    """One text with its label, where it stands, and its part where the data names one."""

    text: str
    label: str
    place: str
    part: PartName | None = None

    @property
    def wrong(self) -> str:
        """What is missing, if anything."""
        missing = "text" if not self.text.strip() else "label" if not self.label else ""
        return f"{self.place}: the {missing} is empty" if missing else ""


@loads("LabelledTexts")
def labelled_texts(source: LabelledTexts, place: Place) -> Loaded:
    found, reasons = _rows(source, place)
    reasons += [row.wrong for row in found if row.wrong]
    if reasons and not place.skip:
        raise ProjectProblem(advised(reasons))
    rows = [row for row in found if not row.wrong]
    if not rows:
        raise ProjectProblem(f"No text of {source.path} can be used: {reasons[0] if reasons else 'there are none'}.")
    texts = [row.text.lower() if source.lower else row.text for row in rows]
    known = Vocabulary.of("\n".join(texts), source.unit, source.vocabulary).padded()
    numbers = torch.tensor([_filled(known.encode(text), source) for text in counted(texts, "Coding texts", len(texts))])
    column = Column("text", Shape.of(source.length, dtype="int"), known.names, padding=PADDING)
    dataset = in_memory((column, numbers), _labels(rows), places=tuple(row.place for row in rows))
    reading = {"length": source.length, "fill": source.fill, "lower": source.lower}
    return Loaded(
        dataset,
        parts([row.part for row in rows]),
        fitted={"vocabulary": known.plain(), "reading": reading},
        issues=(skipped(reasons),) if reasons else (),
    )


def _filled(numbers: list[int], source: LabelledTexts) -> list[int]:
    """A row of the length that is wanted: the first symbols, or all of them and padding."""
    kept = numbers[: source.length]
    padding = [PADDING] * (source.length - len(kept))
    return padding + kept if source.fill == "start" else kept + padding


def _labels(rows: Sequence[Row]) -> tuple[Column, torch.Tensor]:
    names = sorted({row.label for row in rows}, key=natural)
    number = {name: i for i, name in enumerate(names)}
    return classes("class", torch.tensor([number[row.label] for row in rows]), names)


def _rows(source: LabelledTexts, place: Place) -> tuple[list[Row], list[str]]:
    """All texts, and what is wrong with lines that are none."""
    if source.path and (place.folder / Path(source.path).expanduser()).is_dir():
        found = entries(place, source.path, "", (".txt",), "text")
        named = counted(found, "Reading files", len(found))
        return [Row(read(each.path), each.label, str(each.path), each.part) for each in named], []
    path = file(place, source.path, "a folder of texts, a table, or a file of lines")
    if path.suffix.lower() in TABLES:
        return _table(source, path)
    lines = list(_lines(path))
    return [each for each in lines if isinstance(each, Row)], [each for each in lines if isinstance(each, str)]


def _lines(path: Path) -> Iterator[Row | str]:
    """Lines of a label, a tab and a text; a sentence for each that is none."""
    for number, line in enumerate(read(path).split("\n"), 1):
        label, tab, text = line.partition("\t")
        where = f"{path.name}, line {number}"
        if tab:
            yield Row(text, label.strip(), where)
        elif line.strip():
            yield f"{where}: there is no tab between a label and a text"


def _table(source: LabelledTexts, path: Path) -> tuple[list[Row], list[str]]:
    cells = read_table(path, "auto")
    names = list(cells.columns)
    text = _column(source.text, TEXTS, names, path, "text")
    target = _column(source.target, TARGETS, names, path, "target")
    if text == target:
        raise ProjectProblem(f"{path.name}: the column {text} cannot be both the text and the target.")
    split = next((name for name in names if name.lower() in SPLITS and name not in (text, target)), None)
    said = [as_word(cell).lower() for cell in cells.columns[split]] if split else [""] * len(cells.places)
    columns = zip(cells.columns[text], cells.columns[target], cells.places, said, strict=True)
    rows = [Row(as_word(one), as_word(other), where, PART_WORDS.get(part)) for one, other, where, part in columns]
    return rows, list(cells.ragged)


def _column(said: str, usual: Sequence[str], names: Sequence[str], path: Path, what: str) -> str:
    """The column that is named, or one of a usual name."""
    found = said if said in names else next((name for name in names if not said and name.lower() in usual), None)
    if found is None:
        start = f"{path.name} has no column “{said}”" if said else f"{path.name} has no column of a usual name"
        raise ProjectProblem(f"{start}; it has {', '.join(names)}. Say in {what} which one it is.")
    return found
