"""Freezing: which parts of the networks learn, and the three states of fine tuning."""

from torch import nn

from dlstudio.compiler.holding import held, keeps
from dlstudio.core.issue import ProjectProblem
from dlstudio.training.method import Task


def plain(module: nn.Module) -> nn.Module:
    """The network itself, without what torch.compile puts around it."""
    inner = getattr(module, "_orig_mod", module)
    assert isinstance(inner, nn.Module)
    return inner


def freeze(task: Task) -> None:
    """Holds what shall not learn."""
    networks = {role: plain(module) for role, module in task.modules.items()}
    known = [name for module in networks.values() for name, part in module.named_children() if keeps(part)]
    for node in task.recipe.frozen:
        if node not in known:
            raise ProjectProblem(f"There is no node “{node}” with weights to freeze (there is: {', '.join(known)}).")
    for role, module in networks.items():
        for name in held(task.project, task.recipe, role, module):
            hold(module.get_submodule(name))
        if task.recipe.learning != "all":
            for weight in module.parameters(recurse=False):
                weight.requires_grad_(False)


def hold(part: nn.Module) -> None:
    """Keeps weights and statistics as they are: it stays in evaluation whatever the network around it is put to."""
    part.requires_grad_(False)
    part.eval()
    part.train = lambda mode=True: part  # type: ignore[method-assign]
