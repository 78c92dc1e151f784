"""The markers of what is chosen: yes or no, one of a few words, several words."""

from dataclasses import dataclass

from dlstudio.core.fields.marker import FieldProblem, Marker, show
from dlstudio.core.frozen import Frozen, Value

YES, NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


@dataclass(frozen=True, slots=True)
class Flag(Marker):
    """Yes or no."""

    def accept(self, value: Value) -> bool:
        if value in (0, 1):
            return bool(value)
        raise FieldProblem(f"must be yes or no, not {show(value)}")

    def parse(self, word: str) -> bool:
        if word.lower() in YES + NO:
            return word.lower() in YES
        raise FieldProblem(f"must be yes or no, not “{word}”")

    @property
    def limits(self) -> str:
        return "yes or no"


@dataclass(frozen=True, slots=True)
class Choice(Marker):
    """One of a few words; `labels` explain the ones that do not explain themselves."""

    options: tuple[str, ...] = ()
    labels: Frozen[str, str] = Frozen()

    def accept(self, value: Value) -> str:
        if value not in self.options or not isinstance(value, str):
            raise FieldProblem(f"must be {self.limits}, not {show(value)}")
        return value

    @property
    def limits(self) -> str:
        return "one of " + ", ".join(option or "(nothing)" for option in self.options)


@dataclass(frozen=True, slots=True)
class Words(Marker):
    """A list of words, all of them from `options` when those are given."""

    options: tuple[str, ...] = ()
    most: int = 64

    def accept(self, value: Value) -> tuple[str, ...]:
        words = value if isinstance(value, tuple | list) else (value,)
        if len(words) > self.most or not all(isinstance(word, str) for word in words):
            raise FieldProblem(f"must be a list of at most {self.most} words")
        strange = [word for word in words if self.options and word not in self.options]
        if strange:
            raise FieldProblem(f"knows only {', '.join(self.options)}, not {show(strange[0])}")
        return tuple(words)

    def parse(self, word: str) -> tuple[str, ...]:
        return self.accept(tuple(part for part in word.split(",") if part))
