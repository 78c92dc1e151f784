"""A long reading tells how far it is, and ends where nobody wants it any more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from dlstudio.catalog.sources import Source, sources
from dlstudio.data.dataset import InMemory
from dlstudio.data.declared import declared
from dlstudio.data.loading import Place, load
from dlstudio.data.prepare import implementations
from dlstudio.data.progress import Cancelled, Progress, counted, watched

__all__ = ["implementations"]  # the sources' loaders are bound as it is imported


class Stopping(Progress):
    """Wants to know no more after so many things; notes all that it was told."""

    def __init__(self, after: int) -> None:
        super().__init__(lambda: self._look(after))
        self.seen: list[str] = []

    def _look(self, after: int) -> bool:
        self.seen.append(self.words())
        return len(self.seen) > after


def table(folder: Path, rows: int) -> Source:
    lines = "\n".join(f"{row},{row % 2}" for row in range(rows))
    (folder / "table.csv").write_text(f"x,y\n{lines}\n")
    return declared(sources, {"kind": "Table", "file": "table.csv"})


def pictures(folder: Path, count: int) -> Source:
    (folder / "pictures" / "a").mkdir(parents=True)
    for number in range(count):
        Image.fromarray(np.zeros((4, 4), np.uint8)).save(folder / "pictures" / "a" / f"{number}.png")
    return declared(sources, {"kind": "ImageFolder", "folder": "pictures"})


def test_things_are_counted_and_told_in_words() -> None:
    progress = Progress()
    with watched(progress):
        told = [progress.words() for _ in counted(range(3), "Reading rows", 3)]
    assert told == ["Reading rows: 0 of 3", "Reading rows: 1 of 3", "Reading rows: 2 of 3"]
    assert progress.words() == "Reading rows: 3 of 3"


def test_each_thing_may_stand_for_many_and_the_last_for_fewer() -> None:
    progress = Progress()
    with watched(progress):
        assert list(counted(range(0, 10, 4), "Going through x", 10, each=4)) == [0, 4, 8]
    assert (progress.done, progress.total) == (10, 10)


def test_without_anybody_who_looks_things_pass_as_they_are() -> None:
    assert list(counted("abc", "Reading")) == ["a", "b", "c"]


def test_another_thread_is_not_watched() -> None:
    progress, passed = Progress(), list[int]()
    progress.cancel()
    with watched(progress):
        other = threading.Thread(target=lambda: passed.extend(counted(range(3), "Reading")))
        other.start()
        other.join()
    assert passed == [0, 1, 2]


@pytest.mark.parametrize(("make", "what"), [(table, "Reading rows"), (pictures, "Reading files")])
def test_a_reading_ends_in_the_middle(tmp_path: Path, make: Callable[[Path, int], Source], what: str) -> None:
    source, progress = make(tmp_path, 50), Stopping(after=20)
    with watched(progress), pytest.raises(Cancelled):
        load(source, Place(tmp_path))
    assert f"{what}: 7 of {50 + (what == 'Reading rows')}" in progress.seen
    assert progress.done < 50
    with watched(Progress()):
        assert len(load(source, Place(tmp_path)).dataset) == 50


def test_files_whose_turn_has_not_come_are_left_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, read = pictures(tmp_path, 400), list[str]()
    gate = threading.Event()
    whole = Image.open

    def slow(path: Path) -> Image.Image:
        read.append(str(path))
        if len(read) > 60:
            gate.wait(60)
        return whole(path)

    monkeypatch.setattr(Image, "open", slow)

    def enough() -> bool:
        if progress.done >= 5:
            gate.set()
        return gate.is_set()

    progress = Progress(enough)
    with watched(progress), pytest.raises(Cancelled):
        load(source, Place(tmp_path))
    assert len(read) < 400


def test_statistics_of_many_samples_can_be_ended() -> None:
    from dlstudio.data.columns import numbers
    from dlstudio.data.statistics import chunks

    column, values = numbers("x", torch.zeros(20_000, 1))
    dataset = InMemory({"x": column}, {"x": values})
    progress = Stopping(after=2)
    with watched(progress), pytest.raises(Cancelled):
        list(chunks(dataset, torch.arange(20_000), "x"))
    assert progress.seen == [
        "Going through x: 0 of 20,000",
        "Going through x: 4,096 of 20,000",
        "Going through x: 8,192 of 20,000",
    ]
