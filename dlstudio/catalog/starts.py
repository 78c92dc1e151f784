"""Starts: where the weights of a training come from, other than from the initialisers of the layers."""

from typing import Annotated

from dlstudio.core.fields import Choice, Flag, Text, Values
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import Declaration, Registry

starts: Registry["Start"] = Registry("start")


class Start(Declaration):
    """One place to take first weights from."""


class Weights(Start):
    """Goes on from weights that are there: fine tuning, transfer learning, a warm start.

    They are taken by the names of nodes, or by the shapes of layers where that is asked for. What the file does not
    hold, or holds in another shape, starts as the layers say, and the run names it. Relative paths start at the
    project's file."""

    from_: Annotated[
        str,
        Text(longest=4096, help="A run's folder, a .safetensors file, or a state dict in a .pt or .pth file"),
    ] = ""
    rename: Annotated[
        Frozen[str, Value],
        Values(help="What a name begins with there, and here: {“features.0”: “conv1”}; “” stands for nothing"),
    ] = Frozen()
    by_shape: Annotated[
        bool, Flag(help="Matches what no name finds by the shapes of its layers, in the order of both")
    ] = False
    which: Annotated[
        str, Choice(options=("best", "latest"), help="Of a run: its best weights so far, or its last ones")
    ] = "best"
    strict: Annotated[bool, Flag(help="Refuses to start unless every weight is found, fits, and none is left over")] = (
        False
    )


starts.add(Weights, family="Start")
