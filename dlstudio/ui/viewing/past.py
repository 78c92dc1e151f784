"""Past: what an album kept of a run at earlier steps."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlstudio.runs.album import AlbumReader
from dlstudio.runs.folder import ALBUM

if TYPE_CHECKING:
    from dlstudio.training.asking.question import Answered, Question
    from dlstudio.training.probes import Snapshot

MOST = 64
"""How many plates are remembered unpacked."""


class Past:
    """Takes plates out of an album; the last ones are remembered."""

    def __init__(self, run: Path) -> None:
        self.reader = AlbumReader(run / ALBUM)
        self._seen: dict[tuple[str, int], Any] = {}

    def look(self, step: int) -> "Snapshot | None":
        """The last look at or before a step."""
        found = self._read("look", step)
        return found[1] if found else None

    def answer(self, question: "Question", step: int) -> "Answered | None":
        """The last answer at or before a step, if one was kept."""
        from dlstudio.training.asking.question import Answered

        found = self._read(question.topic, step)
        return Answered(found[0], found[1]) if found else None

    def _read(self, topic: str, step: int) -> tuple[int, Any] | None:
        from dlstudio.training.asking.plates import Unreadable, unpack

        found = self.reader.read(topic, step)
        if found is None:
            return None
        at, body = found
        if (topic, at) not in self._seen:
            try:
                self._seen[topic, at] = unpack(body)
            except Unreadable:
                return None
            while len(self._seen) > MOST:
                del self._seen[next(iter(self._seen))]
        return at, self._seen[topic, at]
