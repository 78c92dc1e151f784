"""Earlier: what was made at earlier steps, from the album of a run; one plate is read at a time."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlstudio.runs.album import AlbumReader
from dlstudio.runs.folder import ALBUM

if TYPE_CHECKING:
    from dlstudio.training.asking.question import Question

MOST = 6


class Earlier:
    """A few steps, evenly chosen from all that were kept up to the one that is shown; the latest is left to it."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self._reader = AlbumReader(run / ALBUM)
        self._kept: dict[tuple[str, int], Any] = {}

    def values(self, question: "Question", until: int, most: int = MOST) -> list[tuple[int, Any]]:
        """Steps and what was made at them, as far as it was read; each call reads one more at most."""
        topic = question.topic
        there = [int(step) for step in self._reader.steps(topic) if step < until]
        wanted = chosen(there, most)
        missing = [step for step in wanted if (topic, step) not in self._kept]
        if missing:
            self._kept[topic, missing[0]] = self._read(topic, missing[0])
        known = ((step, self._kept.get((topic, step))) for step in wanted)
        return [(step, value) for step, value in known if value is not None]

    def _read(self, topic: str, step: int) -> Any:
        from dlstudio.training.asking.plates import Unreadable, unpack

        found = self._reader.read(topic, step)
        if found is None or found[0] != step:
            return None
        try:
            return unpack(found[1])
        except Unreadable:
            return None


def chosen(steps: list[int], most: int) -> list[int]:
    """So many of the steps: each half as many steps before the next, since most happens at first."""
    if len(steps) <= most:
        return steps
    last = len(steps) - 1
    places = sorted({0, *(round(last * 2.0 ** (n - most + 1)) for n in range(1, most))})
    return [steps[place] for place in places]
