"""Shape: the same numbers under other axes."""

from math import prod
from typing import Annotated

from dlstudio.catalog.axes import added, axis_field, called, new_axis_field, position, without
from dlstudio.catalog.code import Code
from dlstudio.catalog.forms import FORM_WORDS, form_field, typed
from dlstudio.catalog.layer import Layer, Line, layer
from dlstudio.catalog.refusal import IMAGE, MAP, SEQUENCE, SIGNAL, Insert, Put, Refused, expect_form
from dlstudio.core.fields import Int, Ints
from dlstudio.core.frozen import Frozen
from dlstudio.core.tensor import CHANNEL, FEATURE, Tensor, usual_axes


@layer(
    "Shape",
    source="nn.Flatten",
    line=Line(("flatten",), ("start_dim",)),
    synonyms="vector, straighten, straightened, unroll, before fully connected, LAY-21",
)
class Flatten(Layer):
    """Lays all numbers of a sample out in one row, as fully connected layers need them.

    Starting from a later axis, the axes before it stay: a clip flattened from axis 2 becomes a sequence."""

    start_dim: Annotated[
        int, Int(1, 6, help="The first axis that is joined, as torch counts: 1 is the first after the batch")
    ] = 1

    def shape(self, x: Tensor) -> Tensor:
        if not x.rank:
            raise Refused(
                "Flatten lays axes out in a row, and a number has none. Put an Unsqueeze between.", Insert("Unsqueeze")
            )
        kept = self.start_dim - 1
        if kept >= x.rank:
            raise Refused(
                f"Flatten starts at axis {self.start_dim}, but {x.describe()} has only {x.rank} after the batch.",
                Put("start_dim", 1),
            )
        if kept == x.rank - 1:
            return x if x.rank > 1 else Tensor(x.shape, called(x.axes, x.dtype), x.dtype)
        return Tensor((*x.shape[:kept], prod(x.shape[kept:])), self._axes(x.axes[:kept]), x.dtype)

    def _axes(self, kept: tuple[str, ...]) -> tuple[str, ...]:
        if len(kept) == 1:
            return SIGNAL if kept == (CHANNEL,) else SEQUENCE
        return usual_axes(len(kept) + 1) if kept else (FEATURE,)

    def formula(self, x: Tensor) -> dict[str, str]:
        joined = x.shape[self.start_dim - 1 :]
        return {self.shape(x).axes[-1]: f"{prod(joined)} = {'·'.join(map(str, joined))}"}


@layer(
    "Shape",
    line=Line(("reshape", "unflatten", "view"), ("size",), flags=FORM_WORDS),
    synonyms="resize, nn.Unflatten, vector to image, fold into",
)
class Reshape(Layer):
    """Reads the same numbers, in the same order, as another shape.

    It makes an image of a vector, as at the start of a generator. To turn axes around use Permute."""

    examples = ({"size": (2, -1), "form": "signal"}, {"size": (3, 2, 1), "form": "volume"})

    size: Annotated[
        tuple[int, ...],
        Ints(low=-1, least=1, most=6, help="The new shape of one sample; one entry may be −1: whatever is left"),
    ] = (-1,)
    form: Annotated[str, form_field("takes the usual meaning of that many axes")] = "auto"

    def whole(self, x: Tensor) -> tuple[int, ...]:
        """The size with −1 replaced by what is left, or Refused where the numbers do not come out."""
        if 0 in self.size or self.size.count(-1) > 1:
            raise Refused("A size has at most one −1 and no 0.", Put("size", (-1,)))
        given = prod(n for n in self.size if n > 0)
        if -1 in self.size and x.size % given == 0:
            return tuple(x.size // given if n == -1 else n for n in self.size)
        if -1 not in self.size and given == x.size:
            return self.size
        wanted = "×".join("?" if n == -1 else str(n) for n in self.size)
        holds = f"a multiple of {given:,} numbers" if -1 in self.size else f"{given:,} numbers"
        free = ((*self.size[:i], -1, *self.size[i + 1 :]) for i in range(len(self.size)))
        raise Refused(
            f"The size {wanted} holds {holds}, but {x.describe()} has {x.size:,}.",
            *(Put("size", size) for size in free if size.count(-1) == 1),
            Put("size", (-1,)),
        )

    def shape(self, x: Tensor) -> Tensor:
        return typed(self.whole(x), self.form, x.dtype)

    def forward(self, x: Tensor) -> Code:
        sizes = {f"size{i}": n for i, n in enumerate(self.whole(x))}
        return Code(f"{{x}}.reshape(-1, {', '.join(f'{{{n}}}' for n in sizes)})", Frozen(sizes))


@layer(
    "Shape",
    line=Line(("permute",), ("order",), flags=FORM_WORDS),
    synonyms="transpose, reorder axes, turn, channels last, NHWC, NCHW, LAY-47",
)
class Permute(Layer):
    """Puts the axes in another order; each keeps its name unless a form is chosen.

    The channels of an image go last with the order 1, 2, 0."""

    examples = ({"order": (1, 0), "form": "sequence"}, {"order": (1, 2, 0), "form": "image"}, {"order": (3, 0, 1, 2)})

    order: Annotated[
        tuple[int, ...],
        Ints(least=1, most=6, help="The old places of the axes in their new order, counted from 0 without the batch"),
    ] = (1, 0)
    form: Annotated[str, form_field("lets each axis keep its name")] = "auto"

    def shape(self, x: Tensor) -> Tensor:
        if sorted(self.order) != list(range(x.rank)):
            turned = tuple(reversed(range(x.rank)))
            raise Refused(
                f"The order {', '.join(map(str, self.order))} must name each axis of {x.describe()} once: "
                f"{', '.join(f'{i} ({axis})' for i, axis in enumerate(x.axes)) or 'it has none'}.",
                *([Put("order", turned)] if turned else []),
            )
        shape = tuple(x.shape[i] for i in self.order)
        if self.form != "auto":
            return typed(shape, self.form, x.dtype)
        return Tensor(shape, tuple(x.axes[i] for i in self.order), x.dtype)

    def forward(self, x: Tensor) -> Code:
        return Code(f"{{x}}.permute(0, {', '.join(str(i + 1) for i in self.order)})")


_TURNED = {SEQUENCE: SIGNAL, SIGNAL: SEQUENCE, MAP: MAP, IMAGE: IMAGE}


@layer("Shape", line=Line(("transpose",)), synonyms="swap axes, turn, sequence to signal, signal to sequence")
class Transpose(Layer):
    """Turns a sequence (time, feature) into a signal (channel, time) and back, as Conv1d and LSTM need them.

    Of a map or an image it swaps height and width."""

    def shape(self, x: Tensor) -> Tensor:
        expect_form(x, "Transpose", *_TURNED)
        return Tensor((*x.shape[:-2], x.shape[-1], x.shape[-2]), _TURNED[x.axes], x.dtype)

    def forward(self, x: Tensor) -> Code:
        return Code(f"{{x}}.transpose({x.rank - 1}, {x.rank})")


@layer("Shape", line=Line(("squeeze",), ("axis",)), synonyms="drop axes of length one")
class Squeeze(Layer):
    """Takes out axes of length 1, such as the 1×1 that a pooling over the whole image leaves."""

    axis: Annotated[str, axis_field("The axis to take out; auto takes out all of length 1")] = "auto"

    def places(self, x: Tensor) -> tuple[int, ...]:
        ones = tuple(i for i, n in enumerate(x.shape) if n == 1)
        if self.axis == "auto":
            return ones
        place = position(x, self.axis, 0, "Squeeze")
        if place not in ones:
            raise Refused(
                f"Squeeze takes out axes of length 1, but the {x.axes[place]} of {x} is {x.shape[place]}. "
                "Reduce it first, or take one entry with Select.",
                Put("axis", "auto"),
            )
        return (place,)

    def shape(self, x: Tensor) -> Tensor:
        return without(x, *self.places(x)) if self.places(x) else x

    def forward(self, x: Tensor) -> Code:
        places = tuple(place + 1 for place in self.places(x))
        return Code(f"{{x}}.squeeze({places[0] if len(places) == 1 else places})" if places else "{x}")


@layer("Shape", line=Line(("unsqueeze", "addaxis"), ("axis",)), synonyms="expand dims, new axis, one channel, one step")
class Unsqueeze(Layer):
    """Adds an axis of length 1: a vector becomes a sequence of one step, a map an image of one channel."""

    axis: Annotated[
        str, new_axis_field("The new axis; auto adds time to a vector, features to steps, a channel to a map")
    ] = "auto"

    def shape(self, x: Tensor) -> Tensor:
        return added(x, self.axis, 1, "Unsqueeze")[1]

    def forward(self, x: Tensor) -> Code:
        return Code(f"{{x}}.unsqueeze({added(x, self.axis, 1, 'Unsqueeze')[0] + 1})")
