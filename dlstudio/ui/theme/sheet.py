"""Sheet: the look of Qt's own widgets: one style sheet, filled with the tokens of a theme."""

from functools import lru_cache
from string import Template

from dlstudio.core.resources import resource
from dlstudio.ui.theme.fonts import NUMBERS, WORDS
from dlstudio.ui.theme.tokens import BODY, HEAD, SMALL, TINY, TITLE, Theme


@lru_cache(maxsize=8)
def sheet(theme: Theme, scale: float = 1.0) -> str:
    """The style sheet of the whole program; `scale` makes all letters larger or smaller."""
    sizes = {"tiny": TINY, "small": SMALL, "body": BODY, "head": HEAD, "title": TITLE}
    check = "check-dark" if theme.dark else "check-light"
    return Template(resource("theme", "sheet.qss").read_text("utf-8")).substitute(
        theme.colors,
        words=WORDS,
        numbers=NUMBERS,
        check=resource("theme", f"{check}.svg").as_posix(),
        down=resource("theme", "down.svg").as_posix(),
        **{name: f"{round(size * scale)}px" for name, size in sizes.items()},
    )
