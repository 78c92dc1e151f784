"""Lengths of time as people say them."""

import math

import pytest

from dlstudio.core.span import clock, roughly


def test_a_time_that_runs() -> None:
    assert [clock(seconds) for seconds in (7, 75, 3723)] == ["0:07", "1:15", "1:02:03"]
    assert clock(math.inf) == "100000:00:00"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "5 s"),
        (7, "5 s"),
        (8, "10 s"),
        (57, "55 s"),
        (58, "1 min"),
        (200, "3 min"),
        (5000, "83 min"),
        (9000, "2 h"),
    ],
)
def test_what_to_expect(seconds: float, said: str) -> None:
    assert roughly(seconds) == said
