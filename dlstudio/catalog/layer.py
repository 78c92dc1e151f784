"""Layer: the declaration of one kind of node, from its ports to its line in the generated source."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from dlstudio.catalog.code import Call, Code
from dlstudio.catalog.initializers import Initializer, initializers
from dlstudio.core.fields import Choice, Declared, NodeName, Size
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import BadField, BadFields, Declaration, Registry, make
from dlstudio.core.tensor import Tensor


@dataclass(frozen=True, slots=True)
class Port:
    """A named place for wires; a `many` port `x` takes any number of wires as x1, x2, x3 ..."""

    name: str
    help: str = ""
    optional: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """How a layer is typed: its words, its fields in order, one-letter fields (`s2`), and plain words (`same`)."""

    words: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    letters: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, tuple[str, Value]] = field(default_factory=dict)


class Layer(Declaration):
    """One kind of node. A subclass writes fields, `shape`, and what its constructor cannot read off the fields."""

    source: ClassVar[str] = ""
    """The torch class (`nn.Conv2d`), one of ours (`.rbf.RBF`), or nothing for a plain expression."""
    required: ClassVar[tuple[str, ...]] = ()
    """The constructor's arguments that are always written, by position."""
    inputs: ClassVar[tuple[Port, ...]] = (Port("x"),)
    outputs: ClassVar[tuple[Port, ...]] = (Port("y"),)
    line: ClassVar[Line] = Line()
    not_arguments: ClassVar[frozenset[str]] = frozenset()
    """Fields that the constructor does not know."""
    torch_defaults: ClassVar[Mapping[str, Value]] = {}
    """What the constructor takes when nothing is said, where that is not the field's own default."""
    examples: ClassVar[tuple[Mapping[str, Value], ...]] = ()
    """Settings worth showing and testing beside the defaults."""
    smooth: ClassVar[bool] = True
    """Whether gradients are those of the function; a threshold's are zero or made up."""

    def validate(self) -> None:
        """Raises BadFields where fields that are right alone do not go together."""

    def ports_in(self) -> tuple[Port, ...]:
        return self.inputs

    def ports_out(self) -> tuple[Port, ...]:
        return self.outputs

    def shape(self, *args: Any, **ins: Any) -> Tensor | Mapping[str, Tensor]:
        """The outputs for these inputs, or Refused with the reason."""
        raise NotImplementedError

    def fit(self, *args: Any, **ins: Any) -> None:
        """Raises BadFields where a field does not go with these inputs, whose shapes are sound."""

    def arguments(self, *args: Any, **ins: Any) -> dict[str, Value]:
        """The constructor's arguments; those that the shapes know are added here."""
        return {n: v for n, v in self.values().items() if n not in self.not_arguments}

    def callee(self, *args: Any, **ins: Any) -> str:
        """The class that is constructed, where it depends on what comes in: nn.BatchNorm2d for an image."""
        return self.source

    def construct(self, *args: Any, **ins: Any) -> Call | None:
        """The constructor call of the submodule, if the layer has one."""
        callee = self.callee(**ins)
        if not callee:
            return None
        given = {name: self._written(name, value) for name, value in self.arguments(**ins).items()}
        defaults = {name: self._written(name, field.default) for name, field in self.specs.items()}
        return Call(
            callee=callee,
            positional=tuple((name, given[name]) for name in self.required),
            keywords=tuple((name, value) for name, value in given.items() if name not in self.required),
            defaults=Frozen({**defaults, **self.torch_defaults}),
        )

    @classmethod
    def _written(cls, name: str, value: Value) -> Value:
        """A size as torch users write it: 3 for (3, 3)."""
        sized = name in cls.specs and isinstance(cls.specs[name].marker, Size) and isinstance(value, tuple)
        return value[0] if sized and len(set(value)) == 1 else value

    def setup(self, *args: Any, **ins: Any) -> Sequence[Code]:
        """Statements that follow the constructor, such as an initialisation."""
        return ()

    def forward(self, *args: Any, **ins: Any) -> Code:
        """The expression of the forward pass."""
        wired = ", ".join(f"{{{port.name}}}" for port in self.ports_in() if ins.get(port.name) is not None)
        return Code(f"{{module}}({wired})")

    def targets(self) -> str:
        """The left side of the assignment: one hole for each output port."""
        return ", ".join(f"{{{port.name}}}" for port in self.ports_out())

    def finish(self, *args: Any, **ins: Any) -> Mapping[str, str]:
        """What is made of an output where somebody uses it, on a line of its own: `{h}.squeeze(0)`, by port."""
        return {}

    def parameters(self, *args: Any, **ins: Any) -> int:
        """How many trainable numbers the layer has."""
        return 0

    def weight_shapes(self, *args: Any, **ins: Any) -> tuple[tuple[int, ...], ...]:
        """The shapes of the trainable weights; all numbers in one row where the layer does not say."""
        count = self.parameters(**ins)
        return ((count,),) if count else ()

    def macs(self, *args: Any, **ins: Any) -> int:
        """Multiply-accumulates for one sample, counted as torch.utils.flop_counter does (two FLOPs each)."""
        return 0

    def formula(self, *args: Any, **ins: Any) -> Mapping[str, str]:
        """Where the numbers of the output shape come from, by axis name, in words."""
        return {}


layers: Registry[Layer] = Registry("layer")


def layer(
    family: str,
    *,
    source: str = "",
    required: tuple[str, ...] = (),
    line: Line | None = None,
    synonyms: str = "",
    replaces: tuple[str, ...] = (),
) -> Callable[[type[Layer]], type[Layer]]:
    """Registers a layer; `synonyms` are words, separated by commas, that the search finds it by."""

    def register(cls: type[Layer]) -> type[Layer]:
        cls.source = source or cls.source
        cls.required = required or cls.required
        cls.line = line or Line((cls.__name__.lower(),))
        return layers.add(cls, family=family, synonyms=synonyms, replaces=replaces)

    return register


ACTIVATIONS: dict[str, str] = {
    "none": "{}",
    "relu": "F.relu({})",
    "leaky_relu": "F.leaky_relu({})",
    "elu": "F.elu({})",
    "gelu": "F.gelu({})",
    "silu": "F.silu({})",
    "sigmoid": "torch.sigmoid({})",
    "tanh": "torch.tanh({})",
    "softplus": "F.softplus({})",
    "softsign": "F.softsign({})",
}
"""What a layer with weights may apply to its own result."""

_WRAPS = {
    "none": "",
    "weight norm": "nn.utils.parametrizations.weight_norm({module})",
    "spectral norm": "nn.utils.parametrizations.spectral_norm({module})",
}


@dataclass(frozen=True)
class Trained(Layer):
    """A layer with trainable weights: they can be shared and initialised."""

    weight_rank: ClassVar[int] = 2
    """How many axes the weight has: a matrix has two."""
    weight_names: ClassVar[tuple[str, ...]] = ("weight",)
    not_arguments: ClassVar[frozenset[str]] = frozenset(
        {"activation", "same_weights_as", "weight_init", "bias_init", "reparametrize"}
    )

    same_weights_as: Annotated[
        str, NodeName(help="Use the weights of this other node of the same kind; they are trained and counted once")
    ] = ""
    weight_init: Annotated[
        Frozen[str, Value], Declared(registry="initializer", help="How the weights start; empty leaves torch's own way")
    ] = Frozen()

    def validate(self) -> None:
        problems = [
            BadField(field, text) for field, spec, rank in self.choices() if spec and (text := unfit(spec, rank))
        ]
        if problems:
            raise BadFields(tuple(problems))

    def choices(self) -> tuple[tuple[str, Frozen[str, Value], int], ...]:
        """The fields that name an initialiser, what they name, and how many axes it has to fill."""
        return (("weight_init", self.weight_init, self.weight_rank),)

    def setup(self, *args: Any, **ins: Any) -> Sequence[Code]:
        return [c for spec, names in self.starts() if spec for name in names for c in self._start(spec, name, ins)]

    def fit(self, *args: Any, **ins: Any) -> None:
        if not any(spec for _, spec, _ in self.choices()):
            return
        problems = [
            BadField(field, text)
            for (field, *_), (spec, names) in zip(self.choices(), self.starts(), strict=False)
            for name in names
            if spec and (text := initializer(spec).unfit(f"the {name} of {self.kind}", self.weight_shape(name, **ins)))
        ]
        if problems:
            raise BadFields(tuple(problems[:1]))

    def weight_shape(self, name: str, *args: Any, **ins: Any) -> tuple[int, ...] | None:
        """The shape of a weight, where it may be given number by number."""
        return None

    def weight_shapes(self, *args: Any, **ins: Any) -> tuple[tuple[int, ...], ...]:
        shapes = [self.weight_shape(name, **ins) for _, names in self.starts() for name in names]
        known = tuple(shape for shape in shapes if shape)
        return known if len(known) == len(shapes) else super().weight_shapes(**ins)

    def starts(self) -> tuple[tuple[Frozen[str, Value], tuple[str, ...]], ...]:
        """Which initialiser each of the present weights starts by."""
        return ((self.weight_init, self.present_weights()),)

    def present_weights(self) -> tuple[str, ...]:
        return self.weight_names

    def _start(self, spec: Frozen[str, Value], name: str, ins: Mapping[str, Any]) -> Sequence[Code]:
        made = initializer(spec)
        code = made.statement(self.fan_in(name, **ins))
        return [Code(code.text.replace("{tensor}", "{module}." + name), code.values)]

    def fan_in(self, name: str, *args: Any, **ins: Any) -> int:
        """How many numbers one output of this weight sums up."""
        return 1


@dataclass(frozen=True)
class Weighted(Trained):
    """A layer with trainable weights and offsets (biases)."""

    bias_names: ClassVar[tuple[str, ...]] = ("bias",)

    bias_init: Annotated[
        Frozen[str, Value], Declared(registry="initializer", help="How the biases start; empty leaves torch's own way")
    ] = Frozen()

    def choices(self) -> tuple[tuple[str, Frozen[str, Value], int], ...]:
        return (*super().choices(), ("bias_init", self.bias_init, 1))

    def starts(self) -> tuple[tuple[Frozen[str, Value], tuple[str, ...]], ...]:
        return (*super().starts(), (self.bias_init, self.present_biases()))

    def present_biases(self) -> tuple[str, ...]:
        return self.bias_names if getattr(self, "bias", True) else ()


@dataclass(frozen=True)
class Reparametrized(Weighted):
    """A layer whose weight can be written as length times direction, or kept at a spectral norm of one."""

    activation: Annotated[
        str,
        Choice(options=tuple(ACTIVATIONS), help="A function applied to the result; a node of its own does the same"),
    ] = "none"
    reparametrize: Annotated[
        str,
        Choice(
            options=tuple(_WRAPS),
            help="Weight norm: W = g·v/‖v‖ with both trained (v's own length is divided out). "
            "Spectral norm: W divided by its largest singular value",
        ),
    ] = "none"

    def setup(self, *args: Any, **ins: Any) -> Sequence[Code]:
        wrap = _WRAPS[self.reparametrize]
        return [*super().setup(**ins), *([Code(wrap)] if wrap else [])]

    def weight_shapes(self, *args: Any, **ins: Any) -> tuple[tuple[int, ...], ...]:
        weight, *others = super().weight_shapes(**ins)
        lengths = (weight[0], *(1 for _ in weight[1:]))
        return (lengths, weight, *others) if self.reparametrize == "weight norm" else (weight, *others)

    def forward(self, *args: Any, **ins: Any) -> Code:
        inner = super().forward(**ins)
        return Code(ACTIVATIONS[self.activation].format(inner.text), inner.values)


def unfit(spec: Frozen[str, Value], rank: int) -> str | None:
    """Why an initialiser cannot fill a weight of so many axes, if it cannot."""
    if spec["kind"] not in initializers:
        close = initializers.similar(spec["kind"])
        return (
            f"There is no initialiser “{spec['kind']}”; {f'perhaps {close} was meant' if close else 'choose another'}."
        )
    try:
        made = initializer(spec)
    except BadFields as problems:
        return str(problems)
    low, high = made.dims
    if low <= rank <= high:
        return None
    return f"{made.kind} fills weights of {low} to {high} axes; this has {rank}. Use Normal, Uniform or Constant."


def initializer(spec: Frozen[str, Value]) -> Initializer:
    """The initialiser that a field names; an unknown kind or field raises BadFields or KeyError."""
    return make(initializers[spec["kind"]], spec.drop("kind"), {})
