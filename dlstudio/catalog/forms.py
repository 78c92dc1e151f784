"""Forms: the words by which a user says what the axes of a tensor mean."""

from typing import cast

from dlstudio.catalog.refusal import Put, Refused
from dlstudio.core.fields import Choice
from dlstudio.core.frozen import Value
from dlstudio.core.tensor import FORMS, DType, Tensor, usual_axes

WORDS = {
    "features": "a vector",
    "tokens": "a row of steps",
    "sequence": "a sequence",
    "signal": "a signal",
    "map": "a map",
    "image": "an image",
    "volume": "a volume",
    "clip": "a clip",
}
"""The words of a form field, and what people call a tensor of that form."""

FORM_WORDS: dict[str, tuple[str, Value]] = {name: ("form", name) for name in WORDS}
"""The plain words of the line that choose a form."""

DTYPE_FIELD = Choice(options=("float", "int", "bool"), help="Real numbers, whole numbers (tokens, classes) or yes/no")


def form_field(auto: str) -> Choice:
    """A field that says what the axes mean; `auto` says what it does when left alone."""
    return Choice(options=("auto", *WORDS), help=f"What the axes mean; auto {auto}")


def typed(size: tuple[int, ...], form: str, dtype: str) -> Tensor:
    """The tensor that a size, a form and a dtype describe, or Refused when size and form do not agree."""
    kind = cast(DType, dtype)
    if form == "auto":
        return Tensor(size, usual_axes(len(size), kind), kind)
    axes = FORMS[WORDS[form]]
    if len(axes) != len(size):
        raise Refused(
            f"The form “{form}” has {len(axes)} axes ({', '.join(axes)}), "
            f"but the size {Tensor.of(*size)} has {len(size)}.",
            Put("form", "auto"),
        )
    return Tensor(size, axes, kind)


def shape_fields(tensor: Tensor) -> dict[str, Value]:
    """The fields of an Input that takes such a tensor."""
    usual = tensor.axes == usual_axes(tensor.rank, tensor.dtype)
    form = next((word for word, meant in WORDS.items() if meant == tensor.form), "auto")
    return {"size": tensor.shape, "form": "auto" if usual else form, "dtype": tensor.dtype}
