"""attach: probes for everything that a recipe trains, be it one network or several."""

from collections.abc import Mapping, Sequence

from torch import nn
from torch.optim import Optimizer

from dlstudio.core.document import Project
from dlstudio.training.probes.looks import Look, looks
from dlstudio.training.probes.pace import Pace
from dlstudio.training.probes.probes import Probes
from dlstudio.training.probes.wish import Wish


def attach(
    project: Project,
    modules: Mapping[str, nn.Module],
    optimizers: Sequence[Optimizer] = (),
    *,
    wish: Wish | None = None,
    pace: Pace | None = None,
) -> Probes:
    """Probes for the networks of a project; where there are several, nodes are called `critic.conv1`."""
    if len(modules) == 1:
        ((role, module),) = modules.items()
        return Probes(module, optimizers, known=looks(project, role), wish=wish, pace=pace)
    plain = nn.ModuleDict({role: getattr(module, "_orig_mod", module) for role, module in modules.items()})
    return Probes(plain, optimizers, known=_joined(project, modules), wish=wish, pace=pace)


def _joined(project: Project, roles: Mapping[str, nn.Module]) -> dict[str, Look]:
    """The looks of several networks, each name behind its network's."""
    return {
        f"{role}.{name}": look
        for role in roles
        if role in project.networks
        for name, look in looks(project, role).items()
    }
