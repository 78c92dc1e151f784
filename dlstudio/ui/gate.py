"""Gate: what an import in a thread goes through, module by module, so that it is courteous and can be ended."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from threading import get_ident
from time import monotonic, sleep
from types import ModuleType
from typing import Any

from dlstudio.ui.courtesy import LOOK, MOST, awaited, handled

PATIENT = "torch."
"""Before which modules it waits: meanwhile no other module is held back that the window could ask for."""


class Shut(BaseException):
    """The program ends; no module takes it for a package that is missing."""


class Gate(MetaPathFinder):
    """Stands before all other finders; only its own thread is held up.

    While nobody waits for what comes through, whoever uses the window goes first; after that only the turns of the
    window do, and not for long. Once it is shut, the thread ends before the next module."""

    def __init__(self) -> None:
        self._thread = 0
        self._hurry: float | None = None
        self._shut = False

    @contextmanager
    def standing(self) -> Iterator[None]:
        """What this thread imports inside goes through it."""
        self._thread = get_ident()
        sys.meta_path.insert(0, self)
        try:
            yield
        finally:
            sys.meta_path.remove(self)

    def hurry(self) -> None:
        """From now on somebody waits."""
        if self._hurry is None:
            self._hurry = monotonic()

    def shut(self) -> None:
        """The program ends: nothing shall come through any more."""
        self._shut = True

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Python asks here first where a module is, and lets no other thread import anything until it knows."""
        if get_ident() != self._thread:
            return None
        if self._shut:
            raise Shut
        found = PathFinder.find_spec(name, path, target) if name.startswith(PATIENT) else None
        if found and found.loader:
            self._hold(found.loader)
        return found

    def _hold(self, loader: Any) -> None:
        """The module of this loader waits for its turn."""
        run = loader.exec_module

        def after_you(module: ModuleType) -> None:
            del loader.exec_module
            self.wait()
            run(module)

        loader.exec_module = after_you

    def wait(self) -> None:
        """Returns when it is its turn."""
        end = monotonic() + MOST
        while not self._shut and self._busy():
            if monotonic() > end and not handled():
                self.hurry()  # a window that gets no further may be waiting for what is to come through
            sleep(LOOK)
        if self._shut:
            raise Shut

    def _busy(self) -> bool:
        """Whether the window goes first."""
        if self._hurry is None:
            return awaited() or handled()
        return monotonic() - self._hurry < MOST and awaited()
