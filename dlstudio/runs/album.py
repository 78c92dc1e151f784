"""Album: what a training showed of its inside, kept on disk within a budget."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.scribe import EVERY, Scribe
from dlstudio.runs.store import Tables, opened, set_aside, sound
from dlstudio.runs.trouble import told

if TYPE_CHECKING:
    import sqlite3

    import numpy as np
    from numpy.typing import NDArray

Found = TypeVar("Found")

BUDGET = 256 * 2**20
"""Bytes that an album takes on the disk at most."""

HELD, BATCH = 32 * 2**20, 4 * 2**20
"""Bytes that wait at most before only the newest of each topic does, and that are written at once."""

PAGE = 4096

PLATES = Tables(
    "pictures",
    """
CREATE TABLE IF NOT EXISTS topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS plates (
  id INTEGER PRIMARY KEY, topic INTEGER NOT NULL, step INTEGER NOT NULL, size INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS places ON plates (topic, step, size);
""",
    last="places",
    setup=f"PRAGMA page_size={PAGE}; PRAGMA auto_vacuum=INCREMENTAL; PRAGMA synchronous=NORMAL; "
    f"PRAGMA journal_size_limit={BATCH};",
    damaged="are damaged and are not shown; its curves and checkpoints are whole. {repair} puts the file aside.",
)
"""The index tells what there is without reading a picture."""

SIZES = "SELECT topic, sum(size) FROM plates GROUP BY topic"


class AlbumWriter(Scribe):
    """Keeps plates in a thread of its own; whatever befalls it, a training goes on."""

    def __init__(self, path: Path, budget: int = BUDGET, *, every: float = EVERY) -> None:
        self.budget = budget
        self._plates: dict[str, dict[int, bytes]] = {}
        self._held = 0
        self._cut: int | None = None
        self._ids: dict[str, int] = {}
        self._sizes: dict[int, int] = {}
        self._heard = False
        with told(f"The pictures of the run “{Path(path).parent.name}”", "be kept"):
            if not sound(Path(path), SIZES):
                set_aside(Path(path))
        super().__init__(path, PLATES, every)
        self._start()

    def put(self, step: int, topic: str, body: bytes) -> None:
        """Takes a plate, without waiting for the disk; where that is behind, only the newest of a topic waits."""
        with self._turn:
            if self._closed:
                raise RuntimeError("the album is closed")
            waiting = self._plates.setdefault(topic, {})
            if self._held + len(body) > min(HELD, self.budget // 2):
                self._held -= sum(map(len, waiting.values()))
                waiting.clear()
            self._held += len(body) - len(waiting.get(step, b""))
            waiting[step] = body
            self._turn.notify()

    def truncate(self, after_step: int) -> None:
        """Takes back what came after a step, before a resumed training goes there again."""
        with self._turn:
            self._plates = {
                topic: {step: body for step, body in waiting.items() if step <= after_step}
                for topic, waiting in self._plates.items()
            }
            self._held = sum(len(body) for waiting in self._plates.values() for body in waiting.values())
            self._cut = after_step if self._cut is None else min(after_step, self._cut)
        self._quietly(self._commit)

    def trouble(self) -> ProjectProblem | None:
        """Why plates could not be kept, told once until it works again."""
        with self._turn:
            kept, self._problem = (None if self._heard else self._problem), None
            self._heard = self._heard or kept is not None
        return kept

    def close(self) -> None:
        self._quietly(super().close)

    def _quietly(self, work: Callable[[], None]) -> None:
        try:
            work()
        except ProjectProblem as kept:
            with self._turn:
                self._problem = kept

    def _waiting(self) -> bool:
        return any(self._plates.values()) or self._cut is not None

    def _plenty(self) -> bool:
        return self._held >= BATCH

    def _commit(self) -> None:
        with self._store:
            with self._turn:
                plates, self._plates, self._held = self._plates, {}, 0
                cut, self._cut = self._cut, None
            if not plates and cut is None:
                return
            try:
                if not self._ids:
                    self._recall()
                with self._transaction():
                    self._apply(plates, cut)
            except BaseException:
                self._ids.clear()
                self._hold(plates, cut)
                raise
            with self._turn:
                self._heard = False

    def _hold(self, plates: dict[str, dict[int, bytes]], cut: int | None) -> None:
        """What could not be written waits again: the newest of each topic, and the cut."""
        with self._turn:
            for topic, waited in plates.items():
                if waited and not self._plates.get(topic):
                    step = max(waited)
                    if self._cut is None or step <= self._cut:
                        self._plates[topic] = {step: waited[step]}
                        self._held += len(waited[step])
            if cut is not None:
                self._cut = cut if self._cut is None else min(cut, self._cut)

    def _recall(self) -> None:
        """Learns what is there, and gives back what an album with a larger budget took."""
        execute = self._connection.execute
        with self._transaction():
            self._ids = {name: number for number, name in execute("SELECT id, name FROM topics")}
            self._sizes = dict(execute(SIZES))
            while self._used() > self.budget and self._thin():
                pass
            [pages] = execute("PRAGMA page_count").fetchone()
        if pages * PAGE > self.budget:
            self._connection.executescript("PRAGMA incremental_vacuum")  # execute would free one page alone

    def _apply(self, plates: dict[str, dict[int, bytes]], cut: int | None) -> None:
        execute = self._connection.execute
        if cut is not None:
            execute("DELETE FROM plates WHERE step > ?", (cut,))
            self._sizes = dict(execute(SIZES))
        for name, waiting in plates.items():
            for step in sorted(waiting):
                self._insert(self._number(name), step, waiting[step])

    def _number(self, name: str) -> int:
        if name not in self._ids:
            self._ids[name] = self._connection.execute("INSERT INTO topics (name) VALUES (?)", (name,)).lastrowid or 0
        return self._ids[name]

    def _insert(self, topic: int, step: int, body: bytes) -> None:
        execute = self._connection.execute
        room = len(body) + PAGE
        if room + 16 * PAGE > self.budget:
            return  # more than all that may be kept
        for number, size in execute(
            "SELECT id, size FROM plates WHERE topic = ? AND step = ?", (topic, step)
        ).fetchall():
            execute("DELETE FROM plates WHERE id = ?", (number,))
            self._sizes[topic] -= size
        while self._used() + room > self.budget and self._thin():
            pass
        execute("INSERT INTO plates (topic, step, size, body) VALUES (?, ?, ?, ?)", (topic, step, len(body), body))
        self._sizes[topic] = self._sizes.get(topic, 0) + len(body)

    def _used(self) -> int:
        [pages], [free] = (
            self._connection.execute(f"PRAGMA {each}").fetchone() for each in ("page_count", "freelist_count")
        )
        return int(pages - free) * PAGE

    def _thin(self) -> bool:
        """Makes the topic that holds most sparser; where no topic can be, the oldest plate of all goes."""
        execute = self._connection.execute
        for topic in sorted(self._sizes, key=lambda each: -self._sizes[each]):
            rows = execute("SELECT id, step, size FROM plates WHERE topic = ? ORDER BY step", (topic,)).fetchall()
            gone = [rows[place] for place in sparser([step for _, step, _ in rows])]
            if gone:
                self._drop(topic, gone)
                return True
        oldest = execute("SELECT topic, id, step, size FROM plates ORDER BY step LIMIT 1").fetchone()
        if oldest is not None:
            self._drop(oldest[0], [oldest[1:]])
        return oldest is not None

    def _drop(self, topic: int, gone: list[tuple[int, int, int]]) -> None:
        self._connection.executemany("DELETE FROM plates WHERE id = ?", ((number,) for number, _, _ in gone))
        self._sizes[topic] -= sum(size for _, _, size in gone)


def sparser(steps: list[int]) -> list[int]:
    """Which places to give up: of the older half every second one, where the steps lie closest; first and last stay."""
    import numpy as np

    old = np.array(steps[: (len(steps) + 1) // 2], dtype=np.int64)
    wanted, width = (len(old) + 1) // 2, 1
    kept = np.arange(len(old))
    while len(kept) > wanted:
        width *= 2  # a stretch of twice the width holds two whole ones: what was spread evenly stays so
        kept = np.unique(old // width, return_index=True)[1]
    return [int(place) for place in np.setdiff1d(np.arange(len(old)), kept)]


class AlbumReader:
    """Shows the plates of a run, also while another process writes them; one that cannot be read is empty."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self.problem: ProjectProblem | None = None
        """Why there is nothing to be seen, if that is not the truth."""

    def topics(self) -> list[str]:
        """What there are plates of, in the order in which it first appeared."""
        return list(self.newest())

    def newest(self) -> dict[str, int]:
        """The last step of every topic."""
        query = "SELECT id, name FROM topics ORDER BY id"
        last = "SELECT max(step) FROM plates WHERE topic = ?"
        return self._ask(
            lambda each: {
                name: step
                for number, name in each.execute(query).fetchall()
                for (step,) in each.execute(last, (number,))
                if step is not None
            },
            {},
        )

    def steps(self, topic: str) -> "NDArray[np.int64]":
        """The steps of which there are plates."""
        import numpy as np

        query = "SELECT step FROM plates WHERE topic = (SELECT id FROM topics WHERE name = ?) ORDER BY step"
        found: list[int] = self._ask(lambda each: [step for (step,) in each.execute(query, (topic,))], [])
        return np.array(found, dtype=np.int64)

    def read(self, topic: str, step: int | None = None) -> tuple[int, bytes] | None:
        """The last plate at or before a step, or the newest."""
        query = "SELECT step, body FROM plates WHERE topic = (SELECT id FROM topics WHERE name = ?) AND step <= ?"
        asked = (topic, 2**63 - 1 if step is None else step)
        found = self._ask(lambda each: each.execute(f"{query} ORDER BY step DESC LIMIT 1", asked).fetchone(), None)
        return None if found is None else (found[0], found[1])

    def since(self, topic: str, step: int) -> Iterator[tuple[int, bytes]]:
        """The plates after a step, one by one."""
        for each in self.steps(topic):
            if each > step and (found := self.read(topic, int(each))) is not None and found[0] == each:
                yield found

    def _ask(self, question: "Callable[[sqlite3.Connection], Found]", otherwise: Found) -> Found:
        try:
            with opened(self.path, PLATES) as connection:
                found = question(connection)
        except ProjectProblem as problem:
            self.problem = problem
            return otherwise
        self.problem = None
        return found
