"""Declared things as a project writes them: {"kind": "Digits", ...}, read with every mistake told in a sentence."""

from collections.abc import Mapping
from typing import TypeVar

from dlstudio.core.frozen import Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.meant import did_you_mean
from dlstudio.core.spec import BadFields, Declaration, Registry, make

D = TypeVar("D", bound=Declaration)


def declared(registry: Registry[D], raw: Value) -> D:
    """The thing that a project declares, or a ProjectProblem that says what is wrong with it."""
    if isinstance(raw, str):
        raw = {"kind": raw}
    if not isinstance(raw, Mapping) or not isinstance(raw.get("kind"), str):
        raise ProjectProblem(f'A {registry.noun} is written as {{"kind": name, fields}}; one of {kinds(registry)}.')
    kind = raw["kind"]
    if kind not in registry:
        advice = did_you_mean(registry.similar(kind), f"Choose one of {kinds(registry)}.")
        raise ProjectProblem(f"There is no {registry.noun} “{kind}”.{advice}")
    try:
        made = make(registry[kind], {name: value for name, value in raw.items() if name != "kind"}, {})
        getattr(made, "validate", lambda: None)()
    except BadFields as problems:
        raise ProjectProblem(f"The {registry.noun} {kind}: {problems}") from None
    return made


def kinds(registry: Registry[D]) -> str:
    """The names of all kinds, for a sentence."""
    return ", ".join(cls.kind for cls in registry)
