"""Span: lengths of time as people say them."""

LONGEST = 360_000_000
"""Seconds beyond which nobody counts."""


def clock(seconds: float) -> str:
    """A time that runs: 0:12 or 1:02:03."""
    minutes, rest = divmod(round(min(seconds, LONGEST)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def roughly(seconds: float) -> str:
    """What to expect: 5 s, 40 s, 3 min, 2 h; small times in steps of five."""
    if seconds < 57.5:
        return f"{max(5, 5 * round(seconds / 5))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{round(seconds / 3600)} h"
