"""Groups: which curves belong on one chart: training and validation of one measure, and nothing else."""

from collections.abc import Iterable

VALIDATION = "validation/"
FIRST = ("loss", "accuracy")
"""The measures that come first; the learning rates come last."""
RATE = "learning_rate"


def measure(name: str) -> str:
    """What a curve measures, on whichever part of the data."""
    plain = name.removeprefix(VALIDATION)
    return plain.partition("/")[0] if plain.startswith((RATE, "loss/")) else plain


def grouped(names: Iterable[str]) -> dict[str, list[str]]:
    """The curves by what they measure; what is learnt from comes before what is only measured."""
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        found.setdefault(measure(name), []).append(name)
    for each in found.values():
        each.sort(key=lambda name: (name.startswith(VALIDATION), name.count("/")))
    return dict(sorted(found.items(), key=lambda each: _rank(each[0])))


def _rank(what: str) -> tuple[int, int]:
    if what in FIRST:
        return 0, FIRST.index(what)
    return (2, 0) if what == RATE else (1, 0)


def title(what: str) -> str:
    """A measure as people say it."""
    return what.replace("_", " ").replace("/", " ").capitalize()


def label(name: str) -> str:
    """A curve in its legend: the part of the data, and the output where there are several."""
    part = "validation" if name.startswith(VALIDATION) else "training"
    rest = name.removeprefix(VALIDATION).partition("/")[2]
    if name.startswith(RATE):
        return f"optimizer {int(rest) + 1}" if rest else "learning rate"
    return f"{part} {rest}".strip()
