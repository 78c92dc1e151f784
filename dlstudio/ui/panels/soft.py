"""Soft: long names in narrow panels: where they may break, and how they are cut."""

import re

LONG = re.compile(r"\w{24,}")
MOST = 20


def soft(text: str) -> str:
    """The text, whose long words may break after an underscore."""
    return LONG.sub(lambda found: found[0].replace("_", "_\u200b"), text)


def brief(text: str) -> str:
    """The text, or its beginning with … where it is long."""
    return text if len(text) <= MOST else text[: MOST - 1].rstrip() + "…"
