"""Keymap: which keys do what: those that come with the program, and those that the user chose."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from dlstudio.ui.settings import settings

GROUP, BETWEEN = "keys", "\n"
_STRONG = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)  # fmt: skip


class Keymap:
    """The keys of every action by its name; changes are written to the settings at once."""

    def __init__(self, defaults: Mapping[str, Sequence[str]]) -> None:
        self.defaults = {name: tuple(map(plain, keys)) for name, keys in defaults.items()}
        self.keys = {name: self._said(name, keys) for name, keys in self.defaults.items()}

    def _said(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        said = settings().value(f"{GROUP}/{name}")
        return default if said is None else tuple(key for key in str(said).split(BETWEEN) if key)

    def first(self, name: str) -> str:
        """The keys that are shown beside its title."""
        return next(iter(self.keys[name]), "")

    def owner(self, keys: str, *, beside: str = "") -> str:
        """The other action that has these keys, or nothing."""
        wanted = plain(keys)
        return next((name for name, mine in self.keys.items() if wanted in mine and name != beside), "")

    def put(self, name: str, *keys: str) -> None:
        """Other keys; whoever had them loses them."""
        wanted = tuple(dict.fromkeys(map(plain, keys)))
        for key in wanted:
            if loser := self.owner(key, beside=name):
                self._keep(loser, tuple(k for k in self.keys[loser] if k != key))
        self._keep(name, wanted)

    def reset(self, name: str) -> None:
        """The keys that come with the program; whoever has them now loses them."""
        self.put(name, *self.defaults[name])

    def reset_all(self) -> None:
        settings().remove(GROUP)
        self.keys = dict(self.defaults)

    def changed(self, name: str) -> bool:
        return self.keys[name] != self.defaults[name]

    def _keep(self, name: str, keys: tuple[str, ...]) -> None:
        self.keys[name] = keys
        if self.changed(name):
            settings().setValue(f"{GROUP}/{name}", BETWEEN.join(keys))
        else:
            settings().remove(f"{GROUP}/{name}")


def plain(keys: str) -> str:
    """Keys in the one spelling that is kept: Ctrl+Shift+P."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)


@lru_cache(maxsize=512)
def shown(keys: str) -> str:
    """Keys as people of this system read them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def bare(keys: str) -> bool:
    """Whether they could be meant as typing: a letter, Delete, Return; such keys work on the canvas alone."""
    sequence = QKeySequence(keys)
    if sequence.isEmpty():
        return False
    first = sequence[0]  # type: ignore[index]  # the stubs do not know it
    function = Qt.Key.Key_F1 <= first.key() <= Qt.Key.Key_F35
    return not function and not first.keyboardModifiers() & _STRONG
