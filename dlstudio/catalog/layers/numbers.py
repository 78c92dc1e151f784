"""Numbers: from one kind of number to another, and classes as rows of zeros with a one."""

from typing import Annotated, ClassVar

from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, layer
from dlstudio.catalog.refusal import IMAGE, MAP, SEQUENCE, STEPS, VECTOR, Insert, Put, Refused
from dlstudio.core.fields import Ints
from dlstudio.core.frozen import Frozen
from dlstudio.core.tensor import DType, Tensor


class Cast(Layer):
    """What the layers have in common that change the kind of number."""

    dtype: ClassVar[DType]
    method: ClassVar[str]

    def shape(self, x: Tensor) -> Tensor:
        return x.cast(self.dtype)

    def forward(self, x: Tensor) -> Code:
        return Code("{x}" if x.dtype == self.dtype else f"{{x}}.{self.method}()")


@layer("Shape", line=Line(("tofloat", "float")), synonyms="cast, real numbers, dtype, convert")
class ToFloat(Cast):
    """Takes whole numbers or yes/no as real numbers, with which layers can calculate."""

    dtype, method = "float", "float"


@layer("Shape", line=Line(("toint", "int", "long")), synonyms="cast, whole numbers, dtype, convert, truncate")
class ToInt(Cast):
    """Takes real numbers as whole numbers, cutting off what is behind the point; no gradient passes."""

    dtype, method, smooth = "int", "long", False


@layer("Shape", line=Line(("tobool", "bool")), synonyms="cast, mask, yes or no, dtype, convert")
class ToBool(Cast):
    """Takes 0 as no and every other number as yes; no gradient passes."""

    dtype, method, smooth = "bool", "bool", False


@layer(
    "Shape",
    line=Line(("onehot",), ("classes",)),
    synonyms="one-hot, one hot, dummy variables, categories, state register, to categorical, LAY-38, NUM-30, NUM-31",
)
class OneHot(Layer):
    """Writes each whole number as a row of zeros with a single one, so that no class is larger than another.

    Several numbers in a vector, such as answers of a form, are written side by side."""

    title = "One-hot"

    examples = ({"classes": (2, 3, 4, 2, 2)}, {"classes": (4,)})

    classes: Annotated[
        tuple[int, ...],
        Ints(
            low=2,
            least=1,
            most=4096,
            help="How many different numbers there are (they start at 0); for a vector also one count for each entry",
        ),
    ] = (10,)

    def shape(self, x: Tensor) -> Tensor:
        if x.dtype != "int":
            raise Refused(
                f"OneHot takes whole numbers, counted from 0; it gets {x.describe()}.",
                Insert("ToInt", note="To int (as whole numbers)"),
            )
        if len(self.classes) > 1 and (x.axes != VECTOR or len(self.classes) != x.size):
            raise Refused(
                f"OneHot has {len(self.classes)} counts of classes, one for each entry of a vector; "
                f"it gets {x.describe()}. Give one count for all.",
                Put("classes", self.classes[:1]),
            )
        count = self.classes[0]
        if x.axes == VECTOR:
            return Tensor((sum(self.classes) if len(self.classes) > 1 else x.size * count,), VECTOR)
        if x.axes == MAP:
            return Tensor((count, *x.shape), IMAGE)
        if x.axes in ((), STEPS):
            return Tensor((*x.shape, count), SEQUENCE if x.rank else VECTOR)
        raise Refused(f"OneHot takes a number, steps, a vector or a map of whole numbers; it gets {x.describe()}.")

    def forward(self, x: Tensor) -> Code:
        if len(self.classes) > 1:
            text = "torch.cat([F.one_hot(c, n) for c, n in zip({x}.unbind(1), {classes})], dim=1).float()"
            return Code(text, Frozen({"classes": self.classes}))
        turned = {VECTOR: ".flatten(1)", MAP: ".movedim(-1, 1)"}.get(x.axes, "")
        return Code(f"F.one_hot({{x}}, {{count}}){turned}.float()", Frozen({"count": self.classes[0]}))
