"""Slices: parts of a tensor, by their place along an axis."""

from collections.abc import Mapping
from typing import Annotated

from dlstudio.catalog.axes import AXIS_WORDS, at, axis_field, mixing, moving, position, without
from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, Port, layer
from dlstudio.catalog.refusal import CLIP, SEQUENCE, SIGNAL, STEPS, Put, Refused, expect_form
from dlstudio.core.fields import Int, Ints
from dlstudio.core.frozen import Frozen
from dlstudio.core.tensor import TIME, Tensor

FAR = 2**31


def inside(index: int, length: int, what: str, field: str) -> int:
    """A place counted from the start, or Refused where there is none; −1 is the last."""
    if -length <= index < length:
        return index % length
    raise Refused(f"{what} has the places 0 to {length - 1}, so there is no {index}.", Put(field, 0), Put(field, -1))


@layer(
    "Shape",
    line=Line(("slice", "part"), ("start", "stop", "step"), flags=AXIS_WORDS),
    synonyms="narrow, cut, range, subset, every second, truncate, window",
)
class Slice(Layer):
    """Keeps a stretch of one axis: some time steps, some channels, every second row."""

    examples = ({"start": 1, "stop": -1}, {"start": -2}, {"start": 2, "stop": 2}, {"axis": "width", "stop": 3})

    start: Annotated[int, Int(-FAR, help="The first place that is kept, counted from 0; −1 is the last")] = 0
    stop: Annotated[int, Int(-FAR, help="The first place that is left out; 0 goes to the end")] = 0
    step: Annotated[int, Int(1, help="1 keeps every place, 2 every second one")] = 1
    axis: Annotated[str, axis_field("Which axis; auto takes time, else channels or features")] = "auto"

    def shape(self, x: Tensor) -> Tensor:
        place = position(x, self.axis, moving(x), "Slice")
        kept = len(range(x.shape[place])[self.start : self.stop or None : self.step])
        if not kept:
            raise Refused(
                f"Nothing is left of the {x.shape[place]} places of the {x.axes[place]} "
                f"from {self.start} to {self.stop or 'the end'}.",
                Put("start", 0),
                Put("stop", 0),
            )
        return x.resized(place, kept)

    def forward(self, x: Tensor) -> Code:
        values = {"start": self.start, "stop": self.stop, "step": self.step}
        wanted = {name: n for name, n in values.items() if n != (1 if name == "step" else 0)}
        start, stop, step = (f"{{{name}}}" if name in wanted else "" for name in values)
        inner = f"{start}:{stop}" + (f":{step}" if step else "")
        return Code("{x}" + at(position(x, self.axis, moving(x), "Slice"), inner), Frozen(wanted))


@layer(
    "Shape",
    line=Line(("select", "pick"), ("index",), flags=AXIS_WORDS),
    synonyms="index, gather, one channel, one feature, one row",
)
class Select(Layer):
    """Takes one entry of an axis, which is gone afterwards: one channel of an image, one feature of a sequence."""

    examples = ({"axis": "height", "index": 2}, {"axis": "0"})

    index: Annotated[int, Int(-FAR, help="Which entry, counted from 0; −1 is the last")] = 0
    axis: Annotated[str, axis_field("Which axis; auto takes channels or features")] = "auto"

    def shape(self, x: Tensor) -> Tensor:
        place = position(x, self.axis, mixing(x), "Select")
        inside(self.index, x.shape[place], f"The {x.axes[place]} of {x}", "index")
        return without(x, place)

    def forward(self, x: Tensor) -> Code:
        inner = at(position(x, self.axis, mixing(x), "Select"), "{index}")
        return Code("{x}" + inner, Frozen({"index": self.index}))


@layer(
    "Shape",
    line=Line(("takestep",), ("step",), flags={"first": ("step", 0), "last": ("step", -1)}),
    synonyms="last step, final state, many to one, sequence to vector, class token, select",
)
class TakeStep(Layer):
    """Takes one time step of a sequence: the last one sums up what a recurrent layer has read."""

    step: Annotated[int, Int(-FAR, help="Which step, counted from 0; −1 is the last")] = -1

    def shape(self, x: Tensor) -> Tensor:
        expect_form(x, "TakeStep", SEQUENCE, SIGNAL, CLIP, STEPS)
        inside(self.step, x.length(TIME), f"The time of {x}", "step")
        return without(x, x.axes.index(TIME))

    def forward(self, x: Tensor) -> Code:
        return Code("{x}" + at(x.axes.index(TIME), "{step}"), Frozen({"step": self.step}))


@layer(
    "Shape",
    line=Line(("split", "chunk"), ("parts",), flags=AXIS_WORDS),
    synonyms="divide, branches, chunk, unbind, gates, heads",
)
class Split(Layer):
    """Cuts an axis into parts, each of which leaves through an output of its own: y1, y2 ..."""

    outputs = (Port("y1"), Port("y2"))
    examples = ({"sizes": (2, 4)}, {"sizes": (1, 2, 3)}, {"sizes": (2, 2), "axis": "time"}, {"sizes": (3, 3, 2)})

    parts: Annotated[int, Int(2, 64, help="How many equal parts")] = 2
    sizes: Annotated[
        tuple[int, ...], Ints(low=1, most=64, help="The length of each part where they are unequal; empty: equal parts")
    ] = ()
    axis: Annotated[str, axis_field("Which axis; auto takes channels or features")] = "auto"

    def count(self) -> int:
        return len(self.sizes) or self.parts

    def ports_out(self) -> tuple[Port, ...]:
        return tuple(Port(f"y{i + 1}") for i in range(self.count()))

    def shape(self, x: Tensor) -> Mapping[str, Tensor]:
        place = position(x, self.axis, mixing(x), "Split")
        lengths = self.sizes or (x.shape[place] // self.parts,) * self.parts
        if len(lengths) < 2:
            raise Refused("A single part is no split. Give two sizes or more, or none for equal parts.", _EQUAL)
        if sum(lengths) != x.shape[place]:
            raise self._uneven(x, place, lengths)
        return {f"y{i + 1}": x.resized(place, n) for i, n in enumerate(lengths)}

    def _uneven(self, x: Tensor, place: int, lengths: tuple[int, ...]) -> Refused:
        length = x.shape[place]
        rest = length - sum(lengths[:-1])
        remedies = [Put("parts", n) for n in (2, 3, 4, 5, 7) if length % n == 0]
        if self.sizes:
            fitting = [Put("sizes", (*lengths[:-1], rest))] if rest > 0 else []
            text = f"The parts sum to {sum(lengths)}, but the {x.axes[place]} of {x} is {length}."
            return Refused(text, *fitting, _EQUAL)
        text = f"The {x.axes[place]} of {x} is {length}, which {self.parts} equal parts do not fill. Give their sizes."
        near = tuple(n + (i < length % self.parts) for i, n in enumerate(lengths))
        return Refused(text, *remedies, *([Put("sizes", near)] if min(near) else []))

    def forward(self, x: Tensor) -> Code:
        dim = position(x, self.axis, mixing(x), "Split") + 1
        if self.sizes:
            return Code(f"{{x}}.split({{sizes}}, dim={dim})", Frozen({"sizes": self.sizes}))
        return Code(f"{{x}}.chunk({self.parts}, dim={dim})")


_EQUAL = Put("sizes", ())


@layer("Shape", line=Line(("roll",), ("shift",), flags=AXIS_WORDS), synonyms="shift, rotate, circular, cyclic")
class Roll(Layer):
    """Shifts along an axis; what leaves at one end comes in again at the other."""

    shift: Annotated[int, Int(-FAR, help="How far; negative numbers shift towards the start")] = 1
    axis: Annotated[str, axis_field("Which axis; auto takes time, else channels or features")] = "auto"

    def shape(self, x: Tensor) -> Tensor:
        position(x, self.axis, moving(x), "Roll")
        return x

    def forward(self, x: Tensor) -> Code:
        dim = position(x, self.axis, moving(x), "Roll") + 1
        return Code(f"{{x}}.roll({{shift}}, {dim})", Frozen({"shift": self.shift}))


@layer(
    "Shape",
    line=Line(("flip", "reverse"), flags=AXIS_WORDS),
    synonyms="mirror, backwards, right to left, reverse time, bidirectional",
)
class Flip(Layer):
    """Reverses an axis: time for reading from right to left, width for a mirror image."""

    axis: Annotated[str, axis_field("Which axis; auto takes time, else the last one")] = "auto"

    def place(self, x: Tensor) -> int:
        return position(x, self.axis, x.axes.index(TIME) if TIME in x.axes else x.rank - 1, "Flip")

    def shape(self, x: Tensor) -> Tensor:
        self.place(x)
        return x

    def forward(self, x: Tensor) -> Code:
        return Code(f"{{x}}.flip({self.place(x) + 1})")
