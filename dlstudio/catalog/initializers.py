"""Initialisers: how weights start, each one a statement on a tensor in the generated source."""

from collections.abc import Callable
from typing import Annotated, ClassVar

from dlstudio.catalog.code import Code
from dlstudio.core.fields import Array, Int, Real, shape_of
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import Declaration, Registry


class Initializer(Declaration):
    """One way to fill a weight before training; `{tensor}` in its statement is the weight."""

    source: ClassVar[str] = ""
    dims: ClassVar[tuple[int, int]] = (1, 9)
    """How few and how many axes the weight may have."""

    def unfit(self, what: str, shape: tuple[int, ...] | None) -> str:
        """Why it cannot fill a weight of that shape (None where the shape is not known), if it cannot."""
        return ""

    def statement(self, fan_in: int) -> Code:
        return Code(f"{self.source}({{tensor}}{''.join(f', {n}={{{n}}}' for n in self.specs)})", Frozen(self.values()))


initializers: Registry[Initializer] = Registry("initialiser")


def initializer(source: str, *, synonyms: str = "") -> Callable[[type[Initializer]], type[Initializer]]:
    def register(cls: type[Initializer]) -> type[Initializer]:
        cls.source = source
        return initializers.add(cls, family="Initialisation", synonyms=synonyms)

    return register


@initializer("nn.init.zeros_", synonyms="0, INI-01")
class Zeros(Initializer):
    """All zeros: right for biases, a trap for weights, since all units of a layer then stay the same."""


@initializer("nn.init.ones_")
class Ones(Initializer):
    """All ones, as the scale of a normalization starts."""


@initializer("nn.init.constant_", synonyms="same value, fill, bias 0.01")
class Constant(Initializer):
    """All the same value: 0.01 for the biases of ReLU layers; a trap for weights (the units stay the same)."""

    val: Annotated[float, Real(help="The value")] = 0.01


@initializer("nn.init.normal_", synonyms="small random, randn, gauss")
class Normal(Initializer):
    """Random numbers with a bell-shaped distribution, such as the classic 0.01·randn."""

    mean: Annotated[float, Real(help="The middle")] = 0.0
    std: Annotated[float, Real(low=0, help="The spread")] = 0.01


@initializer("nn.init.uniform_", synonyms="small random, flat")
class Uniform(Initializer):
    """Random numbers spread evenly between two limits."""

    a: Annotated[float, Real(help="The lower limit")] = -0.05
    b: Annotated[float, Real(help="The upper limit")] = 0.05


@initializer("nn.init.trunc_normal_", synonyms="truncated")
class TruncatedNormal(Initializer):
    """Bell-shaped random numbers without the far tails, usual in transformers."""

    mean: Annotated[float, Real(help="The middle")] = 0.0
    std: Annotated[float, Real(low=0, help="The spread")] = 0.02
    a: Annotated[float, Real(help="The lower limit")] = -2.0
    b: Annotated[float, Real(help="The upper limit")] = 2.0


@initializer("nn.init.normal_", synonyms="1/sqrt(n), calibrated variance, lecun")
class Calibrated(Initializer):
    """randn(n)/√n: each unit's output starts with variance 1, however many inputs (n) it sums."""

    dims = (2, 9)

    def statement(self, fan_in: int) -> Code:
        return Code("nn.init.normal_({tensor}, std={std})", Frozen({"std": round(fan_in**-0.5, 10)}))


@initializer(".sparse_init.sparse_links_", synonyms="sparse, few links")
class SparseLinks(Initializer):
    """Every unit starts with a fixed number of incoming links, about ten, and zeros elsewhere."""

    dims = (2, 2)

    links: Annotated[int, Int(1, 65536, help="How many inputs each unit starts linked to")] = 10
    std: Annotated[float, Real(low=0, help="The spread of the links' weights")] = 1.0


@initializer("nn.init.xavier_uniform_", synonyms="glorot")
class XavierUniform(Initializer):
    """Evenly spread, scaled so that signals neither grow nor shrink forwards and backwards (Glorot and Bengio 2010)."""

    dims = (2, 9)

    gain: Annotated[float, Real(low=0, help="A factor on the spread")] = 1.0


@initializer("nn.init.xavier_normal_", synonyms="glorot")
class XavierNormal(Initializer):
    """Bell-shaped, scaled so that signals neither grow nor shrink forwards and backwards (Glorot and Bengio 2010)."""

    dims = (2, 9)

    gain: Annotated[float, Real(low=0, help="A factor on the spread")] = 1.0


@initializer("nn.init.kaiming_uniform_", synonyms="he, relu")
class KaimingUniform(Initializer):
    """Evenly spread, scaled for layers followed by ReLU (He et al. 2015)."""

    dims = (2, 9)

    def statement(self, fan_in: int) -> Code:
        return Code("nn.init.kaiming_uniform_({tensor}, nonlinearity='relu')")


@initializer("nn.init.kaiming_normal_", synonyms="he, relu")
class KaimingNormal(Initializer):
    """Bell-shaped, scaled for layers followed by ReLU (He et al. 2015)."""

    dims = (2, 9)

    def statement(self, fan_in: int) -> Code:
        return Code("nn.init.kaiming_normal_({tensor}, nonlinearity='relu')")


@initializer("nn.init.orthogonal_", synonyms="recurrent")
class Orthogonal(Initializer):
    """A random rotation: keeps lengths, which helps deep and recurrent networks (Saxe et al. 2014)."""

    dims = (2, 9)

    gain: Annotated[float, Real(low=0, help="A factor on the matrix")] = 1.0


@initializer("nn.init.dirac_", synonyms="identity")
class Dirac(Initializer):
    """A convolution that starts by passing its input on unchanged."""

    dims = (3, 5)


@initializer("nn.init.eye_", synonyms="identity")
class Eye(Initializer):
    """A linear layer that starts by passing its input on unchanged."""

    dims = (2, 2)


@initializer("torch.tensor", synonyms="by hand, fixed numbers, worked example, gate, values, set")
class Given(Initializer):
    """Numbers of your own, row by row: what a worked example prints, or a gate that needs no training.

    A row holds the weights of one output: [[0.15, 0.2], [0.25, 0.3]] for two outputs of two inputs each, [0.35, 0.35]
    for their biases."""

    values: Annotated[
        Value, Array(help="The numbers, with a row for each output: [[1, 1], [-2, -2]]; a plain list for biases")
    ] = ()

    def statement(self, fan_in: int) -> Code:
        return Code("{tensor}.data = torch.tensor({rows})", Frozen({"rows": _lists(self.values)}))

    def unfit(self, what: str, shape: tuple[int, ...] | None) -> str:
        found = shape_of(self.values)
        if shape is None:
            return (
                f"Given fills layers of one weight and one bias; {what} starts together with others. "
                "Choose another, and type the numbers of single weights under “given numbers”."
            )
        if not found:
            return f"Given needs its numbers: {what} takes {_times(shape)} of them. Type them as values."
        if found != shape:
            return f"The given numbers are {_times(found)}, but {what} is {_times(shape)}. Give as many as it holds."
        return ""


def _lists(value: Value) -> Value:
    """The rows as they are written in the source."""
    return [_lists(each) for each in value] if isinstance(value, tuple) else value


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
