"""What takes long in a thread waits while the window has much to do or is in use, and not for ever."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any
from weakref import ref

import pytest
from PySide6.QtCore import QObject
from shiboken6 import delete

from dlstudio.data.progress import Cancelled
from dlstudio.ui import courtesy, gate
from dlstudio.ui.gate import Gate
from dlstudio.ui.loader import Loader
from dlstudio.ui.turns import Turns


@pytest.fixture(autouse=True)
def nothing_of_other_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    courtesy.first.clear()
    monkeypatch.setattr(courtesy, "_hand", [float("-inf")])
    monkeypatch.setattr(gate, "MOST", 1e9)


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package of two modules, which is waited for like torch."""
    (tmp_path / "manifold").mkdir()
    for name, text in {"__init__": "from . import one, two", "one": "there = 1", "two": "there = 1"}.items():
        (tmp_path / "manifold" / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(gate, "PATIENT", "manifold.")
    yield "manifold"
    for name in ("manifold", "manifold.one", "manifold.two"):
        sys.modules.pop(name, None)


def imports(name: str) -> Callable[[Gate], None]:
    def work(through: Gate) -> None:
        with through.standing():
            __import__(name)

    return work


def use() -> None:
    """Somebody uses the window from now on."""
    courtesy._hand[0] = monotonic() + 1e9


def rest() -> None:
    courtesy._hand[0] = float("-inf")


def there(name: str) -> bool:
    """Whether a module of that package has run."""
    return hasattr(sys.modules.get(f"manifold.{name}"), "there")


def gates() -> list[object]:
    return [each for each in sys.meta_path if isinstance(each, Gate)]


def test_what_somebody_waits_for_goes_on_when_the_turns_are_done(qtbot: Any) -> None:
    parent = QObject()
    turns = Turns(parent)
    done: list[str] = []
    loaded: list[int] = []
    turns.follow(*[partial(done.append, "turn")] * 3)

    def load(through: Gate) -> None:
        through.wait()
        loaded.append(len(done))

    thread = Thread(target=Loader(load).wait)
    thread.start()
    qtbot.waitUntil(lambda: not thread.is_alive(), timeout=60_000)
    assert loaded == [3]
    assert ref(turns) not in courtesy.first


def test_it_goes_on_at_last_where_the_window_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MOST", 0.02)
    parent = QObject()
    busy = Turns(parent)
    busy.follow(lambda: None)
    Loader(lambda through: through.wait()).wait()
    assert ref(busy) in courtesy.first


def test_what_nobody_waits_for_goes_on_where_the_window_gets_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MOST", 0.02)
    parent = QObject()
    turns = Turns(parent)
    turns.follow(lambda: None)  # never, since nobody runs the window meanwhile
    loader = Loader(lambda through: through.wait())
    loader.begin()
    while loader.alive:
        sleep(0.005)
    assert turns.busy


def test_turns_of_a_window_that_is_gone_are_not_waited_for() -> None:
    parent = QObject()
    gone = Turns(parent)
    gone.follow(lambda: None)
    delete(parent)
    Loader(lambda through: through.wait()).wait()
    assert ref(gone) in courtesy.first


def test_what_nobody_waits_for_yet_stands_still_while_the_window_is_in_use(qtbot: Any, many: str) -> None:
    use()
    loader = Loader(imports(many))
    assert loader.begin()
    qtbot.waitUntil(lambda: many in sys.modules)
    assert not there("one")
    rest()
    qtbot.waitUntil(lambda: not loader.begin())
    assert there("one")
    assert there("two")
    assert not gates()


def test_who_needs_it_does_not_wait_for_the_hand(many: str) -> None:
    use()
    loader = Loader(imports(many))
    loader.begin()
    loader.wait()
    assert there("two")


def test_other_threads_pass_the_gate(qtbot: Any, many: str, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.py").write_text("", encoding="utf-8")
    use()
    loader = Loader(imports(many))
    loader.begin()
    qtbot.waitUntil(lambda: many in sys.modules)
    gates_there = gates()
    __import__("elsewhere")
    assert sys.modules.pop("elsewhere").__file__ == str(tmp_path / "elsewhere.py")
    assert len(gates_there) == 1
    loader.wait()


def test_an_import_ends_with_the_program(qtbot: Any, many: str) -> None:
    use()
    loader = Loader(imports(many))
    loader.begin()
    qtbot.waitUntil(lambda: many in sys.modules)
    loader.leave()
    qtbot.waitUntil(lambda: not loader.begin())
    assert many not in sys.modules
    assert not gates()


def test_who_loses_interest_does_not_wait_and_ends_nothing() -> None:
    goes, begun = Event(), Event()

    def load(_: Gate) -> None:
        begun.set()
        assert goes.wait(60)

    def look() -> None:
        begun.wait(60)
        raise Cancelled

    loader = Loader(load)
    with pytest.raises(Cancelled):
        loader.wait(look)
    assert loader.begin()
    goes.set()
    loader.wait()


def test_what_went_wrong_is_told_to_who_waits_and_tried_again() -> None:
    tries: list[int] = []

    def load(_: Gate) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise ModuleNotFoundError("No module named 'torch'")

    loader = Loader(load)
    while loader.begin():
        pass
    with pytest.raises(ModuleNotFoundError, match="torch"):
        loader.wait()
    loader.wait()
    loader.wait()
    assert len(tries) == 3
