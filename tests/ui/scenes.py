"""Scenes: whether what is on the canvas is what a canvas that saw nothing of the way there would show."""

from __future__ import annotations

from collections import Counter

from dlstudio.compiler.check import examine
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.told import joined
from tests.ui.hand import Hand


def agrees(hand: Hand) -> None:
    """The scene has the cards, places, wires and marks of one that is built from nothing."""
    state, now = hand.window.session.state, hand.canvas.scene
    fresh = Scene()
    fresh.show(None, state)
    assert now.cards == fresh.cards
    assert now.boxes == fresh.boxes
    assert now.wires == fresh.wires
    assert now.frames == fresh.frames
    assert now.notes == fresh.notes
    assert {w: p for w, p in now.bends.items() if w in now.wires} == {
        w: p for w, p in fresh.bends.items() if w in fresh.wires
    }
    known = joined(examine(state.project), state.told)
    shown, true = Counter(map(str, state.checked.issues)), Counter(map(str, known.issues))
    assert shown == true, f"only shown: {shown - true}; only true: {true - shown}"
