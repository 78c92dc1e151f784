"""Values: tensors that come from nowhere, trained or fixed, and how they meet the samples."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Annotated, Any

from dlstudio.catalog.code import Call, Code
from dlstudio.catalog.forms import DTYPE_FIELD, FORM_WORDS, form_field, typed
from dlstudio.catalog.layer import Layer, Line, Port, Trained, layer
from dlstudio.catalog.refusal import Put, Refused
from dlstudio.core.fields import Array, Flag, Ints, shape_of
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import Tensor, usual_axes

_SIZE = Ints(low=1, most=6, help="The shape of the value, without the batch; empty: one number")
_LEADING = Flag(help="Keeps the weight with an axis of length 1 in front, as (1, 16, 64), which weights may come with")
_LIKE = (Port("x", "Anything of the same batch: the value is there once for each of its samples"),)
_FORM = form_field("takes the usual meaning of that many axes")


@layer(
    "Values",
    line=Line(("parameter",), ("size",), flags=FORM_WORDS),
    synonyms="weight, learned, nn.Parameter, scale, table, query",
)
class Parameter(Trained):
    """A trained value that depends on no input: a scale, a learned query, a table of positions.

    It is the same for every sample; of what is wired in, only the number of samples counts."""

    inputs = _LIKE
    examples = ({"size": (3, 4), "leading": True}, {"size": ()})

    size: Annotated[tuple[int, ...], _SIZE] = (1,)
    form: Annotated[str, _FORM] = "auto"
    leading: Annotated[bool, _LEADING] = False

    @property
    def weight(self) -> tuple[int, ...]:
        """The shape of the weight as it is kept."""
        return (1, *self.size) if self.leading else self.size

    def choices(self) -> tuple[tuple[str, Frozen[str, Value], int], ...]:
        return (("weight_init", self.weight_init, len(self.weight)),)

    def shape(self, x: Tensor) -> Tensor:
        return typed(self.size, self.form, "float")

    def construct(self, x: Tensor) -> Call | None:
        return None

    def setup(self, x: Tensor) -> Sequence[Code]:
        made = Code("{module} = nn.Parameter(torch.zeros({weight}))", Frozen({"weight": self.weight}))
        return [made, *super().setup(x=x)]

    def _start(self, spec: Frozen[str, Value], name: str, ins: Mapping[str, Any]) -> Sequence[Code]:
        made = super()._start(spec, name, ins)
        return [Code(each.text.replace("{module}.weight", "{module}"), each.values) for each in made]

    def weight_shape(self, name: str, x: Tensor) -> tuple[int, ...]:
        return self.weight

    def forward(self, x: Tensor) -> Code:
        return Code(f"{{module}}.expand({', '.join(['{x}.shape[0]', *['-1'] * len(self.size)])})")

    def parameters(self, x: Tensor) -> int:
        return prod(self.size)


_DTYPES = {"float": "float", "int": "long", "bool": "bool"}


@layer(
    "Values",
    line=Line(("constant",), ("size",), flags=FORM_WORDS),
    synonyms="buffer, register_buffer, mask, fixed, number, table, grid",
)
class Constant(Layer):
    """A fixed value that is not trained: a mask, a grid, a scale.

    Its numbers stand here, or in the file that the weights come from. It is the same for every sample; of what is
    wired in, only the number of samples counts."""

    inputs = _LIKE
    examples = ({"size": (2, 3), "value": ((1, 2, 3), (4, 5, 6))}, {"size": (3,), "value": (1,), "dtype": "int"})

    size: Annotated[tuple[int, ...], _SIZE] = (1,)
    value: Annotated[
        Value, Array(help="The numbers in rows; a single one stands for all; empty: zeros, or those of the weights")
    ] = ()
    form: Annotated[str, _FORM] = "auto"
    dtype: Annotated[str, DTYPE_FIELD] = "float"
    leading: Annotated[bool, _LEADING] = False

    @property
    def weight(self) -> tuple[int, ...]:
        """The shape of the value as it is kept."""
        return (1, *self.size) if self.leading else self.size

    def shape(self, x: Tensor) -> Tensor:
        given = shape_of(self.value)
        if given not in ((), (1,), self.size):
            raise Refused(
                f"The value is {Tensor.of(*given)}, but the size says {Tensor.of(*self.size)}.",
                Put("size", given),
                Put("value", ()),
                port="",
            )
        return typed(self.size, self.form, self.dtype)

    def setup(self, x: Tensor) -> Sequence[Code]:
        values: dict[str, Value] = {"weight": self.weight}
        kind = f"dtype=torch.{_DTYPES[self.dtype]}"
        if not self.value:
            made = f"torch.zeros({{weight}}{'' if self.dtype == 'float' else f', {kind}'})"
            return [Code(f"{{module}} = nn.Buffer({made})", Frozen(values))]
        if shape_of(self.value) == (1,):
            values["number"] = self.value[0]
            made = f"torch.full({{weight}}, {{number}}, {kind})"
        else:
            values["value"] = self.value
            made = f"torch.tensor({{value}}, {kind}).reshape({{weight}})"
        return [Code(f"{{module}} = nn.Buffer({made}, persistent=False)", Frozen(values))]

    def forward(self, x: Tensor) -> Code:
        return Code(f"{{module}}.expand({', '.join(['{x}.shape[0]', *['-1'] * len(self.size)])})")


@layer("Shape", line=Line(("expand",), ("size",), flags=FORM_WORDS), synonyms="broadcast, tile, stretch, repeat")
class Expand(Layer):
    """Stretches axes of length 1 to the lengths of a size; new axes come in front."""

    examples = ({"size": (4, 5)}, {"size": (2, 3, 4, 5)})

    size: Annotated[
        tuple[int, ...], Ints(low=-1, least=1, most=6, help="The new shape of one sample; −1 keeps an axis as it is")
    ] = (-1,)
    form: Annotated[str, _FORM] = "auto"

    def whole(self, x: Tensor) -> tuple[int, ...]:
        """The lengths, or Refused where an axis cannot be stretched."""
        front = len(self.size) - x.rank
        old = (1,) * front + x.shape
        made = tuple(had if n == -1 else n for had, n in zip(old, self.size, strict=False))
        if front < 0 or 0 in made or any(had not in (1, n) for had, n in zip(old, made, strict=False)):
            raise Refused(
                f"Expand stretches axes of length 1 only; {x.describe()} cannot become {Tensor.of(*self.size)}.",
                Put("size", (-1,) * max(x.rank, 1)),
            )
        return made

    def shape(self, x: Tensor) -> Tensor:
        made = self.whole(x)
        if self.form == "auto":
            return Tensor(made, x.axes if len(made) == x.rank else usual_axes(len(made), x.dtype), x.dtype)
        return typed(made, self.form, x.dtype)

    def forward(self, x: Tensor) -> Code:
        made = self.whole(x)
        new = "".join([".unsqueeze(1)"] * (len(made) - x.rank))
        sizes = {f"size{i}": n for i, n in enumerate(made)}
        return Code(f"{{x}}{new}.expand(-1, {', '.join(f'{{{n}}}' for n in sizes)})", Frozen(sizes))
