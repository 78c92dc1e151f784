"""Declarations: how one frozen dataclass with annotated fields becomes a kind that projects can use."""

import dataclasses
import inspect
import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, get_args

from dlstudio.core.expression import ExpressionProblem
from dlstudio.core.fields import FieldProblem, Marker, calculate
from dlstudio.core.frozen import Value
from dlstudio.core.meant import closest, did_you_mean


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a declaration: its name, what it may hold, and what it holds when nothing is said."""

    name: str
    marker: Marker
    default: Value

    @property
    def label(self) -> str:
        return self.name.replace("_", " ")

    @property
    def attribute(self) -> str:
        """Its name in Python, where words such as from are taken: from_."""
        return f"{self.name}_" if keyword.iskeyword(self.name) else self.name


class Declaration:
    """The base of everything declared; subclasses are registered, which makes them frozen dataclasses."""

    kind: ClassVar[str]
    family: ClassVar[str]
    title: ClassVar[str]
    synonyms: ClassVar[tuple[str, ...]] = ()
    specs: ClassVar[Mapping[str, Field]]

    @classmethod
    def purpose(cls) -> str:
        """The one line that says what the thing is for."""
        return (cls.__doc__ or "").strip().split("\n")[0]

    @classmethod
    def help(cls) -> str:
        """The whole help text."""
        return "\n".join(line.strip() for line in (cls.__doc__ or "").strip().split("\n"))

    def values(self) -> dict[str, Value]:
        return {name: getattr(self, field.attribute) for name, field in self.specs.items()}

    def changed(self) -> dict[str, Value]:
        """The fields that differ from their defaults."""
        return {name: value for name, value in self.values().items() if value != self.specs[name].default}


D = TypeVar("D", bound=Declaration)


@dataclass(frozen=True, slots=True)
class BadField:
    """A field that was given something it cannot hold, in a sentence."""

    field: str
    text: str
    key: str = ""
    """Which of the things within the field it is, where only that one is wrong."""


class BadFields(ValueError):
    """All that is wrong with the fields of one thing."""

    def __init__(self, problems: tuple[BadField, ...]) -> None:
        super().__init__(" ".join(problem.text for problem in problems))
        self.problems = problems


class Registry(Generic[D]):
    """The kinds of one sort of thing, filled when the catalogue is imported."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self._kinds: dict[str, type[D]] = {}
        self._renamed: dict[str, str] = {}

    def add(self, cls: type[D], *, family: str, synonyms: str = "", replaces: tuple[str, ...] = ()) -> type[D]:
        """Makes the class a frozen dataclass and a known kind; `synonyms` are words, separated by commas."""
        made = dataclass(frozen=True)(cls)
        made.kind, made.family = made.__name__, family
        made.title = made.__dict__.get("title") or _words(made.__name__)
        made.synonyms = tuple(word.strip() for word in synonyms.split(",") if word.strip())
        made.specs = _specs(made)
        if made.kind in self._kinds:
            raise TypeError(f"{self.noun} {made.kind} is declared twice")
        self._kinds[made.kind] = made
        self._renamed.update(dict.fromkeys(replaces, made.kind))
        return made

    def __contains__(self, kind: object) -> bool:
        return kind in self._kinds or kind in self._renamed

    def __getitem__(self, kind: str) -> type[D]:
        return self._kinds[self._renamed.get(kind, kind)]

    def __iter__(self) -> Iterator[type[D]]:
        return iter(self._kinds.values())

    def __len__(self) -> int:
        return len(self._kinds)

    def get(self, kind: str) -> type[D] | None:
        return self._kinds.get(self._renamed.get(kind, kind))

    def families(self) -> dict[str, list[type[D]]]:
        """The kinds by family, both in the order of declaration."""
        tree: dict[str, list[type[D]]] = {}
        for cls in self:
            tree.setdefault(cls.family, []).append(cls)
        return tree

    def similar(self, kind: str) -> str | None:
        """The known kind whose name is closest to a mistyped one."""
        known = {name.lower(): name for name in self._kinds}
        close = closest(kind.lower(), known)
        return known[close] if close else None


def make(cls: type[D], raw: Mapping[str, Value], arguments: Mapping[str, Any]) -> D:
    """A declared thing from raw fields: expressions calculated, values checked, all problems told at once."""
    values: dict[str, Value] = {}
    problems: list[BadField] = []
    for name, value in raw.items():
        field = cls.specs.get(name)
        if field is None:
            problems.append(BadField(name, unknown_field(cls, name)))
            continue
        try:
            values[name] = accept(field.marker, value, arguments)
        except FieldProblem as problem:
            problems.append(BadField(name, f"The {field.label} {problem}."))
        except ExpressionProblem as problem:
            problems.append(BadField(name, f"The {field.label} cannot be calculated: {problem}"))
    if problems:
        raise BadFields(tuple(problems))
    return cls(**{cls.specs[name].attribute: value for name, value in values.items()})


def accept(marker: Marker, value: Value, arguments: Mapping[str, Any]) -> Value:
    """The value in its normal form, expressions calculated where the field holds numbers."""
    return marker.accept(calculate(value, arguments) if marker.calculable else value)


def unknown_field(cls: type[Declaration], name: str) -> str:
    """What is said of a field that the declaration does not have."""
    return f"{cls.kind} has no field “{name}”.{did_you_mean(closest(name, cls.specs))}"


def _specs(cls: type[Any]) -> dict[str, Field]:
    specs = {}
    own = inspect.get_annotations(cls)
    for field in sorted(dataclasses.fields(cls), key=lambda field: field.name not in own):
        markers = [part for part in get_args(field.type) if isinstance(part, Marker)]
        if len(markers) != 1 or field.default is dataclasses.MISSING:
            raise TypeError(f"{cls.__name__}.{field.name} needs one marker and a default")
        name = field.name.removesuffix("_")
        specs[name] = Field(name, markers[0], field.default)
    return specs


_WORD = re.compile(
    r"[A-Z]?[A-Z][a-z][A-Z]{2,}\d*"  # ReLU, PReLU, ReLU6
    r"|^[A-Z][A-Z][a-z]+$"  # NAdam
    r"|^[A-Z][a-z]+[A-Z]$"  # AdamW
    r"|[A-Z]+\d*(?![a-z])"  # LSTM, L1
    r"|[A-Z][a-z]*"  # Layer
    r"|\d[a-z]?"  # 2d
)


def _words(name: str) -> str:
    """What a class name says in words: LayerNorm -> Layer norm, LSTM -> LSTM, LeakyReLU -> Leaky ReLU."""
    first, *rest = _WORD.findall(name) or [name]
    return " ".join([first, *(word.lower() if word[1:].islower() else word for word in rest)])
