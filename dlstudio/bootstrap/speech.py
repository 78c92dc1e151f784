"""What the bootstrap says to the person who waits for it."""

from __future__ import annotations

import sys


class Refusal(Exception):
    """Why the environment cannot be made, in words for the person who started dlstudio."""


def say(text: str) -> None:
    """Print one line of progress where it does not mix with a command's output."""
    print(f"dlstudio: {text}", file=sys.stderr, flush=True)
