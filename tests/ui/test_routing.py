"""Routing: what a piece of a way costs, against a count by hand."""

from itertools import pairwise
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from dlstudio.core.document import Point, Rect
from dlstudio.ui.canvas.routing import Ground

PLACES = st.integers(-6, 6).map(lambda step: 4.0 * step)
CARDS = st.lists(st.builds(Rect, PLACES, PLACES, st.just(8.0), st.just(8.0)), max_size=4)


@st.composite
def ways(draw):
    """A way at right angles."""
    points = [Point(draw(PLACES), draw(PLACES))]
    for turn in range(draw(st.integers(1, 4))):
        points.append(points[-1]._replace(**{"x" if turn % 2 else "y": draw(PLACES)}))
    return tuple(points)


def by_hand(y, left, right, cards, others):
    """What a level piece costs, looked for in everything."""
    if any(c.y - 2 < y < c.y + c.height + 2 and c.x - 2 < right and left < c.x + c.width + 2 for c in cards):
        return inf
    cost = right - left
    for a, b in (piece for way in others for piece in pairwise(way)):
        first, last = sorted((a.x, b.x))
        if a.y == b.y and abs(a.y - y) < 6 and first < right and left < last:
            cost += 60 + min(last, right) - max(first, left)
        elif a.y != b.y and left < a.x < right and min(a.y, b.y) < y < max(a.y, b.y):
            cost += 20
    return cost


@given(CARDS, st.lists(ways(), max_size=3), PLACES, PLACES, PLACES)
def test_a_piece_costs_its_length_its_crossings_and_what_it_lies_on(cards, others, y, one, two):
    left, right = sorted((one, two))
    assert Ground(cards, others).level(y, one, two) == by_hand(y, left, right, cards, others)


@given(CARDS, st.lists(ways(), max_size=3), PLACES, PLACES, PLACES)
def test_upright_pieces_cost_what_level_ones_do_in_a_mirror(cards, others, at, one, two):
    mirrored = [Rect(c.y, c.x, c.height, c.width) for c in cards]
    turned = [tuple(Point(p.y, p.x) for p in way) for way in others]
    assert Ground(cards, others).upright(at, one, two) == Ground(mirrored, turned).level(at, one, two)
