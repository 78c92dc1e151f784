"""Refused: why a layer does not take what it gets, with remedies that the checker tries before offering them."""

from dataclasses import dataclass

from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import CHANNEL, FEATURE, FORMS, HEIGHT, TIME, WIDTH, Tensor


@dataclass(frozen=True, slots=True)
class Put:
    """Gives a field of the refusing node another value."""

    field: str
    value: Value

    @property
    def label(self) -> str:
        return f"Set {self.field.replace('_', ' ')} to {write(self.value)}"


@dataclass(frozen=True, slots=True)
class Insert:
    """Puts a new node on the wire into a port."""

    kind: str
    fields: Frozen[str, Value] = Frozen()
    port: str = "x"
    note: str = ""

    @property
    def label(self) -> str:
        return f"Insert {self.note or self.kind}"


Remedy = Put | Insert


class Refused(Exception):
    """A shape rule's "no": a sentence for the user, the port it is about, and what may help."""

    def __init__(self, text: str, *remedies: Remedy, port: str = "x", code: str = "shape") -> None:
        super().__init__(text)
        self.text, self.remedies, self.port, self.code = text, remedies, port, code


def write(value: Value) -> str:
    """A field's value as a user would write it: 3×3, yes, 0.5."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "×".join(map(write, value))
    return str(value)


VECTOR, SEQUENCE, SIGNAL, IMAGE = (FEATURE,), (TIME, FEATURE), (CHANNEL, TIME), (CHANNEL, HEIGHT, WIDTH)
VOLUME = FORMS["a volume"]
STEPS = (TIME,)

_BRIDGES: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[Insert, ...]] = {
    (SEQUENCE, VECTOR): (
        Insert("TakeStep", note="Take step (the last one)"),
        Insert("GlobalAvgPool", note="Global average pool (the mean over time)"),
        Insert("Flatten"),
    ),
    (SIGNAL, VECTOR): (Insert("Flatten"),),
    (IMAGE, VECTOR): (Insert("Flatten"), Insert("GlobalAvgPool", note="Global average pool")),
    (VOLUME, VECTOR): (Insert("Flatten"),),
    (SEQUENCE, SIGNAL): (Insert("Transpose"),),
    (SIGNAL, SEQUENCE): (Insert("Transpose"),),
    (IMAGE, SEQUENCE): (Insert("ToSequence", note="To sequence (one step for each pixel)"),),
    (STEPS, SEQUENCE): (Insert("Embedding"), Insert("OneHot", note="One-hot")),
}
"""What turns one form into another; the likeliest first."""


def expect(x: Tensor, by: str, *forms: tuple[str, ...], port: str = "x") -> None:
    """Refuses a tensor whose axes are none of the forms, and numbers that are not real."""
    if x.axes not in forms:
        wanted = " or ".join(name for name, axes in FORMS.items() if axes in forms)
        remedies = [r for form in forms for r in bridge(x, form, port)]
        advice = f" Put a {_spoken(remedies[0])} between." if remedies else ""
        raise Refused(f"{by} takes {wanted}; it gets {x.describe()}.{advice}", *remedies, port=port)
    expect_real(x, by, port=port)


def expect_real(x: Tensor, by: str, *, port: str = "x") -> None:
    """Refuses whole numbers and yes/no where real numbers are needed."""
    if x.dtype == "float":
        return
    remedies: tuple[Insert, ...] = (Insert("ToFloat", port=port, note="To float (as real numbers)"),)
    if x.dtype == "int":
        remedies = (Insert("Embedding", port=port), Insert("OneHot", port=port, note="One-hot"), *remedies)
    raise Refused(
        f"{by} takes real numbers; it gets {x.describe()}. Put an {_spoken(remedies[0])} between.", *remedies, port=port
    )


def bridge(x: Tensor, form: tuple[str, ...], port: str = "x") -> tuple[Insert, ...]:
    """The nodes that would turn this tensor into that form."""
    return tuple(Insert(i.kind, i.fields, port, i.note) for i in _BRIDGES.get((x.axes, form), ()))


def _spoken(insert: Insert) -> str:
    return insert.note.split(" (")[0] or insert.kind
