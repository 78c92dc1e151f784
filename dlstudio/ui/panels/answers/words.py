"""Words: numbers of answers as people read them."""

from math import isfinite

from dlstudio.ui.plots.scale import said

SHOWN = {"\n": "⏎", " ": "␣", "\t": "⇥"}
SHARES = ("accuracy", "F1", "all right", "boxes right", "overlap")


def percent(share: float) -> str:
    """A share in percent; a value that there is not is a dash."""
    return f"{100 * share:.1f} %" if isfinite(share) else "–"


def number(value: float) -> str:
    """A measured value in four digits."""
    return said(value) if isfinite(value) else "–"


def symbol(name: str) -> str:
    """A symbol that can be seen."""
    return SHOWN.get(name, name)


def told(name: str, value: float, interval: tuple[float, float] | None = None) -> str:
    """One number with its name and, where it is known, how sure it is."""
    shown = percent if name in SHARES else number
    within = f" ({shown(interval[0])} to {shown(interval[1])})".replace(" % to", " to") if interval else ""
    return f"{name} {shown(value)}{within}"


def likely(chance: float, *, is_share: bool) -> str:
    """How sure an answer is: a probability, or a score."""
    if not is_share:
        return number(chance)
    return f"{100 * chance:.0f} %" if 0.01 <= chance <= 0.99 or chance in (0, 1) else f"{100 * chance:.1f} %"
