"""Names of runs: folders that every system can hold and every terminal can show."""

import re
import unicodedata

from dlstudio.core.issue import ProjectProblem

LONGEST = 80
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def proper(name: str) -> str:
    """The name, or a ProjectProblem that says what it must not hold."""
    wrong = _wrong(name)
    if wrong:
        raise ProjectProblem(f"A run cannot be named {_quoted(name)}: {wrong}")
    return name


def made(text: str) -> str:
    """A proper name made from any text: "LeNet-5 / digits" gives "lenet-5-digits"."""
    words = re.sub(r"[^\w.]+", "-", unicodedata.normalize("NFC", text).lower()).strip("-._")
    short = words[: LONGEST - 10].rstrip("-._")
    return short if short and not _wrong(short) else "run"


def _wrong(name: str) -> str:
    if not name or name != name.strip() or name.startswith((".", "-", "~")) or name.endswith("."):
        return "a name begins with a letter or a digit and does not end with a space or a dot."
    if len(name) > LONGEST or len(name.encode(errors="replace")) > 200:
        return f"it is longer than {LONGEST} characters; choose a shorter one."
    odd = _FORBIDDEN.search(name)
    if odd or not name.isprintable():
        shown = odd[0] if odd else "a character that cannot be printed"
        return f"it holds {shown}; use letters, digits, spaces, dots, dashes and underscores."
    if _DEVICES.fullmatch(name):
        return "Windows keeps that name for a device; choose another."
    return ""


def _quoted(name: str) -> str:
    return f"“{name}”" if name.isprintable() and len(name) <= LONGEST else ascii(name[:LONGEST])
