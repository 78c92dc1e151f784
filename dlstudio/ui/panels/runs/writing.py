"""Writing: the name and the note of a run, as they go to the disk."""

from dataclasses import replace

from dlstudio.runs import library
from dlstudio.runs.census import Record


def noted(record: Record, text: str) -> Record:
    """The run with another note."""
    library.note(record.path.parent, record.run.name, text)
    return replace(record, run=replace(record.run, note=text))


def renamed(record: Record, name: str) -> Record:
    """The run under another name, in a folder of that name."""
    made = library.rename(record.path.parent, record.run.name, name).path
    return replace(record, run=replace(record.run, name=name, path=made))
