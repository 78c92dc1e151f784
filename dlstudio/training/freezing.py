"""Freezing: which parts of the networks learn, and the three states of fine tuning."""

from collections.abc import Iterator

from torch import nn

from dlstudio.compiler.planner import Planner
from dlstudio.core.document import OUTPUT, Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.topology import upstream
from dlstudio.training.method import Task


def plain(module: nn.Module) -> nn.Module:
    """The network itself, without what torch.compile puts around it."""
    inner = getattr(module, "_orig_mod", module)
    assert isinstance(inner, nn.Module)
    return inner


def freeze(task: Task) -> None:
    """Holds what shall not learn: TRN-20 nothing learns, TRN-21 the last layers do, TRN-22 all do."""
    networks = {role: plain(module) for role, module in task.modules.items()}
    known = [name for module in networks.values() for name, part in module.named_children() if _keeps(part)]
    for node in task.recipe.frozen:
        if node not in known:
            raise ProjectProblem(f"There is no node “{node}” with weights to freeze (there is: {', '.join(known)}).")
    for role, module in networks.items():
        taught = set(last(task.project, role, module, task.recipe.last)) if task.recipe.learning == "last" else set()
        for name, part in module.named_children():
            if name in task.recipe.frozen or (task.recipe.learning != "all" and name not in taught and _keeps(part)):
                hold(part)
        if task.recipe.learning != "all":
            for weight in module.parameters(recurse=False):
                weight.requires_grad_(False)


def hold(part: nn.Module) -> None:
    """Keeps weights and statistics as they are: it stays in evaluation whatever the network around it is put to."""
    part.requires_grad_(False)
    part.eval()
    part.train = lambda mode=True: part  # type: ignore[method-assign]


def last(project: Project, role: str, module: nn.Module, count: int) -> Iterator[str]:
    """The last nodes with weights before each output."""
    network = project.networks[role]
    order = [node.id for node in Planner(project).plan(role).order]
    for output in network.of_kind(OUTPUT):
        needed = upstream(network, [output.id])
        yield from [name for name in order if name in needed and learns(module, name)][-count:]


def learns(module: nn.Module, name: str) -> bool:
    """Whether a node has weights of its own."""
    part = getattr(module, name, None)
    return isinstance(part, nn.Module) and any(True for _ in part.parameters())


def _keeps(part: nn.Module) -> bool:
    return any(True for _ in part.parameters()) or any(True for _ in part.buffers())
