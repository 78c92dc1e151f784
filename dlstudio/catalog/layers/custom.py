"""Custom: a layer in the user's own Python."""

import keyword
from collections.abc import Mapping
from typing import Annotated, Any

from dlstudio.catalog.code import Call
from dlstudio.catalog.code import Code as Source
from dlstudio.catalog.forms import DTYPE_FIELD, form_field, typed
from dlstudio.catalog.layer import Layer, Line, Port, layer
from dlstudio.catalog.refusal import Put, Refused
from dlstudio.catalog.user_class import CodeProblem, UserClass, read
from dlstudio.core.fields import Code, Ints, Values, Words
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import Tensor

EXAMPLE = '''import torch
from torch import Tensor, nn


class Swish(nn.Module):
    """x · sigmoid(b·x) with a learned b."""

    def __init__(self, start: float = 1.0) -> None:
        super().__init__()
        self.b = nn.Parameter(torch.tensor(start))

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(self.b * x)
'''


@layer(
    "Custom",
    line=Line(("custom",)),
    synonyms="own code, python, user class, script, nn.Module, plug-in, extension",
)
class Custom(Layer):
    """A layer in Python of your own: a class that derives from nn.Module; its forward says the inputs.

    The code runs only after you have allowed it for the project, and it is written into every exported source. It
    should need nothing but torch. Say the size of the result where it is not the size of the first input."""

    code: Annotated[str, Code(help="Python with a class that derives from nn.Module and has a forward")] = EXAMPLE
    settings: Annotated[
        Frozen[str, Value], Values(help="Arguments for the class's constructor, such as hidden = 64")
    ] = Frozen()
    results: Annotated[
        tuple[str, ...], Words(help="Names of the results, where forward returns several as a tuple")
    ] = ("y",)
    size: Annotated[
        tuple[int, ...],
        Ints(low=1, most=6, help="The shape of each result, without the batch; empty: that of the first input"),
    ] = ()
    form: Annotated[str, form_field("takes the usual meaning of that many axes")] = "auto"
    dtype: Annotated[str, DTYPE_FIELD] = "float"

    def user_class(self) -> UserClass:
        """What the code says about itself, or Refused with the line that is wrong."""
        try:
            return read(self.code)
        except CodeProblem as problem:
            raise Refused(str(problem), port="", code="code") from None

    def class_name(self) -> str:
        return self.user_class().name

    def definition(self) -> str:
        """The code as it is written into the generated source."""
        return self.code.strip() + "\n"

    def ports_in(self) -> tuple[Port, ...]:
        """One port for each parameter of forward; none while the code cannot be read."""
        try:
            return tuple(Port(each.name, optional=each.optional) for each in read(self.code).inputs)
        except CodeProblem:
            return ()

    def ports_out(self) -> tuple[Port, ...]:
        return tuple(Port(name) for name in self.results)

    def shape(self, /, **ins: Tensor) -> Mapping[str, Tensor]:
        cls = self.user_class()
        self._check_names(cls)
        first = next(iter(ins.values()))
        made = typed(self.size, self.form, self.dtype) if self.size else first
        return dict.fromkeys(self.results, made)

    def _check_names(self, cls: UserClass) -> None:
        """Names go into the source as they are, so they must be names."""
        outputs = self.results
        if not outputs or len(set(outputs)) < len(outputs) or not all(map(_is_name, outputs)):
            raise Refused(
                "The results need names of letters, digits and _, each once.",
                Put("results", ("y",)),
                port="",
                code="code",
            )
        known = {each.name for each in cls.settings}
        strange = [name for name in self.settings if not _is_name(name) or (name not in known and not cls.any_setting)]
        if strange:
            raise Refused(
                f"The constructor of {cls.name} takes no “{strange[0]}” (it takes: {', '.join(known) or 'nothing'}).",
                Put("settings", self.settings.drop(*strange)),
                port="",
                code="code",
            )
        missing = [each.name for each in cls.settings if not each.optional and each.name not in self.settings]
        if missing:
            raise Refused(
                f"The constructor of {cls.name} needs {', '.join(missing)}: add it to the settings.",
                port="",
                code="code",
            )

    def construct(self, /, **ins: Any) -> Call:
        return Call(self.class_name(), (), tuple(self.settings.items()))

    def forward(self, /, **ins: Any) -> Source:
        wired = [f"{each.name}={{{each.name}}}" if each.named else f"{{{each.name}}}" for each in self._wired(ins)]
        return Source(f"{{module}}({', '.join(wired)})")

    def _wired(self, ins: Mapping[str, Any]) -> list[Any]:
        return [each for each in self.user_class().inputs if each.name in ins]


def _is_name(text: str) -> bool:
    return text.isidentifier() and text.isascii() and not keyword.iskeyword(text) and text not in ("self", "module")
