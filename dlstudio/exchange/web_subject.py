"""Web subject: a network as a page asks it: samples go in as the data holds them, answers come out in its units."""

from dataclasses import replace
from typing import Any

from torch import Tensor, nn

from dlstudio.core.frozen import Frozen
from dlstudio.exchange.preparation import restoration
from dlstudio.exchange.subject import Subject


class Restored(nn.Module):
    """A network whose answers are turned back into the units of the data."""

    def __init__(self, network: nn.Module, restoration: nn.Module) -> None:
        super().__init__()
        self.network, self.restoration = network, restoration

    def forward(self, *given: Tensor) -> Any:
        made = self.network(*given)
        return self.restoration(*made) if isinstance(made, tuple) else self.restoration(made)


def web_subject(subject: Subject) -> Subject:
    """The subject with what undoes the normalizations of its targets built in; itself where nothing has to be."""
    after = restoration(subject)
    if after is None or subject.prepared is None:
        return subject
    module = Restored(subject.module, after.module()).eval()
    targets = {subject.wiring.targets[name] for name in subject.source.outputs if name in subject.wiring.targets}
    kept = tuple(
        step
        for step in subject.prepared.fitted.get("transforms", ())
        if step["column"] not in targets or step["column"] in subject.wiring.inputs.values()
    )
    prepared = replace(subject.prepared, fitted=Frozen({**subject.prepared.fitted, "transforms": kept}))
    return replace(subject, module=module, prepared=prepared)
