"""Cards: the cards of a scene by node; where only shapes changed, a card is made anew when somebody looks at it."""

from collections.abc import Iterable, Iterator, MutableMapping
from typing import TYPE_CHECKING

from dlstudio.ui.canvas.card import Card, reshaped

if TYPE_CHECKING:
    from dlstudio.ui.session import State


class Cards(MutableMapping[str, Card]):
    """An edit far up a network changes the shapes of all that follows; few of those cards are in sight."""

    def __init__(self) -> None:
        self._made: dict[str, Card] = {}
        self._old: set[str] = set()
        self._state: State | None = None

    def follow(self, state: "State", old: Iterable[str]) -> None:
        """From now on a state is shown; through some nodes flows something else than their cards say."""
        self._state = state
        self._old.update(old)

    def roughly(self, node: str) -> Card:
        """A card that may say of shapes what was true before."""
        return self._made[node]

    def __getitem__(self, node: str) -> Card:
        if node in self._old and self._state is not None:
            state = self._state
            wires, issues = state.network.inbound.get(node, ()), state.issues_here.get(node, ())
            self[node] = reshaped(self._made[node], state.plan, wires, issues)
        return self._made[node]

    def __setitem__(self, node: str, card: Card) -> None:
        self._made[node] = card
        self._old.discard(node)

    def __delitem__(self, node: str) -> None:
        del self._made[node]
        self._old.discard(node)

    def __contains__(self, node: object) -> bool:
        return node in self._made

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)
