"""Hints: what works but is unwise, said while drawing."""

from collections.abc import Iterator

from dlstudio.compiler.plan import Plan
from dlstudio.core.issue import Issue


def hints(plan: Plan) -> Iterator[Issue]:
    """All hints for one network."""
    yield from ()
