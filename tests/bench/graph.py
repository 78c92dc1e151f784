"""graph: checking, shaping, editing, writing and reading networks of 1,000 and 10,000 nodes."""

from collections.abc import Sequence

import torch

from dlstudio.compiler.check import Checked, examine
from dlstudio.compiler.cost import summary
from dlstudio.compiler.emit import emit
from dlstudio.compiler.judge import forget
from dlstudio.compiler.load import load
from dlstudio.core import edits
from dlstudio.core.arrange import Size, arrange
from dlstudio.core.document import Project
from dlstudio.core.files import dumps, loads
from tests.bench.measure import Row, best, show
from tests.bench.tower import tower


def middle(project: Project) -> str:
    convs = [node.id for node in project.networks["model"].nodes.values() if node.kind == "Conv2d"]
    return convs[len(convs) // 2]


def edit(project: Project, width: int) -> Project:
    return edits.put(project, "model", middle(project), out_channels=width)


def after_edit(project: Project, checked: Checked) -> float:
    widths = iter(range(2000, 3000))
    changed: list[Project] = []
    return best(lambda: examine(changed[-1], checked), 9, prepare=lambda: changed.append(edit(project, next(widths))))


def torch_shapes(project: Project) -> float:
    """The usual way to learn shapes: build the modules on the meta device and run them."""
    cls = load(emit(project))

    def run() -> object:
        with torch.device("meta"), torch.no_grad():
            return cls()(torch.zeros(1, 3, 64, 64))

    return best(run, 3)


def placed(project: Project) -> float:
    network = project.networks["model"]
    sizes = dict.fromkeys(network.nodes, Size(176, 72))
    return best(lambda: arrange(sizes, [(w.source, w.target) for w in network.wires]), 3)


def run(_options: Sequence[str] = ()) -> None:
    """Measures and prints."""
    small, large = tower(1_000), tower(10_000)
    checked, checked_large = examine(small), examine(large)
    cold = best(lambda: examine(small), prepare=forget)
    cold_large = best(lambda: examine(large), 3, prepare=forget)
    text, text_large = dumps(small), dumps(large)
    rows = [
        Row("check and shapes of 1,000 nodes, cold", cold, 0.1, "torch on the meta device", torch_shapes(small)),
        Row("check and shapes of 10,000 nodes, cold", cold_large, 1.0),
        Row("growth from 1,000 to 10,000 nodes, per 1,000", cold_large / 10, 0.1),
        Row("check and shapes after one edit, 1,000 nodes", after_edit(small, checked), 0.005),
        Row("check and shapes after one edit, 10,000 nodes", after_edit(large, checked_large), 0.05),
        Row("one edit, 1,000 nodes", best(lambda: edits.put(small, "model", "image", size=(3, 9, 9)), 99), 0.001),
        Row("one edit, 10,000 nodes", best(lambda: edits.put(large, "model", "image", size=(3, 9, 9)), 99)),
        Row("costs of 1,000 nodes", best(lambda: summary(small))),
        Row("source of 1,000 nodes", best(lambda: emit(small))),
        Row("reading a file of 1,000 nodes", best(lambda: loads(text)), 0.5),
        Row("reading a file of 10,000 nodes", best(lambda: loads(text_large), 3), 3.0),
        Row("writing a file of 1,000 nodes", best(lambda: dumps(small))),
        Row("auto-layout of 1,000 nodes", placed(small), 0.5),
    ]
    show("graph", rows)
