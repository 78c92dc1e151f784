"""Any project at all: check never raises, and what it calls sound can be built and run."""

from random import Random

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlstudio.catalog.layer import Layer
from dlstudio.catalog.layers import layers
from dlstudio.compiler.check import check
from dlstudio.compiler.cost import summary
from dlstudio.compiler.emit import emit
from dlstudio.compiler.load import load
from dlstudio.core.document import Network, Node, Project, Wire
from dlstudio.core.files import dumps, loads
from dlstudio.core.frozen import Frozen, Value, freeze
from tests.catalog.harness import tries

JUNK: list[Value] = [
    None, True, -1, 0, 1, 2, 10**30, 0.5, -0.0, 1e300, "", "same", "=width", "=1/0", "=__import__", "x" * 500,
    (), (1, 2), ((1,),), {"kind": "Zeros"}, {"kind": "Nothing"}, {"width": 2}, {"a": "=b"}, "node1", "part", ["a", "b"],
]  # fmt: skip
KINDS = [cls.kind for cls in layers]


def fields(cls: type[Layer], chance: Random) -> dict[str, Value]:
    """Some fields of a kind, mostly sensible, sometimes not."""
    made: dict[str, Value] = {}
    for name, field in cls.specs.items():
        if chance.random() < 0.25:
            sensible = tries(field.marker, field.default)
            made[name] = chance.choice(sensible) if sensible and chance.random() < 0.8 else chance.choice(JUNK)
    if chance.random() < 0.05:
        made["no_such_field"] = chance.choice(JUNK)
    return made


def wired(chance: Random, name: str, cls: type[Layer], nodes: list[Node]) -> list[Wire]:
    """Random wires from earlier nodes (now and then from any) into the ports of a new one."""
    wires = []
    for port in cls.inputs or layers["ReLU"].inputs:
        if port.optional and chance.random() < 0.7:
            continue
        for member in range(chance.randint(1, 3) if port.many else 1):
            source = chance.choice(nodes[:-1] if chance.random() < 0.95 else nodes)
            output = chance.choice([p.name for p in layers[source.kind].outputs] or ["y"])
            wires.append(Wire(source.id, output, name, f"{port.name}{member + 1}" if port.many else port.name))
    return wires


def network(chance: Random, places: list[str]) -> Network:
    """Nodes of any kind, wired at random; what does not fit is mostly tried again with another kind."""
    size = chance.choice([(4,), (3, 8, 8), (5, 4), (2, 9), (2, 4, 4, 4), ()])
    nodes = [Node("x", "Input", Frozen({"size": size, "dtype": chance.choice(["float", "float", "float", "int"])}))]
    wires: list[Wire] = []
    for i in range(chance.randint(1, 7)):
        node, into = nodes[0], list(wires)
        for _ in range(30 if chance.random() < 0.9 else 1):
            kind = chance.choice(KINDS)
            own = fields(layers[kind], chance) | (
                {"network": chance.choice(places)} if kind == "Block" and places else {}
            )
            node = Node(f"node{i}", kind, Frozen(freeze(own)), muted=chance.random() < 0.05)
            into = wired(chance, node.id, layers[kind], [*nodes, node])
            tried = Project(networks=Frozen({"model": Network.of([*nodes, node], [*wires, *into])}))
            if not any(issue.node == node.id and issue.severity == "error" for issue in check(tried)):
                break
        nodes.append(node)
        wires += into
    ends = [node.id for node in nodes if node.id not in {wire.source for wire in wires}] or ["x"]
    for i, end in enumerate(ends):
        kind = next(node.kind for node in nodes if node.id == end)
        nodes.append(Node(f"out{i}", "Output", muted=chance.random() < 0.05))
        wires.append(Wire(end, chance.choice([p.name for p in layers[kind].outputs] or ["y"]), f"out{i}", "x"))
    return Network.of(nodes, wires, arguments=Frozen({"width": chance.choice([2, 3, "wide"])}))


@settings(max_examples=150)
@given(st.integers(0, 2**48))
def test_check_never_raises_and_what_is_sound_runs(seed: int) -> None:
    chance = Random(seed)
    networks = {"part": network(chance, []), "model": network(chance, ["part", "part", "model", "gone"])}
    project = Project(networks=Frozen(networks))
    issues = check(project)
    assert loads(dumps(project)) == project
    summary(project)
    if any(issue.severity == "error" for issue in issues):
        return
    source = emit(project)
    if source.own_code:
        return
    with torch.device("meta"):
        module = load(source)().eval()
        given_in = [torch.zeros(2, *x.shape, dtype=KINDS_OF[x.dtype]) for x in source.inputs.values()]
        made = module(*given_in)
    made = made if isinstance(made, tuple) else (made,)
    assert [tuple(y.shape[1:]) for y in made] == [x.shape for x in source.outputs.values()]


KINDS_OF = {"float": torch.float32, "int": torch.int64, "bool": torch.bool}
