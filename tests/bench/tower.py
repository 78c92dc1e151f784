"""Tower: a network of any size to measure with."""

from dlstudio.core.document import Network, Node, Project, Wire
from dlstudio.core.frozen import Frozen


def tower(count: int) -> Project:
    """A residual network of so many nodes, no two convolutions alike: nothing can be remembered from another."""
    nodes = [Node("image", "Input", Frozen({"size": (3, 64, 64)}))]
    wires: list[Wire] = []
    last = "image"

    def put(kind: str, sources: list[str], **fields: object) -> str:
        name = f"{kind.lower()}{len(nodes)}"
        nodes.append(Node(name, kind, Frozen(fields)))
        ports = [f"x{i + 1}" for i in range(len(sources))] if kind == "Add" else ["x"]
        wires.extend(Wire(source, "y", name, port) for source, port in zip(sources, ports, strict=True))
        return name

    while len(nodes) < count - 1:
        width = 1 + len(nodes) % 997
        last = put("Conv2d", [last], out_channels=width, padding=(1, 1), bias=False)
        last = put("BatchNorm", [last])
        branch = put("ReLU", [last])
        last = put("Add", [branch, last])
    nodes.append(Node("out", "Output"))
    wires.append(Wire(last, "y", "out", "x"))
    return Project(networks=Frozen({"model": Network.of(nodes, wires)}))
