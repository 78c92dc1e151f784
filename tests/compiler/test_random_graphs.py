"""Random graphs: what is compiled computes what an independent evaluation in torch computes."""

from collections.abc import Callable
from random import Random

import torch
import torch.nn.functional as F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from dlstudio.compiler.check import examine
from dlstudio.compiler.emit import emit
from dlstudio.compiler.line import line
from dlstudio.compiler.load import load
from dlstudio.core import edits
from dlstudio.core.document import Network, Node, Project, Wire
from dlstudio.core.files import dumps, loads
from dlstudio.core.frozen import Frozen, Value

ONE: dict[str, Callable[[nn.Module | None, Tensor], Tensor]] = {
    "ReLU": lambda _, x: x.clamp(min=0),
    "Tanh": lambda _, x: x.tanh(),
    "Sigmoid": lambda _, x: 1 / (1 + (-x).exp()),
    "Linear": lambda m, x: F.linear(x, m.weight, m.bias),  # type: ignore[union-attr, arg-type]
    "Conv2d": lambda m, x: F.conv2d(x, m.weight, m.bias, padding=1),  # type: ignore[union-attr, arg-type]
}
MANY: dict[str, Callable[[list[Tensor]], Tensor]] = {
    "Add": lambda xs: torch.stack(xs).sum(0),
    "Multiply": lambda xs: torch.stack(xs).prod(0),
    "Maximum": lambda xs: torch.stack(xs).amax(0),
    "Concat": lambda xs: torch.cat(xs, 1),
}


class Grown:
    """A random network, and the function of each node as seen from outside."""

    def __init__(self, image: bool) -> None:
        self.image = image
        size = (2, 4, 5) if image else (5,)
        self.nodes = [Node("data", "Input", Frozen({"size": size}))]
        self.wires: list[Wire] = []
        self.channels = {"data": size[0]}
        self.sources: dict[str, tuple[str, list[str]]] = {}

    def one(self, kind: str, source: str, width: int) -> None:
        name = f"n{len(self.nodes)}"
        weighted: dict[str, dict[str, Value]] = {
            "Linear": {"out_features": width},
            "Conv2d": {"out_channels": width, "padding": (1, 1)},
        }
        self.nodes.append(Node(name, kind, Frozen(weighted.get(kind, {}))))
        self.wires.append(Wire(source, "y", name, "x"))
        self.channels[name] = width if kind in weighted else self.channels[source]
        self.sources[name] = (kind, [source])

    def many(self, kind: str, sources: list[str]) -> None:
        name = f"n{len(self.nodes)}"
        self.nodes.append(Node(name, kind))
        self.wires += [Wire(source, "y", name, f"x{i + 1}") for i, source in enumerate(sources)]
        widths = [self.channels[source] for source in sources]
        self.channels[name] = sum(widths) if kind == "Concat" else widths[0]
        self.sources[name] = (kind, sources)

    def project(self) -> Project:
        used = {wire.source for wire in self.wires}
        ends = [node.id for node in self.nodes if node.id not in used]
        outs = [Node(f"out_{end}", "Output") for end in ends]
        wires = [*self.wires, *(Wire(end, "y", f"out_{end}", "x") for end in ends)]
        return Project(networks=Frozen({"model": Network.of([*self.nodes, *outs], wires)}))

    def evaluate(self, name: str, module: nn.Module, x: Tensor, known: dict[str, Tensor]) -> Tensor:
        for node in self.nodes:
            if node.id == "data":
                known["data"] = x
                continue
            kind, sources = self.sources[node.id]
            values = [known[source] for source in sources]
            own = getattr(module, node.id, None)
            known[node.id] = MANY[kind](values) if kind in MANY else ONE[kind](own, values[0])
        return known[name]


@st.composite
def grown(draw: st.DrawFn, most: int) -> Grown:
    """A network of a drawn size; the rest follows from a drawn seed, since thousands of single draws are slow."""
    made = Grown(draw(st.booleans()))
    size, chance = draw(st.integers(1, most)), Random(draw(st.integers(0, 2**32)))
    weighted = "Conv2d" if made.image else "Linear"
    while len(made.nodes) <= size:
        names = list(made.channels)
        source = names[-1 - chance.randrange(min(len(names), 12))]
        if chance.randrange(3):
            made.one(chance.choice(["ReLU", "Tanh", "Sigmoid", weighted]), source, chance.randint(1, 6))
            continue
        kind = chance.choice(list(MANY))
        mates = [n for n in names if kind == "Concat" or made.channels[n] == made.channels[source]]
        others = chance.choices(mates, k=chance.randint(1, 3))
        if kind != "Concat" or made.channels[source] + sum(made.channels[o] for o in others) < 64:
            made.many(kind, [source, *others])
    return made


quiet = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@quiet
@given(grown(200))
def test_a_compiled_graph_equals_an_independent_evaluation(made: Grown) -> None:
    project = made.project()
    source = emit(project)
    module = load(source)()
    x = torch.rand(3, *project.networks["model"].nodes["data"].fields["size"]) - 0.5
    with torch.no_grad():
        result = module(x)
        known: dict[str, Tensor] = {}
        made.evaluate(made.nodes[-1].id, module, x, known)
    results = result if isinstance(result, tuple) else (result,)
    for name, value in zip(source.outputs, results, strict=True):
        torch.testing.assert_close(value, known[name.removeprefix("out_")], rtol=1e-4, atol=1e-5)


@quiet
@given(grown(60), st.data())
def test_after_any_edit_the_plan_equals_one_made_from_nothing(made: Grown, data: st.DataObject) -> None:
    project = made.project()
    checked = examine(project)
    for _ in range(6):
        project = edited(project, data)
        checked = examine(project, checked)
        fresh = examine(project)
        assert checked.plans["model"].shapes == fresh.plans["model"].shapes
        assert checked.plans["model"].steps == fresh.plans["model"].steps
        assert list(checked.plans["model"].steps) == list(fresh.plans["model"].steps)
        assert [str(issue) for issue in checked.issues] == [str(issue) for issue in fresh.issues]


def edited(project: Project, data: st.DataObject) -> Project:
    """One random edit, sound or not."""
    network = project.networks["model"]
    names = sorted(network.nodes)
    if not names:
        return edits.add(project, "model", edits.new_node(network, "Input"))
    name = data.draw(st.sampled_from(names))
    wires = sorted(network.wires)
    choice = data.draw(st.sampled_from(["put", "remove", "heal", "cut", "connect", "insert", "mute", "rename", "add"]))
    if choice == "put":
        return edits.put(project, "model", name, out_features=data.draw(st.integers(0, 9)))
    if choice in ("remove", "heal"):
        return edits.remove(project, "model", [name], heal=choice == "heal")
    if choice == "cut" and wires:
        return edits.disconnect(project, "model", data.draw(st.sampled_from(wires)))
    if choice == "insert" and wires:
        kind = data.draw(st.sampled_from(["ReLU", "Linear", "Flatten", "Conv2d"]))
        return edits.insert(project, "model", data.draw(st.sampled_from(wires)), edits.new_node(network, kind))
    if choice == "mute":
        return edits.mute(project, "model", [name], data.draw(st.booleans()))
    if choice == "rename" and "fresh" not in network.nodes:
        return edits.rename(project, "model", name, "fresh")
    if choice == "add":
        return edits.add(project, "model", edits.new_node(network, "Linear"))
    port = data.draw(st.sampled_from(["x", "x1", "x2", "nowhere"]))
    return edits.connect(project, "model", Wire(data.draw(st.sampled_from(names)), "y", name, port))


@quiet
@given(grown(60))
def test_the_source_does_not_depend_on_how_the_project_was_made(made: Grown) -> None:
    project = made.project()
    network = project.networks["model"]
    turned = Network.of(reversed(network.nodes.values()), reversed(list(network.wires)))
    assert emit(project.with_network("model", turned)).text == emit(project).text
    assert emit(loads(dumps(project))).text == emit(project).text


def test_what_hangs_on_a_node_that_gives_nothing_is_judged_anew_when_that_falls() -> None:
    project = line("data: input 4 > first: fc 4 > out: output; data > second: fc 4 > end: output")
    project = edits.connect(project, "model", Wire("out", "y", "second", "x"))
    before = examine(project)
    project = edits.remove(project, "model", ["data"])
    assert examine(project, before).issues == examine(project).issues
