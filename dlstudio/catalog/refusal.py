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
    port: str = ""
    """The port whose wire it goes on; empty for the port that the refusal is about."""
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
VOLUME, MAP, CLIP = FORMS["a volume"], FORMS["a map"], FORMS["a clip"]
STEPS = (TIME,)

_ONE_CHANNEL = Insert("Unsqueeze", Frozen({"axis": CHANNEL}), note="Unsqueeze (one channel)")

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
    (VECTOR, SEQUENCE): (Insert("Unsqueeze", note="Unsqueeze (one step)"),),
    (VECTOR, SIGNAL): (_ONE_CHANNEL,),
    (STEPS, SIGNAL): (_ONE_CHANNEL,),
    (MAP, IMAGE): (_ONE_CHANNEL,),
    (SEQUENCE, IMAGE): (_ONE_CHANNEL,),
    (MAP, VECTOR): (Insert("Flatten"),),
    (CLIP, SEQUENCE): (Insert("ToSequence", note="To sequence (each picture as a row of numbers)"),),
}
"""What turns one form into another; the likeliest first."""


def expect(x: Tensor, by: str, *forms: tuple[str, ...], port: str = "x") -> None:
    """Refuses a tensor whose axes are none of the forms, and numbers that are not real."""
    expect_form(x, by, *forms, port=port)
    expect_real(x, by, port=port)


def expect_form(x: Tensor, by: str, *forms: tuple[str, ...], port: str = "x") -> None:
    """Refuses a tensor whose axes are none of the forms."""
    if x.axes in forms:
        return
    wanted = " or ".join(name for name, axes in FORMS.items() if axes in forms)
    remedies = [r for form in forms for r in bridge(x, form, port)]
    raise Refused(f"{by} takes {wanted}; it gets {x.describe()}.{advice(*remedies)}", *remedies, port=port)


def expect_real(x: Tensor, by: str, *, port: str = "x") -> None:
    """Refuses whole numbers and yes/no where real numbers are needed."""
    if x.dtype == "float":
        return
    plain = Insert("ToFloat", port=port, note="To float (as real numbers)")
    tables = (Insert("Embedding", port=port), Insert("OneHot", port=port, note="One-hot"))
    remedies = (*tables, plain) if x.dtype == "int" and x.axes in ((), STEPS) else (plain, *tables)
    raise Refused(f"{by} takes real numbers; it gets {x.describe()}.{advice(*remedies)}", *remedies, port=port)


def advice(*remedies: Insert) -> str:
    """The first remedy as a sentence."""
    if not remedies:
        return ""
    name = remedies[0].note.split(" (")[0] or remedies[0].kind
    return f" Put {'an' if name[0] in 'AEIOU' else 'a'} {name} between."


def bridge(x: Tensor, form: tuple[str, ...], port: str = "x") -> tuple[Insert, ...]:
    """The nodes that would turn this tensor into that form."""
    return tuple(Insert(i.kind, i.fields, port, i.note) for i in _BRIDGES.get((x.axes, form), ()))
