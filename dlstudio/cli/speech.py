"""How the command line speaks: tables and lines for people, one JSON object a line for machines."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text


def console() -> Console:
    """Standard output; in colour on a terminal only, and never reading markup in names that users chose."""
    return Console(markup=False, emoji=False, highlight=False)


def say(text: str | Text = "") -> None:
    """One line for people, which the terminal may break but we do not."""
    console().print(plain(text) if isinstance(text, str) else text, soft_wrap=True)


def plain(text: str) -> str:
    """A text of the user's as a terminal may show it: nothing in it can steer the terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def tell(value: Mapping[str, Any]) -> None:
    """One JSON object on a line of its own."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def result(value: Mapping[str, Any]) -> None:
    """The last line of what a machine reads."""
    tell({"result": value})


def complain(text: str, code: int = 1) -> int:
    """What went wrong, in one line on standard error; the exit code."""
    sys.stderr.write(f"dlstudio: {plain(' '.join(text.split()))}\n")
    return code
