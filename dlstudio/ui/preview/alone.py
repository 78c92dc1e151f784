"""Alone: one node of a plan as a module of its own, written and loaded as the whole network would be."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlstudio.catalog.forms import shape_fields
from dlstudio.compiler.emit import emit
from dlstudio.compiler.load import forget, load
from dlstudio.compiler.plan import Plan, Step, weight_owner
from dlstudio.core.document import INPUT, MODEL, OUTPUT, Network, Node, Project, Wire
from dlstudio.core.frozen import Frozen
from dlstudio.core.tensor import Tensor

if TYPE_CHECKING:
    from torch import Tensor as Values
    from torch import nn

NODE, GIVEN, MADE = "node", "given", "made"
SHARES = "same_weights_as"


@dataclass(frozen=True, eq=False)
class Alone:
    """The module of a node, what its inputs are called, and which of its ports each result is of."""

    module: "nn.Module"
    given: tuple[str, ...]
    made: tuple[str, ...]

    def __call__(self, values: "tuple[Values, ...]") -> "dict[str, Values]":
        """What the node makes of these, by port."""
        result = self.module(**dict(zip(self.given, values, strict=True)))
        return dict(zip(self.made, result if isinstance(result, tuple) else (result,), strict=True))

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return sum(each.nbytes for each in self.module.state_dict().values())


def alone(step: Step, plan: Plan, *, allow_code: bool) -> Alone:
    """A node between inputs and outputs of its own; a ProjectProblem says why it cannot be made."""

    sources = list(_ins(step))
    owner = plan.network.nodes[weight_owner(plan.network, step.id) or step.id]
    node = Node(NODE, owner.kind, owner.fields.drop(SHARES))
    inputs = [Node(f"{GIVEN}{i}", INPUT, Frozen(shape_fields(tensor))) for i, (_, tensor) in enumerate(sources)]
    ports = tuple(step.outs)
    outputs = [Node(f"{MADE}{i}", OUTPUT) for i in range(len(ports))]
    wires = [
        *(Wire(f"{GIVEN}{i}", "y", NODE, name) for i, (name, _) in enumerate(sources)),
        *(Wire(NODE, port, f"{MADE}{i}", "x") for i, port in enumerate(ports)),
    ]
    network = Network.of([*inputs, node, *outputs], wires, arguments=Frozen(plan.arguments))
    source = emit(Project(networks=Frozen({MODEL: network})))
    made = load(source, allow_code=allow_code)
    try:
        module = made().eval()
    finally:
        forget(made)
    return Alone(module, tuple(each.id for each in inputs), tuple(ports[int(n[len(MADE) :])] for n in source.outputs))


def _ins(step: Step) -> Iterator[tuple[str, Tensor]]:
    """The inputs of a node in the order of its `feeds`: the name in wires, and what it is."""
    many = {port.name for port in step.layer.ports_in() if port.many}
    for port in step.origins:
        found = step.ins[port]
        for number, tensor in enumerate(found if isinstance(found, tuple) else (found,), 1):
            yield f"{port}{number}" if port in many else port, tensor
