"""The bones of a network: where tensors come in and go out, delays in time, and blocks."""

from typing import Annotated

from dlstudio.catalog.code import Code
from dlstudio.catalog.forms import DTYPE_FIELD, FORM_WORDS, form_field, typed
from dlstudio.catalog.layer import Layer, Line, Port, layer
from dlstudio.catalog.losses import named
from dlstudio.catalog.refusal import Refused
from dlstudio.core.fields import Choice, Declared, Int, Ints, NetworkName, NodeName, Real, Text, Values
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import Tensor


@layer(
    "Structure",
    line=Line(
        ("input", "in"),
        ("size",),
        flags=FORM_WORDS | {"int": ("dtype", "int"), "bool": ("dtype", "bool")},
    ),
    synonyms="data, source, placeholder, layer 0, LAY-01",
)
class Input(Layer):
    """Where data enters: it has a shape and no weights, and passes the data on unchanged.

    In a block, each input is a port of the block, and the wire outside says the shape."""

    inputs = ()

    size: Annotated[tuple[int, ...], Ints(low=1, most=6, help="The shape of one sample, without the batch")] = (1,)
    form: Annotated[str, form_field("takes the usual meaning of that many axes")] = "auto"
    dtype: Annotated[str, DTYPE_FIELD] = "float"

    def shape(self) -> Tensor:
        return typed(self.size, self.form, self.dtype)


@layer(
    "Structure",
    line=Line(("output", "out"), ("target",)),
    synonyms="target, head, prediction, result, output cell",
)
class Output(Layer):
    """Where a result leaves: it names what it is compared with and by which loss.

    In a block, each output is a port of the block."""

    outputs = ()

    target: Annotated[str, Text(help="The field of the data that this result should match; empty takes the first")] = ""
    loss: Annotated[
        Frozen[str, Value],
        Declared(registry="loss", help="How the difference is measured; empty, or auto, chooses by the target"),
    ] = Frozen()
    weight: Annotated[float, Real(low=0, help="How much this loss counts beside others")] = 1.0
    steps: Annotated[
        str,
        Choice(options=("every", "last"), help="In a network with delays: the results of every step, or the last one"),
    ] = "every"

    def validate(self) -> None:
        named(self.loss)

    def shape(self, x: Tensor) -> dict[str, Tensor]:
        return {}


@layer(
    "Structure",
    line=Line(("delay", "z-1"), ("size",)),
    synonyms="z^-1, memory, recurrent, feedback, backfed input cell, time loop, LAY-28, LAY-29",
)
class Delay(Layer):
    """Gives out what came in one time step before: the one node that may close a loop.

    A network with a delay runs once for each step of its inputs that have a time axis."""

    inputs = (Port("x", "What to remember"), Port("initial", "What is given out at the first step", optional=True))

    size: Annotated[
        tuple[int, ...], Ints(low=1, most=6, help="The shape of what is remembered; not needed when “initial” is wired")
    ] = ()
    start: Annotated[
        str, Choice(options=("zeros", "learned"), help="The first step's value when “initial” is not wired")
    ] = "zeros"

    def shape(self, x: Tensor | None = None, initial: Tensor | None = None) -> Tensor:
        if initial is not None:
            return initial
        if self.size:
            return Tensor.of(*self.size)
        raise Refused(
            "The delay does not know the shape of what it remembers. Fill in its size, or wire its initial value.",
            port="",
            code="delay-size",
        )

    def parameters(self, x: Tensor | None = None, initial: Tensor | None = None) -> int:
        return Tensor.of(*self.size).size if self.start == "learned" and initial is None else 0


@layer(
    "Structure",
    line=Line(("block",), ("network",)),
    synonyms="subgraph, group, macro, module, function, repeat, stack, ARC-26",
)
class Block(Layer):
    """Another network of the project as one node: edit it once and all its places follow."""

    network: Annotated[str, NetworkName(help="The network that this block places here")] = ""
    given: Annotated[Frozen[str, Value], Values(help="Values for the network's arguments")] = Frozen()
    repeat: Annotated[int, Int(1, 10_000, help="How many times in sequence")] = 1
    share: Annotated[
        str, Choice(options=("own", "shared"), help="Whether each repeat has weights of its own or all share one set")
    ] = "own"
    same_weights_as: Annotated[
        str, NodeName(help="Use the weights of this other block of the same network; trained and counted once")
    ] = ""

    def forward(self, **ins: object) -> Code:
        raise NotImplementedError("the compiler writes blocks")
