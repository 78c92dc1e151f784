"""Markup: the few elements that a report is made of; every text is escaped on its way in."""

import base64
import re
from collections.abc import Iterable, Sequence
from html import escape


class Markup(str):
    """Text that is HTML already; only this module and drawings make it."""

    __slots__ = ()


def shown(value: object) -> Markup:
    """A value on the page: markup as it is, anything else as a text."""
    return value if isinstance(value, Markup) else Markup(escape(str(value)))


def element(tag: str, *inside: object, **given: object) -> Markup:
    """An element; a name of an attribute may end in _ and hold _ for -."""
    names = {name.rstrip("_").replace("_", "-"): escape(str(value)) for name, value in given.items()}
    head = "".join(f' {name}="{value}"' for name, value in names.items())
    return Markup(f"<{tag}{head}>{''.join(map(shown, inside))}</{tag}>")


def joined(parts: Iterable[object]) -> Markup:
    return Markup("".join(map(shown, parts)))


def section(title: str, *inside: object) -> Markup:
    """A part of the report; nothing where there is nothing in it."""
    body = joined(each for each in inside if each)
    return element("section", element("h2", title), body) if body else Markup("")


def facts(pairs: Iterable[tuple[str, object]]) -> Markup:
    """Names with their values."""
    rows = [element("dt", name) + element("dd", value) for name, value in pairs if str(value)]
    return element("dl", Markup("".join(rows))) if rows else Markup("")


def table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> Markup:
    """A table; columns of numbers stand to the right."""
    cells = [list(row) for row in rows]
    if not cells:
        return Markup("")
    kinds = ["number" if all(map(_is_number, column)) else "text" for column in zip(*cells, strict=True)]
    body = [
        element("tr", *(element("td", c, class_=kind) for c, kind in zip(row, kinds, strict=True))) for row in cells
    ]
    names = [element("th", name, scope="col", class_=kind) for name, kind in zip(head, kinds, strict=True)]
    top = element("thead", element("tr", *names))
    return element("div", element("table", top, element("tbody", *body)), class_="scroll")


def _is_number(cell: object) -> bool:
    """Whether a cell may stand in a column of numbers; an empty one may."""
    return re.fullmatch(r"(-?[\d,]+(\.\d+)?(e[+-]?\d+)?%?|nan|-?inf)?", str(cell)) is not None


def hint(text: str) -> Markup:
    """A remark in a smaller voice: why something is not there, what is meant."""
    return element("p", text, class_="hint")


def folded(title: str, text: str) -> Markup:
    """A long text behind its title."""
    return element("details", element("summary", title), element("pre", text))


def png(data: bytes, told: str) -> Markup:
    """A picture within the page."""
    source = f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}"
    return Markup(f'<img src="{source}" alt="{escape(told)}">')
