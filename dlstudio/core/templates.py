"""Templates: the ready-made projects that come with the program."""

import json
from itertools import chain

from dlstudio.core.document import Project
from dlstudio.core.files import load
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.meant import closest, did_you_mean
from dlstudio.core.resources import resource

SUFFIX = ".dls"
DURATIONS = "durations.json"
"""How many seconds each template with data trains on two cores; `python -m tests.bench durations --write` measures."""


def templates() -> list[str]:
    """The names of all templates, in order."""
    return sorted(path.stem for path in resource("templates").glob(f"*{SUFFIX}"))


def template(name: str) -> Project:
    """The template of that name; its title, in any spelling, is understood too."""
    stem = find(name)
    if stem is None:
        raise ProjectProblem(f"There is no template “{name}”.{advice(name)}")
    return _load(stem)


def find(name: str) -> str | None:
    """The template that a name or a title means."""
    known = templates()
    by_name = (stem for stem in known if _plain(stem) == _plain(name))
    by_title = (stem for stem in known if _plain(_load(stem).name) == _plain(name))
    return next(chain(by_name, by_title), None)


def duration(name: str) -> float | None:
    """About how many seconds a template trains to its end on two cores; None where it comes without data."""
    file = resource("templates", DURATIONS)
    found: dict[str, float] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return found.get(name)


def advice(name: str) -> str:
    """The end of a message about a name that no template has."""
    known = templates()
    otherwise = "The command dlstudio templates lists what there is." if known else "This copy came without templates."
    return did_you_mean(closest(name.lower(), known, cutoff=0.4), otherwise)


def _load(stem: str) -> Project:
    return load(resource("templates", stem + SUFFIX))


def _plain(name: str) -> str:
    """What counts in a name: LeNet-5 and lenet5 are the same."""
    return "".join(letter for letter in name.lower() if letter.isalnum())
